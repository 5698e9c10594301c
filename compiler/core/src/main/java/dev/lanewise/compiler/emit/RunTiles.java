package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.loops.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToIntFunction;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// The methods of a `RunTile`: `k7t` is one tile over a block of the depth that begins with zeros, `k7tmore` one that
/// adds to what waits in C, and `k7` goes over this worker's tiles, block by block.
final class RunTiles {
    private final KernelClass kernels;
    private final String name;
    private final Kernel kernel;
    private final int line;

    RunTiles(KernelClass kernels, String name, Kernel kernel, int line) {
        this.kernels = kernels;
        this.name = name;
        this.kernel = kernel;
        this.line = line;
    }

    /// A tile's parameters of its own: where it begins in A, B and C, the first and the last place of the block,
    /// and how far the innermost loop runs.
    void write(Kernel.RunTile tile) {
        var inner = Signature.of(kernel, kernels.doubles(), 6);
        var wish = TileShape.runs(tile.runs().width(), kernels.width());
        var beside = beside(tile.rows(), wish.rows());
        var shape = wish.withRows(product(beside));
        method("t", inner, shape, tile, beside, true);
        method("tmore", inner, shape, tile, beside, false);
        var signature = Signature.of(kernel, kernels.doubles(), 2);
        kernels.method(
                name, signature, line, code -> driver(code, Arguments.of(signature), inner, tile, beside, shape));
    }

    private void method(
            String which,
            Signature signature,
            TileShape shape,
            Kernel.RunTile tile,
            List<Integer> beside,
            boolean first) {
        int bits = shape.lanes() == 1 ? 0 : shape.lanes() * 32;
        kernels.method(
                name + which,
                signature,
                line,
                code -> tile(kernels.body(code, signature, bits), shape, tile, beside, first));
        kernels.warm(name + which, signature, shape.rows() * shape.columns() * shape.lanes());
    }

    private void driver(
            Code code,
            Arguments arguments,
            Signature inner,
            Kernel.RunTile tile,
            List<Integer> beside,
            TileShape shape) {
        var blocks = new ArrayList<Kernel.Axis>();
        for (int i = 0; i < beside.size(); i++) {
            int many = beside.get(i);
            var axis = tile.rows().get(i);
            blocks.add(new Kernel.Axis(axis.extent() / many, axis.a() * many, 0, axis.c() * many));
        }
        int across = shape.columns() * shape.lanes();
        var tiles = Whole.of(kernel.unitsPerGroup() / shape.rows());
        var runs = tile.runs();
        int inPanel = runs.width() / across;
        var strips = Whole.of(runs.panels() * inPanel);
        double cost = kernel.unitCost() * shape.rows() * across / runs.length();
        var groups = Whole.of(arguments.groups());
        var places = Whole.of(tile.places());
        Sharing.share(
                code,
                arguments,
                kernel,
                tiles,
                strips,
                cost,
                (mine, within) -> code.loop(
                        groups,
                        group -> code.loop(Whole.ZERO, places, tile.block(), from -> {
                            var last = code.smaller(from.plus(tile.block()), places)
                                    .plus(-1);
                            code.loop(within.from(), within.to(), 1, strip -> {
                                var panel = divided(code, strip, inPanel, Opcodes.IDIV);
                                var column = divided(code, strip, inPanel, Opcodes.IREM)
                                        .times(across);
                                var b = group.times(runs.panels()).plus(panel).times(tile.panel());
                                code.loop(mine.from(), mine.to(), 1, n -> {
                                    var at = new Places(code, n, blocks);
                                    arguments.push(
                                            code,
                                            at.along(Kernel.Axis::a).plus(group.times(tile.aGroup())),
                                            b.plus(column),
                                            at.along(Kernel.Axis::c)
                                                    .plus(panel.times(runs.width()))
                                                    .plus(column),
                                            from,
                                            last,
                                            Whole.of(tile.inner().extent()));
                                    code.push(group.plus(from));
                                    code.push(0);
                                    code.truth(Opcodes.IF_ICMPEQ);
                                    code.either(() -> call(code, inner, "t"), () -> call(code, inner, "tmore"));
                                });
                            });
                        })));
    }

    private void call(Code code, Signature inner, String which) {
        code.callVirtual(kernels.name(), name + which, inner.descriptor());
    }

