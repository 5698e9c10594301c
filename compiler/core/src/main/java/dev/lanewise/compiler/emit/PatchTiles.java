package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.loops.Kernel;
import java.util.List;
import java.util.function.ToIntFunction;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// The tiles of a `PatchTile`. One loop runs over the whole depth, however many axes it has: where a step of it does
/// not lie at a constant distance from the one before, its place stands in a table.
final class PatchTiles {
    private final Body body;
    private final Code code;
    private final TileShape shape;
    private final int beside;
    private final KernelClass kernels;
    private final Tiles tiles;

    /// `beside` neighbouring places are in a tile, whose columns are the vectors of all of them.
    PatchTiles(Body body, TileShape shape, int beside, KernelClass kernels) {
        this.body = body;
        this.code = body.code();
        this.shape = shape;
        this.beside = beside;
        this.kernels = kernels;
        this.tiles = new Tiles(body, shape);
    }

    /// How an operand runs along the depth.
    private interface Steps {
        Whole at(Whole k);
    }

    /// A block of the depth: the first begins with zeros, others with what they find in C.
    void write(Kernel.PatchTile tile, boolean first) {
        var arguments = body.arguments();
        var form = body.wide();
        var row = Whole.of(arguments.own().get(1));
        var group = Whole.of(arguments.own().get(2));
        var step = Whole.of(arguments.own().get(3));
        var depth = Whole.of(arguments.own().get(4));
        var a = tiles.offset(0).plus(tile.aFirst()).plus(row.times(tile.row().a()));
        var b = tiles.offset(1).plus(tile.bFirst()).plus(group.times(tile.bGroup()));
        var c = tiles.offset(2).plus(row.times(tile.row().c())).plus(group.times(tile.cGroup()));
        var rest = arguments.own().get(0);
        for (int i = tile.places().size() - 1; i >= 0; i--) {
            var axis = tile.places().get(i);
            var index = Whole.of(i == 0 ? rest : tiles.divided(rest, axis.extent(), Opcodes.IREM));
            rest = i == 0 ? rest : tiles.divided(rest, axis.extent(), Opcodes.IDIV);
            a = a.plus(index.times(axis.a()));
            b = b.plus(index.times(axis.b()));
            c = c.plus(index.times(axis.c()));
        }
        var from = Whole.of(code.keep(a));
        var patch = Whole.of(code.keep(b));
        var to = Whole.of(code.keep(c));
        var aSteps = steps(tile.depth(), Kernel.Axis::a);
        var bSteps = steps(tile.depth(), Kernel.Axis::b);
        int along = beside == 1 ? 0 : tile.places().getLast().b();
        int across = shape.columns() / beside;
        code.loop(Whole.ZERO, Whole.of(32), across * shape.lanes(), lane -> {
            var lanes = Whole.of(code.keep(patch.plus(lane)));
            var store = Whole.of(code.keep(to.plus(lane)));
            var sums = tiles.zeros();
            if (!first) {
                each(tile, store, (at, i, j) -> {
                    form.load(code, arguments.arrays().get(2), at);
                    code.store(sums[i][j]);
                });
            }
            code.loop(depth, k -> {
                var at = step.plus(k);
                var aStep = Whole.of(code.keep(from.plus(aSteps.at(at))));
                tiles.multiply(
                        sums,
                        aStep,
                        i -> i * tile.row().a(),
                        Whole.of(code.keep(lanes.plus(bSteps.at(at)))),
                        j -> j / across * along + j % across * shape.lanes());
            });
            each(tile, store, (at, i, j) -> form.store(code, arguments.arrays().get(2), at, sums[i][j]));
        });
    }

    private interface Cell {
        void at(Whole place, int row, int column);
    }

    private void each(Kernel.PatchTile tile, Whole store, Cell cell) {
        int along = beside == 1 ? 0 : tile.places().getLast().c();
        int across = shape.columns() / beside;
        for (int i = 0; i < shape.rows(); i++) {
            for (int j = 0; j < shape.columns(); j++) {
                cell.at(store.plus(i * tile.row().c() + j / across * along + j % across * shape.lanes()), i, j);
            }
        }
    }

    private Steps steps(List<Kernel.Axis> depth, ToIntFunction<Kernel.Axis> stride) {
        int step = stride.applyAsInt(depth.getLast());
        int expected = step;
        // Warming up may take more steps than there are, which must not lead out of the array.
        boolean runs = step >= 0;
        for (var axis : depth.reversed()) {
            runs &= stride.applyAsInt(axis) == expected;
            expected *= axis.extent();
        }
        if (runs) {
            return k -> k.times(step);
        }
        var numbers = Type.getType("[I");
        code.field(Opcodes.GETSTATIC, kernels.name(), kernels.table(depth, stride), numbers);
        var table = code.keep(numbers);
        return k -> {
            code.load(table);
            code.push(k);
            code.op(Opcodes.IALOAD);
            return Whole.of(code.keep(Type.INT_TYPE));
        };
    }

    /// Pushes the place of each step of a depth; there are enough steps for warming up.
    static void table(Code code, List<Kernel.Axis> depth, ToIntFunction<Kernel.Axis> stride) {
        int size = depth.stream().mapToInt(Kernel.Axis::extent).reduce(1, Math::multiplyExact);
        code.push(Math.max(size, Scratch.DEPTH));
        code.newArray(Type.INT_TYPE);
        var array = code.keep(Type.getType("[I"));
        fill(code, array, depth, stride, Whole.ZERO, Whole.ZERO);
        code.load(array);
    }

    private static void fill(
            Code code,
            Local array,
            List<Kernel.Axis> depth,
            ToIntFunction<Kernel.Axis> stride,
            Whole number,
            Whole place) {
        if (depth.isEmpty()) {
            code.load(array);
            code.push(number);
            code.push(place);
            code.op(Opcodes.IASTORE);
            return;
        }
        var axis = depth.getFirst();
        code.loop(
                Whole.of(axis.extent()),
                k -> fill(
                        code,
                        array,
                        depth.subList(1, depth.size()),
                        stride,
                        number.times(axis.extent()).plus(k),
                        place.plus(k.times(stride.applyAsInt(axis)))));
    }
}
