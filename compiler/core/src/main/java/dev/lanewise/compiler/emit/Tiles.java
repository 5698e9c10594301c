package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Form;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.loops.Kernel;
import java.util.Arrays;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.IntUnaryOperator;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// Register tiles: sums stay in registers while one loop runs over the depth; the code is straight-line in the tile.
final class Tiles {
    /// The width of a filter: a loop of so few steps is written out.
    private static final int UNROLLED = 7;

    /// The examples that share what it takes to find one, in vectors of at least so many lanes; it was not measured
    /// in others, whose methods stay short.
    private static final int AT_ONCE = 2;

    private static final int WIDE = 16;

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

    Whole offset(int operand) {
        return Whole.of(arguments.offsets().get(operand));
    }

    /// `C[i][j] = sum of A[i] * B[j]` over a block of the depth, whose sums wait in memory where it is not the
    /// whole: they begin with zeros, or there is `more` to add to what waits. The method's own parameters are
    /// group, first row, where the rows begin that are packed, the first step of the depth and how many there are:
    /// so that warming up takes little work. Tiles have `stride` rows but the last.
    void lanes(Kernel.LaneTile tile, int rows, int stride, boolean more) {
        var group = Whole.of(arguments.own().get(0));
        var row = Whole.of(arguments.own().get(1));
        var slot = Whole.of(arguments.own().get(2));
        var first = Whole.of(arguments.own().get(3));
        var depth = Whole.of(arguments.own().get(4));
        boolean isPacked = tile.packed() >= 0;
        boolean waits = tile.blocks() > 1;
        int aRow = isPacked ? 1 : tile.aRow();
        int aDepth = isPacked ? stride : tile.aDepth();
        var array = arguments.arrays().get(isPacked ? tile.packed() : 0);
        var a = Whole.of(code.keep(
                isPacked
                        ? offset(tile.packed()).plus(slot)
                        : offset(0).plus(row.times(aRow)).plus(first.times(aDepth))));
        var b = Whole.of(code.keep(offset(1).plus(group.times(tile.bGroup())).plus(first.times(tile.bDepth()))));
        eachLane(lane -> {
            var sums = more ? loaded(partial(tile), waiting(tile, rows, row, lane), 32) : zeros();
            var bLane = Whole.of(code.keep(b.plus(lane)));
            steps(
                    depth,
                    a,
                    aDepth,
                    bLane,
                    tile.bDepth(),
                    (aStep, bStep) -> multiply(sums, array, aStep, i -> i * aRow, bStep, j -> j * shape.lanes()));
            if (waits) {
                store(partial(tile), waiting(tile, rows, row, lane), 32, sums);
                return;
            }
            body.variable(Kernel.GROUP, group);
            for (int i = 0; i < shape.rows(); i++) {
                store(tile, row.plus(i), lane, sums[i]);
            }
        });
    }

    /// Where both operands are at each step of the depth. Where the second goes so many times as far as the first,
    /// that one's place is what the loop counts, which leaves less to do in it.
    private void steps(Whole depth, Whole a, int aDepth, Whole b, int bDepth, BiConsumer<Whole, Whole> step) {
        if (aDepth == 0 || bDepth % aDepth != 0) {
            code.loop(
                    depth,
                    k -> step.accept(
                            Whole.of(code.keep(a.plus(k.times(aDepth)))),
                            Whole.of(code.keep(b.plus(k.times(bDepth))))));
            return;
        }
        int times = bDepth / aDepth;
        var end = Whole.of(code.keep(a.plus(depth.times(aDepth))));
        var start = Whole.of(code.keep(b.plus(a.times(-times))));
        code.loop(a, end, aDepth, at -> step.accept(at, Whole.of(code.keep(start.plus(at.times(times))))));
    }

    /// The store of rows whose sums wait in memory, the last parameter saying how many; the method's other own
    /// parameters are as of [#lanes]. Behind the loop over the depth HotSpot would take numbers of the first
    /// operand for something that is needed apart from their products, and move each between registers once more.
    void finish(Kernel.LaneTile tile, int rows) {
        var row = Whole.of(arguments.own().get(1));
        body.variable(Kernel.GROUP, Whole.of(arguments.own().get(0)));
        eachLane(lane -> code.loop(Whole.of(arguments.own().get(4)), i -> {
            var at = row.plus(i);
            store(tile, at, lane, loaded(partial(tile), waiting(tile, rows, at, lane)));
        }));
    }

    private void eachLane(Consumer<Whole> body) {
        code.loop(Whole.ZERO, Whole.of(32), shape.columns() * shape.lanes(), body);
    }

