package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.loops.Kernel;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// The methods of a kernel of register tiles: `k7t` is one tile, `k7r` that of the rows which fill no tile, `k7` goes
/// over this worker's tiles.
final class TileKernel {
    private final KernelClass kernels;
    private final String name;
    private final Kernel kernel;
    private final int line;
    private final int rows;

    TileKernel(KernelClass kernels, String name, Kernel kernel, int line) {
        this.kernels = kernels;
        this.name = name;
        this.kernel = kernel;
        this.line = line;
        this.rows = kernel.unitsPerGroup();
    }

    /// A tile's parameters of its own are the group, the first row and the depth.
    void lanes(Kernel.LaneTile tile) {
        var inner = Signature.of(kernel, kernels.doubles(), 3);
        var shape = tiles(inner, TileShape.lanes(rows, kernels.width()), (body, s) -> new Tiles(body, s).lanes(tile));
        warm(inner, shape);
        // Where A is read across its rows in memory, every group follows while a strip of it is in the cache.
        boolean rowsOuter = tile.aDepth() > tile.aRow();
        driver((code, arguments) -> {
            var tiles = Whole.of(Math.ceilDiv(rows, shape.rows()));
            double cost = kernel.unitCost() * shape.rows();
            Sharing.share(code, arguments, tiles, Whole.of(arguments.groups()), cost, (strips, groups) -> {
                BiConsumer<Whole, Whole> one = (n, group) ->
                        call(code, arguments, inner, shape, n, group, n.times(shape.rows()), Whole.of(tile.depth()));
                if (rowsOuter) {
                    each(code, strips, n -> each(code, groups, group -> one.accept(n, group)));
                } else {
                    each(code, groups, group -> each(code, strips, n -> one.accept(n, group)));
                }
            });
        });
    }

    private static void each(Code code, Sharing.Range range, Consumer<Whole> body) {
        code.loop(range.from(), range.to(), 1, body);
    }

    /// A tile's parameters of its own are the first row, where its columns begin in the panels and in the result,
    /// and the lanes of a group. Every row follows while a panel of the second operand is in the cache.
    void examples(Kernel.ExampleTile tile) {
        var inner = Signature.of(kernel, kernels.doubles(), 4);
        var fit = TileShape.rows(rows, tile.columns(), kernels.width());
        var shape = tiles(inner, fit, (body, s) -> new Tiles(body, s).examples(tile));
        warm(inner, shape);
        int across = shape.columns() * shape.lanes();
        var panels = tile.panels();
        int width = panels.width();
        int inPanel = Math.ceilDiv(width, across);
        driver((code, arguments) -> {
            var tiles = Whole.of(Math.ceilDiv(rows, shape.rows()));
            var strips = Whole.of(inPanel * panels.count());
            double cost = kernel.unitCost() * shape.rows() * across / tile.columns();
            Sharing.share(
                    code,
                    arguments,
                    tiles,
                    strips,
                    cost,
                    (mine, within) -> each(code, within, strip -> {
                        var panel = divided(code, strip, inPanel, Opcodes.IDIV);
                        var at = code.smaller(
                                divided(code, strip, inPanel, Opcodes.IREM).times(across), width - across);
                        var start = code.product(panel, Whole.of(arguments.groups()))
                                .times(32 * width);
                        var column = code.smaller(panel.times(width), tile.columns() - width)
                                .plus(at);
                        each(code, mine, n -> {
                            var row = n.times(shape.rows());
                            call(code, arguments, inner, shape, n, row, start.plus(at), column, Whole.of(32));
                        });
                    }));
        });
    }

    private static Whole divided(Code code, Whole number, int by, int opcode) {
        if (by == 1) {
            return opcode == Opcodes.IDIV ? number : Whole.ZERO;
        }
        code.push(number);
        code.push(by);
        code.op(opcode);
        return Whole.of(code.keep(Type.INT_TYPE));
    }

    private void warm(Signature signature, TileShape shape) {
        kernels.warm(name + "t", signature, true);
        if (rows % shape.rows() != 0) {
            kernels.warm(name + "r", signature, true);
        }
    }

    private void driver(BiConsumer<Code, Arguments> body) {
        var signature = Signature.of(kernel, kernels.doubles(), 2);
        kernels.method(name, signature, line, code -> body.accept(code, Arguments.of(signature)));
    }

    /// Writes the tile's methods; the shape has fewer rows where a method would be too long.
    private TileShape tiles(Signature signature, TileShape wish, BiConsumer<Body, TileShape> work) {
        BiConsumer<Code, TileShape> method =
                (code, s) -> work.accept(kernels.body(code, signature, s.lanes() == 1 ? 0 : s.lanes() * 32), s);
        var shape = wish;
        while (shape.rows() > 1 && length(signature, shape, method) > ClassFile.LONGEST) {
            shape = shape.withRows(shape.rows() - 1);
        }
        var fitting = shape;
        kernels.method(name + "t", signature, line, code -> method.accept(code, fitting));
        if (rows % shape.rows() != 0) {
            var rest = shape.withRows(rows % shape.rows());
            kernels.method(name + "r", signature, line, code -> method.accept(code, rest));
        }
        return shape;
    }

    private static int length(Signature signature, TileShape shape, BiConsumer<Code, TileShape> method) {
        return ClassFile.length(signature.descriptor(), code -> method.accept(code, shape));
    }

    /// Calls the method for tile `index` of the rows.
    private void call(Code code, Arguments arguments, Signature signature, TileShape shape, Whole index, Whole... own) {
        if (rows % shape.rows() == 0) {
            call(code, arguments, signature, "t", own);
        } else {
            code.push(index);
            code.push(rows / shape.rows());
            code.truth(Opcodes.IF_ICMPLT);
            code.either(
                    () -> call(code, arguments, signature, "t", own), () -> call(code, arguments, signature, "r", own));
        }
    }

    private void call(Code code, Arguments arguments, Signature signature, String which, Whole... own) {
        arguments.push(code, own);
        code.callVirtual(kernels.name(), name + which, signature.descriptor());
    }
}