    private static void tile(Body body, TileShape shape, Kernel.RunTile tile, List<Integer> beside, boolean first) {
        var code = body.code();
        var arguments = body.arguments();
        var form = body.wide();
        var tiles = new Tiles(body, shape);
        var own = arguments.own().stream().map(Whole::of).toList();
        var a = Whole.of(code.keep(tiles.offset(0).plus(own.get(0)).plus(tile.aFirst())));
        var b = Whole.of(code.keep(tiles.offset(1).plus(own.get(1))));
        var c = Whole.of(code.keep(tiles.offset(2).plus(own.get(2))));
        int[] fromA = offsets(tile.rows(), beside, Kernel.Axis::a);
        int[] fromC = offsets(tile.rows(), beside, Kernel.Axis::c);
        var sums = tiles.zeros();
        if (!first) {
            for (int i = 0; i < shape.rows(); i++) {
                for (int j = 0; j < shape.columns(); j++) {
                    form.load(code, arguments.arrays().get(2), c.plus(fromC[i] + j * shape.lanes()));
                    code.store(sums[i][j]);
                }
            }
        }
        var inner = tile.inner();
        code.loop(own.get(3), own.get(4).plus(1), 1, place -> {
            var at = new Places(code, place, tile.outer());
            var outerA = Whole.of(code.keep(a.plus(at.along(Kernel.Axis::a))));
            var outerB = Whole.of(code.keep(b.plus(at.along(Kernel.Axis::b))));
            code.loop(
                    own.get(5),
                    k -> tiles.multiply(
                            sums,
                            Whole.of(code.keep(outerA.plus(k.times(inner.a())))),
                            i -> fromA[i],
                            Whole.of(code.keep(outerB.plus(k.times(inner.b())))),
                            j -> j * shape.lanes()));
        });
        for (int i = 0; i < shape.rows(); i++) {
            for (int j = 0; j < shape.columns(); j++) {
                form.store(code, arguments.arrays().get(2), c.plus(fromC[i] + j * shape.lanes()), sums[i][j]);
            }
        }
    }

    /// The coordinates of a place whose number is row-major in these axes.
    private static final class Places {
        private final List<Kernel.Axis> axes;
        private final List<Whole> at = new ArrayList<>();

        Places(Code code, Whole number, List<Kernel.Axis> axes) {
            this.axes = axes;
            var rest = number;
            for (int i = axes.size() - 1; i >= 0; i--) {
                int extent = axes.get(i).extent();
                at.addFirst(i == 0 ? rest : divided(code, rest, extent, Opcodes.IREM));
                rest = i == 0 ? rest : divided(code, rest, extent, Opcodes.IDIV);
            }
        }

        Whole along(ToIntFunction<Kernel.Axis> stride) {
            var place = Whole.ZERO;
            for (int i = 0; i < axes.size(); i++) {
                place = place.plus(at.get(i).times(stride.applyAsInt(axes.get(i))));
            }
            return place;
        }
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

    /// How many neighbours along each axis of the rows are a tile: the most, at most so many, along one or two axes
    /// whose extents they divide; of several ways the one with most along the last axes, where rows lie near.
    static List<Integer> beside(List<Kernel.Axis> rows, int atMost) {
        var best = new ArrayList<Integer>();
        rows.forEach(_ -> best.add(1));
        int most = 1;
        for (int i = 0; i < rows.size(); i++) {
            for (int j = i; j < rows.size(); j++) {
                for (int first = atMost; first >= 1; first--) {
                    int second = i == j ? 1 : divisor(rows.get(j).extent(), atMost / first);
                    if (rows.get(i).extent() % first == 0 && first * second >= most) {
                        most = first * second;
                        best.replaceAll(_ -> 1);
                        best.set(i, first);
                        best.set(j, i == j ? first : second);
                    }
                }
            }
        }
        return List.copyOf(best);
    }

    private static int divisor(int number, int most) {
        int divisor = most;
        while (number % divisor != 0) {
            divisor--;
        }
        return divisor;
    }

    /// How far each row of a tile is from the first.
    private static int[] offsets(List<Kernel.Axis> rows, List<Integer> beside, ToIntFunction<Kernel.Axis> stride) {
        int[] offsets = {0};
        for (int i = 0; i < rows.size(); i++) {
            int many = beside.get(i);
            int step = stride.applyAsInt(rows.get(i));
            int[] next = new int[offsets.length * many];
            for (int k = 0; k < next.length; k++) {
                next[k] = offsets[k / many] + k % many * step;
            }
            offsets = next;
        }
        return offsets;
    }

    private static int product(List<Integer> numbers) {
        return numbers.stream().reduce(1, Math::multiplyExact);
    }
}