    private Local partial(Kernel.LaneTile tile) {
        return arguments.arrays().get(tile.partial());
    }

    private Whole waiting(Kernel.LaneTile tile, int rows, Whole row, Whole lane) {
        var group = Whole.of(arguments.own().get(0));
        return Whole.of(code.keep(offset(tile.partial())
                .plus(group.times(32 * rows))
                .plus(row.times(32))
                .plus(lane)));
    }

    private void store(Kernel.LaneTile tile, Whole row, Whole lane, Local[] sums) {
        body.variable(Kernel.UNIT, row);
        for (int j = 0; j < shape.columns(); j++) {
            body.inVector(Kernel.LANE, lane.plus(j * shape.lanes()), sums[j], tile.store());
        }
    }

    /// Packs the rows of a tile, which lie side by side in memory for each step of the depth; what lies behind them
    /// is copied too, and overwritten by the next step's. The method's own parameters are as of [#lanes].
    void pack(Kernel.LaneTile tile) {
        var row = Whole.of(arguments.own().get(1));
        var slot = Whole.of(arguments.own().get(2));
        var first = Whole.of(arguments.own().get(3));
        var depth = Whole.of(arguments.own().get(4));
        var from = Whole.of(code.keep(offset(0).plus(row).plus(first.times(tile.aDepth()))));
        var to = Whole.of(code.keep(offset(tile.packed()).plus(slot)));
        code.loop(depth, k -> {
            for (int i = 0; i < shape.rows(); i += form.lanes()) {
                int mark = code.mark();
                form.load(
                        code,
                        arguments.arrays().get(0),
                        from.plus(k.times(tile.aDepth())).plus(i));
                var numbers = code.keep(form.type());
                form.store(
                        code,
                        arguments.arrays().get(tile.packed()),
                        to.plus(k.times(shape.rows())).plus(i),
                        numbers);
                code.release(mark);
            }
        });
    }

    /// The sums over a block of examples, which begin with zeros in the first, and else with what waits in C; the
    /// method's own parameters are the first row, where the columns begin in the panels and in the result, the
    /// first example of the block, and how many there are, those of whole groups.
    void examples(Kernel.ExampleTile tile) {
        var row = Whole.of(arguments.own().get(0));
        var start = Whole.of(arguments.own().get(1));
        var column = Whole.of(arguments.own().get(2));
        var first = Whole.of(arguments.own().get(3));
        var examples = Whole.of(arguments.own().get(4));
        int width = tile.panels().width();
        var a = Whole.of(code.keep(
                offset(0).plus(row.times(tile.aRow())).plus(group(first).times(tile.aGroup()))));
        var b = Whole.of(code.keep(offset(1).plus(start).plus(first.times(width))));
        var c = Whole.of(code.keep(offset(2).plus(row.times(tile.columns())).plus(column)));
        var sums = begun(first, arguments.arrays().get(2), c, tile.columns());
        // One loop over groups and lanes: one within another would be left and entered anew for each group. The
        // place of an example takes ten operations, and two checks of bounds.
        int atOnce = shape.lanes() < WIDE ? 1 : AT_ONCE;
        code.loop(Whole.ZERO, examples, atOnce, e -> {
            var aFirst = Whole.of(code.keep(a.plus(e).plus(group(e).times(tile.aGroup() - 32))));
            var bFirst = Whole.of(code.keep(b.plus(e.times(width))));
            for (int i = 0; i < atOnce; i++) {
                multiply(sums, aFirst.plus(i), tile.aRow(), bFirst.plus(i * width));
            }
        });
        store(arguments.arrays().get(2), c, tile.columns(), sums);
    }

    private Whole group(Whole example) {
        code.push(example);
        code.push(5);
        code.op(Opcodes.ISHR);
        return Whole.of(code.keep(Type.INT_TYPE));
    }

    /// Sums that begin with zeros where `first` is 0, and else with what waits in an array, rows `stride` apart.
    private Local[][] begun(Whole first, Local array, Whole at, int stride) {
        var sums = grid(shape.rows(), _ -> row(shape.columns(), _ -> code.local(form.type())));
        code.push(first);
        code.either(
                () -> each((i, j) -> {
                    form.load(code, array, at.plus(i * stride + j * shape.lanes()));
                    code.store(sums[i][j]);
                }),
                () -> each((i, j) -> {
                    form.constant(code, 0);
                    code.store(sums[i][j]);
                }));
        return sums;
    }

    private interface Cell {
        void at(int row, int column);
    }

    private void each(Cell cell) {
        for (int i = 0; i < shape.rows(); i++) {
            for (int j = 0; j < shape.columns(); j++) {
                cell.at(i, j);
            }
        }
    }

