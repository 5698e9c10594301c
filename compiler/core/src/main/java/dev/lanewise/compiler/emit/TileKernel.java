package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.loops.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// The methods of a kernel of register tiles: `k7t` is one tile, `k7r` that of the rows which fill no tile, `k7` goes
/// over this worker's tiles. Where the depth is divided into blocks, there are methods for the first (`k7tfirst`),
/// the last and those between.
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
        this.rows = switch (kernel.work()) {
            case Kernel.RowTile tile -> tile.row().extent();
            case Kernel.PatchTile tile -> tile.row().extent();
            default -> kernel.unitsPerGroup();
        };
    }

    /// How many numbers of the first operand stay in the second cache while every group follows.
    private static final int CACHED = 1 << 17;

    /// A tile's parameters of its own are the group, the first row, the first step of the depth and how many.
    /// Blocks of the depth follow each other for all groups and rows; where there are many rows, for some of them.
    void lanes(Kernel.LaneTile tile) {
        var inner = Signature.of(kernel, kernels.doubles(), 4);
        var wish = TileShape.lanes(rows, kernels.width());
        int blocks = tile.blocks();
        var methods = new ArrayList<Method>();
        if (blocks == 1) {
            methods.add(new Method("", (body, s) -> new Tiles(body, s).lanes(tile, Tiles.Block.WHOLE, rows)));
        } else {
            methods.add(lanes(tile, "last", false, true));
            methods.add(lanes(tile, "first", true, false));
            if (blocks > 2) {
                methods.add(lanes(tile, "next", false, false));
            }
        }
        var shape = tiles(inner, wish, methods);
        int tiles = Math.ceilDiv(rows, shape.rows());
        int many = Math.max(1, CACHED / shape.rows() / tile.blockDepth());
        int last = (blocks - 1) * tile.blockDepth();
        // Where A is read across its rows in memory, every group follows while a strip of it is in the cache.
        boolean rowsOuter = tile.aDepth() > tile.aRow() && blocks == 1;
        driver((code, arguments) -> {
            double cost = kernel.unitCost() * shape.rows();
            var columns = Whole.of(arguments.groups());
            Sharing.share(code, arguments, kernel, Whole.of(tiles), columns, cost, (strips, groups) -> {
                if (blocks == 1) {
                    BiConsumer<Whole, Whole> one = (n, group) -> call(
                            code,
                            arguments,
                            inner,
                            shape,
                            "",
                            n,
                            group,
                            n.times(shape.rows()),
                            Whole.ZERO,
                            Whole.of(tile.depth()));
                    if (rowsOuter) {
                        each(code, strips, n -> each(code, groups, group -> one.accept(n, group)));
                    } else {
                        each(code, groups, group -> each(code, strips, n -> one.accept(n, group)));
                    }
                    return;
                }
                BiConsumer<String, Whole> block =
                        (method, first) -> code.loop(strips.from(), strips.to(), many, from -> {
                            var to = code.smaller(from.plus(many), strips.to());
                            each(
                                    code,
                                    groups,
                                    group -> code.loop(
                                            from,
                                            to,
                                            1,
                                            n -> call(
                                                    code,
                                                    arguments,
                                                    inner,
                                                    shape,
                                                    method,
                                                    n,
                                                    group,
                                                    n.times(shape.rows()),
                                                    first,
                                                    Whole.of(
                                                            method.equals("last")
                                                                    ? tile.depth() - last
                                                                    : tile.blockDepth()))));
                        });
                block.accept("first", Whole.ZERO);
                if (blocks > 2) {
                    code.loop(
                            Whole.of(tile.blockDepth()),
                            Whole.of(last),
                            tile.blockDepth(),
                            first -> block.accept("next", first));
                }
                block.accept("last", Whole.of(last));
            });
        });
    }

    private Method lanes(Kernel.LaneTile tile, String name, boolean first, boolean last) {
        return new Method(name, (body, s) -> new Tiles(body, s).lanes(tile, new Tiles.Block(first, last), rows));
    }

    private static void each(Code code, Sharing.Range range, Consumer<Whole> body) {
        code.loop(range.from(), range.to(), 1, body);
    }

    /// A tile's parameters of its own are the first row, where its columns begin in the panels and in the result,
    /// and the examples. Every row follows while a panel of the second operand is in the cache.
    void examples(Kernel.ExampleTile tile) {
        var inner = Signature.of(kernel, kernels.doubles(), 4);
        var fit = TileShape.rows(rows, tile.columns(), kernels.width());
        var shape = tiles(inner, fit, List.of(new Method("", (body, s) -> new Tiles(body, s).examples(tile))));
        int across = shape.columns() * shape.lanes();
        var panels = tile.panels();
        int width = panels.width();
        int inPanel = Math.ceilDiv(width, across);
        driver((code, arguments) -> {
            var tiles = Whole.of(Math.ceilDiv(rows, shape.rows()));
            var strips = Whole.of(inPanel * panels.count());
            var examples = Whole.of(arguments.groups()).times(32);
            double cost = kernel.unitCost() * shape.rows() * across / tile.columns();
            Sharing.share(
                    code,
                    arguments,
                    kernel,
                    tiles,
                    strips,
                    cost,
                    (mine, within) -> each(code, within, strip -> {
                        var panel = divided(code, strip, inPanel, Opcodes.IDIV);
                        var at = code.smaller(
                                divided(code, strip, inPanel, Opcodes.IREM).times(across), Whole.of(width - across));
                        var start = code.product(panel, Whole.of(arguments.groups()))
                                .times(32 * width);
                        var column = code.smaller(panel.times(width), Whole.of(tile.columns() - width))
                                .plus(at);
                        each(code, mine, n -> {
                            var row = n.times(shape.rows());
                            call(code, arguments, inner, shape, "", n, row, start.plus(at), column, examples);
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

    /// A tile's parameters of its own are the unit, the first row and the outermost depth.
    void rows(Kernel.RowTile tile) {
        var inner = Signature.of(kernel, kernels.doubles(), 3);
        var fit = TileShape.single(rows, tile.columns(), kernels.width());
        var shape = tiles(inner, fit, List.of(new Method("", (body, s) -> new Tiles(body, s).rows(tile))));
        driver((code, arguments) -> {
            var units = Whole.of(kernel.unitsPerGroup());
            var tiles = Whole.of(Math.ceilDiv(rows, shape.rows()));
            var depth = Whole.of(tile.depth().getFirst().extent());
            double cost = kernel.unitCost() * shape.rows() / rows;
            Sharing.share(
                    code,
                    arguments,
                    kernel,
                    units,
                    tiles,
                    cost,
                    (mine, within) -> each(
                            code,
                            mine,
                            unit -> each(
                                    code,
                                    within,
                                    n -> call(
                                            code,
                                            arguments,
                                            inner,
                                            shape,
                                            "",
                                            n,
                                            unit,
                                            n.times(shape.rows()),
                                            depth))));
        });
    }

    /// A tile's parameters of its own are the first place, the first row, the group, the first step of the depth
    /// and how many. All rows follow while a block of the patch is in the cache.
    void patches(Kernel.PatchTile tile) {
        var inner = Signature.of(kernel, kernels.doubles(), 5);
        int block = tile.block();
        int beside = TileShape.beside(tile, kernels.width());
        var methods = new ArrayList<>(
                List.of(new Method("", (body, s) -> new PatchTiles(body, s, beside, kernels).write(tile, true))));
        if (block < tile.products()) {
            methods.add(new Method("more", (body, s) -> new PatchTiles(body, s, beside, kernels).write(tile, false)));
        }
        var shape = tiles(inner, TileShape.patches(rows, beside, kernels.width()), methods);
        var count = Whole.of(Math.ceilDiv(rows, shape.rows()));
        driver((code, arguments) -> {
            var places = Whole.of(kernel.unitsPerGroup() / beside);
            var groups = Whole.of(arguments.groups());
            double cost = kernel.unitCost() * beside;
            Sharing.share(code, arguments, kernel, places, groups, cost, (mine, within) -> {
                each(
                        code,
                        within,
                        group -> each(code, mine, unit -> {
                            for (int first = 0; first < tile.products(); first += block) {
                                var from = Whole.of(first);
                                var many = Whole.of(Math.min(block, tile.products() - first));
                                var method = first == 0 ? "" : "more";
                                code.loop(count, n -> {
                                    var row = n.times(shape.rows());
                                    var place = unit.times(beside);
                                    call(code, arguments, inner, shape, method, n, place, row, group, from, many);
                                });
                            }
                        }));
            });
        });
    }

    private void driver(BiConsumer<Code, Arguments> body) {
        var signature = Signature.of(kernel, kernels.doubles(), 2);
        kernels.method(name, signature, line, code -> body.accept(code, Arguments.of(signature)));
    }

    /// One of the methods that do a tile's work; the part of the name that is its own.
    private record Method(String name, BiConsumer<Body, TileShape> work) {}

    /// Writes the tile's methods; the shape has fewer rows where one would be too long.
    private TileShape tiles(Signature signature, TileShape wish, List<Method> methods) {
        var shape = wish;
        for (var method : methods) {
            while (shape.rows() > 1
                    && ClassFile.length(signature.descriptor(), writing(signature, shape, method))
                            > ClassFile.LONGEST) {
                shape = shape.withRows(shape.rows() - 1);
            }
        }
        for (var method : methods) {
            write("t", signature, shape, method);
            if (rows % shape.rows() != 0) {
                write("r", signature, shape.withRows(rows % shape.rows()), method);
            }
        }
        return shape;
    }

    private void write(String which, Signature signature, TileShape shape, Method method) {
        kernels.method(name + which + method.name(), signature, line, writing(signature, shape, method));
        int columns = kernel.work() instanceof Kernel.LaneTile || kernel.work() instanceof Kernel.PatchTile
                ? Math.max(32, shape.columns() * shape.lanes())
                : shape.columns() * shape.lanes();
        kernels.warm(name + which + method.name(), signature, shape.rows() * columns);
    }

    private Consumer<Code> writing(Signature signature, TileShape shape, Method method) {
        int bits = shape.lanes() == 1 ? 0 : shape.lanes() * 32;
        return code -> method.work().accept(kernels.body(code, signature, bits), shape);
    }

    /// Calls a method for tile `index` of the rows.
    private void call(
            Code code,
            Arguments arguments,
            Signature signature,
            TileShape shape,
            String method,
            Whole index,
            Whole... own) {
        if (rows % shape.rows() == 0) {
            call(code, arguments, signature, "t" + method, own);
        } else {
            code.push(index);
            code.push(rows / shape.rows());
            code.truth(Opcodes.IF_ICMPLT);
            code.either(
                    () -> call(code, arguments, signature, "t" + method, own),
                    () -> call(code, arguments, signature, "r" + method, own));
        }
    }

    private void call(Code code, Arguments arguments, Signature signature, String which, Whole... own) {
        arguments.push(code, own);
        code.callVirtual(kernels.name(), name + which, signature.descriptor());
    }
}
