package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Form;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.loops.Kernel;
import java.util.Arrays;
import java.util.function.IntFunction;

/// Register tiles: sums stay in registers while one loop runs over the depth; the code is straight-line in the tile.
final class Tiles {
    private final Body body;
    private final Code code;
    private final Arguments arguments;
    private final Form form;
    private final TileShape shape;

    Tiles(Body body, TileShape shape) {
        this.body = body;
        this.code = body.code();
        this.arguments = body.arguments();
        this.form = body.wide();
        this.shape = shape;
    }

    private Whole offset(int operand) {
        return Whole.of(arguments.offsets().get(operand));
    }

    /// A block of the depth of a tile in lanes: the first begins with zeros, the last runs the store; between them
    /// the sums wait in memory.
    record Block(boolean first, boolean last) {
        static final Block WHOLE = new Block(true, true);
    }

    /// `C[i][j] = sum of A[i] * B[j]` over a block of the depth. The method's own parameters are group, first row,
    /// first step of the depth and how many there are: so that warming up takes little work.
    void lanes(Kernel.LaneTile tile, Block block, int rows) {
        var group = Whole.of(arguments.own().get(0));
        var row = Whole.of(arguments.own().get(1));
        var first = Whole.of(arguments.own().get(2));
        var depth = Whole.of(arguments.own().get(3));
        var a = Whole.of(code.keep(offset(0).plus(row.times(tile.aRow())).plus(first.times(tile.aDepth()))));
        var b = Whole.of(code.keep(offset(1).plus(group.times(tile.bGroup())).plus(first.times(tile.bDepth()))));
        code.loop(Whole.ZERO, Whole.of(32), shape.columns() * shape.lanes(), lane -> {
            IntFunction<Whole> waiting = i -> offset(tile.partial())
                    .plus(group.times(32 * rows))
                    .plus(row.plus(i).times(32))
                    .plus(lane);
            var sums = block.first()
                    ? zeros()
                    : grid(shape.rows(), i -> {
                        var from = Whole.of(code.keep(waiting.apply(i)));
                        return row(shape.columns(), j -> {
                            form.load(code, arguments.arrays().get(tile.partial()), from.plus(j * shape.lanes()));
                            return code.keep(form.type());
                        });
                    });
            code.loop(
                    depth,
                    k -> multiply(
                            sums,
                            Whole.of(code.keep(a.plus(k.times(tile.aDepth())))),
                            tile.aRow(),
                            Whole.of(code.keep(b.plus(k.times(tile.bDepth())).plus(lane)))));
            body.variable(Kernel.GROUP, group);
            for (int i = 0; i < shape.rows(); i++) {
                body.variable(Kernel.UNIT, row.plus(i));
                for (int j = 0; j < shape.columns(); j++) {
                    if (block.last()) {
                        body.inVector(Kernel.LANE, lane.plus(j * shape.lanes()), sums[i][j], tile.store());
                    } else {
                        var to = waiting.apply(i).plus(j * shape.lanes());
                        form.store(code, arguments.arrays().get(tile.partial()), to, sums[i][j]);
                    }
                }
            }
        });
    }

    /// The same over all examples of the batch; the method's own parameters are the first row, where the columns
    /// begin in the panels and in the result, and the lanes of a group (32, or fewer to warm up).
    void examples(Kernel.ExampleTile tile) {
        var row = Whole.of(arguments.own().get(0));
        var start = Whole.of(arguments.own().get(1));
        var column = Whole.of(arguments.own().get(2));
        var lanes = Whole.of(arguments.own().get(3));
        int width = tile.panels().width();
        var a = Whole.of(code.keep(offset(0).plus(row.times(tile.aRow()))));
        var b = Whole.of(code.keep(offset(1).plus(start)));
        var sums = zeros();
        code.loop(Whole.of(arguments.groups()), group -> {
            var ag = Whole.of(code.keep(a.plus(group.times(tile.aGroup()))));
            var bg = Whole.of(code.keep(b.plus(group.times(32 * width))));
            code.loop(
                    lanes,
                    l -> multiply(
                            sums,
                            Whole.of(code.keep(ag.plus(l))),
                            tile.aRow(),
                            Whole.of(code.keep(bg.plus(l.times(width))))));
        });
        for (int i = 0; i < shape.rows(); i++) {
            var c = offset(2).plus(row.plus(i).times(tile.columns())).plus(column);
            for (int j = 0; j < shape.columns(); j++) {
                form.store(code, arguments.arrays().get(2), c.plus(j * shape.lanes()), sums[i][j]);
            }
        }
    }

    private Local[][] zeros() {
        return grid(
                shape.rows(),
                i -> row(shape.columns(), j -> {
                    form.constant(code, 0);
                    return code.keep(form.type());
                }));
    }

    /// One step along the depth: each sum gains `A[i] * B[j]`.
    private void multiply(Local[][] sums, Whole a, int aRow, Whole b) {
        var bs = row(shape.columns(), j -> {
            form.load(code, arguments.arrays().get(1), b.plus(j * shape.lanes()));
            return code.keep(form.type());
        });
        for (int i = 0; i < shape.rows(); i++) {
            int mark = code.mark();
            form.splat(code, arguments.arrays().get(0), a.plus(i * aRow));
            var ai = code.keep(form.type());
            for (int j = 0; j < shape.columns(); j++) {
                form.fma(code, ai, bs[j], sums[i][j]);
                code.store(sums[i][j]);
            }
            code.release(mark);
        }
    }

    private static Local[][] grid(int rows, IntFunction<Local[]> row) {
        var grid = new Local[rows][];
        Arrays.setAll(grid, row);
        return grid;
    }

    private static Local[] row(int columns, IntFunction<Local> cell) {
        var row = new Local[columns];
        Arrays.setAll(row, cell);
        return row;
    }
}