    /// `C[i][j] = sum of A[i] * B[j]` over the axes of the depth; the method's own parameters are the unit, the
    /// first row and how much there is of the outermost axis of the depth.
    void rows(Kernel.RowTile tile) {
        var row = Whole.of(arguments.own().get(1));
        var a = offset(0).plus(tile.aFirst()).plus(row.times(tile.row().a()));
        var b = offset(1).plus(tile.bFirst());
        var c = offset(2).plus(row.times(tile.row().c()));
        var rest = arguments.own().get(0);
        for (int i = tile.outer().size() - 1; i >= 0; i--) {
            var axis = tile.outer().get(i);
            var index = Whole.of(i == 0 ? rest : divided(rest, axis.extent(), Opcodes.IREM));
            rest = i == 0 ? rest : divided(rest, axis.extent(), Opcodes.IDIV);
            a = a.plus(index.times(axis.a()));
            b = b.plus(index.times(axis.b()));
            c = c.plus(index.times(axis.c()));
        }
        var from = Whole.of(code.keep(a));
        var panel = Whole.of(code.keep(b));
        var to = Whole.of(code.keep(c));
        int across = shape.columns() * shape.lanes();
        code.loop(Whole.of(Math.ceilDiv(tile.columns(), across)), n -> {
            code.push(n.times(across));
            if (tile.columns() % across != 0) {
                code.push(tile.columns() - across);
                code.callStatic("java/lang/Math", "min", "(II)I");
            }
            var column = Whole.of(code.keep(Type.INT_TYPE));
            var sums = zeros();
            depth(tile, 0, from, Whole.of(code.keep(panel.plus(column))), sums);
            store(arguments.arrays().get(2), to.plus(column), tile.row().c(), sums);
        });
    }

    Local divided(Local number, int by, int opcode) {
        code.load(number);
        code.push(by);
        code.op(opcode);
        return code.keep(Type.INT_TYPE);
    }

    private void depth(Kernel.RowTile tile, int level, Whole a, Whole b, Local[][] sums) {
        if (level == tile.depth().size()) {
            multiply(sums, a, tile.row().a(), b);
            return;
        }
        var axis = tile.depth().get(level);
        if (level > 0 && level == tile.depth().size() - 1 && axis.extent() <= UNROLLED) {
            for (int k = 0; k < axis.extent(); k++) {
                int mark = code.mark();
                multiply(sums, a.plus(k * axis.a()), tile.row().a(), b.plus(k * axis.b()));
                code.release(mark);
            }
            return;
        }
        var count = level == 0 ? Whole.of(arguments.own().get(2)) : Whole.of(axis.extent());
        code.loop(count, k -> {
            var ak = Whole.of(code.keep(a.plus(k.times(axis.a()))));
            var bk = Whole.of(code.keep(b.plus(k.times(axis.b()))));
            depth(tile, level + 1, ak, bk, sums);
        });
    }

    Local[][] zeros() {
        return grid(
                shape.rows(),
                i -> row(shape.columns(), j -> {
                    form.constant(code, 0);
                    return code.keep(form.type());
                }));
    }

    private Local[][] loaded(Local array, Whole at, int stride) {
        return grid(shape.rows(), i -> loaded(array, at.plus(i * stride)));
    }

    private Local[] loaded(Local array, Whole at) {
        return row(shape.columns(), j -> {
            form.load(code, array, at.plus(j * shape.lanes()));
            return code.keep(form.type());
        });
    }

    private void store(Local array, Whole at, int stride, Local[][] sums) {
        each((i, j) -> form.store(code, array, at.plus(i * stride + j * shape.lanes()), sums[i][j]));
    }

    /// One step along the depth: each sum gains `A[i] * B[j]`.
    void multiply(Local[][] sums, Whole a, int aRow, Whole b) {
        multiply(sums, a, i -> i * aRow, b, j -> j * shape.lanes());
    }

    /// The same where rows, and vectors of B, stand at any distance.
    void multiply(Local[][] sums, Whole a, IntUnaryOperator row, Whole b, IntUnaryOperator vector) {
        multiply(sums, arguments.arrays().get(0), a, row, b, vector);
    }

    private void multiply(
            Local[][] sums, Local array, Whole a, IntUnaryOperator row, Whole b, IntUnaryOperator vector) {
        var bs = row(shape.columns(), j -> {
            form.load(code, arguments.arrays().get(1), b.plus(vector.applyAsInt(j)));
            return code.keep(form.type());
        });
        for (int i = 0; i < shape.rows(); i++) {
            int mark = code.mark();
            form.splat(code, array, a.plus(row.applyAsInt(i)));
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
