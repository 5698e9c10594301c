package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.loops.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.objectweb.asm.Opcodes;

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
        this.rows = switch (kernel.work()) {
            case Kernel.RowTile tile -> tile.row().extent();
            case Kernel.PatchTile tile -> tile.row().extent();
            default -> kernel.unitsPerGroup();
        };
    }

    /// Groups that are worked on together, where there is a choice: what a strip of them reads stays in the first
    /// cache, and the sums of some rows in the second.
    static final int GROUPS = 8;

    /// The same for rows, or columns.
    static final int ROWS = 256;

    void lanes(Kernel.LaneTile tile) {
        var inner = Signature.of(kernel, kernels.doubles(), 5);
        new LaneTiles(this, tile, rows, kernel.unitCost(), kernels.tiling().lanes(rows, kernels.width()), inner)
                .write();
    }

    void share(
            Code code,
            Arguments arguments,
            Whole rows,
            Whole columns,
            double cost,
            BiConsumer<Sharing.Range, Sharing.Range> work) {
        Sharing.share(code, arguments, kernel, rows, columns, cost, work);
    }

    static void each(Code code, Sharing.Range range, Consumer<Whole> body) {
        code.loop(range.from(), range.to(), 1, body);
    }

    /// A range in blocks of so many; 0: as a whole.
    static void blocks(Code code, Sharing.Range range, int size, Consumer<Sharing.Range> body) {
        if (size == 0) {
            body.accept(range);
            return;
        }
        code.loop(
                range.from(),
                range.to(),
                size,
                from -> body.accept(new Sharing.Range(from, code.smaller(from.plus(size), range.to()))));
    }

    void examples(Kernel.ExampleTile tile) {
        var inner = Signature.of(kernel, kernels.doubles(), 5);
        new ExampleTiles(
                        this,
                        tile,
                        rows,
                        kernel.unitCost(),
                        kernels.tiling().rows(rows, tile.columns(), kernels.width()),
                        inner)
                .write();
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

    void driver(BiConsumer<Code, Arguments> body) {
        var signature = Signature.of(kernel, kernels.doubles(), 2);
        kernels.method(name, signature, line, code -> body.accept(code, Arguments.of(signature)));
    }

    /// One of the methods that do a tile's work; the part of the name that is its own.
    record Method(String name, BiConsumer<Body, TileShape> work) {}

    /// The first compiler of HotSpot gives up on tiles of 3,900 bytes and more ("out of virtual registers"), and
    /// the last one, without the profile that the first would have made, keeps their vectors as objects.
    private static final int LONGEST = 3_700;

    /// Writes the tile's methods; the shape has fewer rows where one would be too long.
    TileShape tiles(Signature signature, TileShape wish, List<Method> methods) {
        var shape = wish;
        for (var method : methods) {
            while (shape.rows() > 1
                    && ClassFile.length(signature.descriptor(), writing(signature, shape, method)) > LONGEST) {
                shape = shape.fewer(rows);
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

    void write(String which, Signature signature, TileShape shape, Method method) {
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
    void call(
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
        callMethod(code, signature, which);
    }

    /// Calls a method whose arguments are pushed.
    void callMethod(Code code, Signature signature, String which) {
        code.callVirtual(kernels.name(), name + which, signature.descriptor());
    }
}
