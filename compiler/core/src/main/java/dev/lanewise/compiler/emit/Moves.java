package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Form;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.loops.Kernel;
import org.objectweb.asm.Opcodes;

/// Work that moves numbers.
final class Moves {
    private Moves() {}

    /// The panels of own parameters 0 to 1, of each group of own parameters 2 to 3.
    static void rearrange(Body body, Form single, Kernel.Rearrange move) {
        var code = body.code();
        var arguments = body.arguments();
        var own = arguments.own();
        int width = move.panels().width();
        var turning = new Turning(body, single);
        code.loop(Whole.of(own.get(0)), Whole.of(own.get(1)), 1, panel -> {
            var first = code.smaller(panel.times(width), Whole.of(move.size() - width));
            code.loop(Whole.of(own.get(2)), Whole.of(own.get(3)), 1, group -> {
                var from = place(code, arguments, 0, move, move.from(), panel, first, group);
                var to = place(code, arguments, 1, move, move.to(), panel, first, group);
                if (from.step() == to.step()) {
                    turning.copy(from, to, 32, width);
                } else if (from.step() == 1) {
                    turning.turn(from, to, 32, width);
                } else {
                    turning.turn(from.acrossRows(), to.acrossRows(), width, 32);
                }
            });
        });
    }

    /// Where number `first` of a group's first example is.
    private static Turning.Block place(
            Code code,
            Arguments arguments,
            int operand,
            Kernel.Rearrange move,
            Kernel.Arrangement arrangement,
            Whole panel,
            Whole first,
            Whole group) {
        int stride = move.stride(arrangement);
        var place = arrangement == Kernel.Arrangement.PANELS
                ? code.product(panel, Whole.of(arguments.groups())).plus(group).times(32 * stride)
                : group.times(Math.multiplyExact(32, move.size())).plus(first.times(move.step(arrangement)));
        var start = code.keep(Whole.of(arguments.offsets().get(operand)).plus(place));
        return new Turning.Block(arguments.arrays().get(operand), Whole.of(start), stride, move.step(arrangement));
    }

    /// The places of own parameters 0 to 1, of each group of own parameters 2 to 3.
    static void toRuns(Body body, Form single, Kernel.ToRuns move) {
        var code = body.code();
        var arguments = body.arguments();
        var own = arguments.own();
        var runs = move.runs();
        int full = move.columns() / runs.width();
        var turning = new Turning(body, single);
        code.loop(Whole.of(own.get(0)), Whole.of(own.get(1)), 1, place -> {
            code.loop(Whole.of(own.get(2)), Whole.of(own.get(3)), 1, group -> {
                code.loop(Whole.of(full), panel -> run(body, turning, move, place, group, panel, runs.width()));
                if (full < runs.panels()) {
                    run(body, turning, move, place, group, Whole.of(full), move.columns() % runs.width());
                }
            });
        });
    }

    /// The columns of one panel; where they do not fill it, there are zeros behind them.
    private static void run(
            Body body, Turning turning, Kernel.ToRuns move, Whole place, Whole group, Whole panel, int columns) {
        var code = body.code();
        var arguments = body.arguments();
        int width = move.runs().width();
        var first = group.times(move.columns()).plus(panel.times(width)).times(move.places());
        var row = group.times(move.runs().panels()).plus(panel).times(move.places());
        var from = code.keep(
                Whole.of(arguments.offsets().get(0)).plus(first.plus(place).times(32)));
        var to = code.keep(
                Whole.of(arguments.offsets().get(1)).plus(row.plus(place).times(32 * width)));
        if (columns < width) {
            var form = body.wide();
            form.constant(code, 0);
            var zero = code.keep(form.type());
            int behind = columns / form.lanes() * form.lanes();
            code.loop(
                    Whole.of(32),
                    lane -> code.loop(
                            Whole.of(behind),
                            Whole.of(width),
                            form.lanes(),
                            column -> form.store(
                                    code,
                                    arguments.arrays().get(1),
                                    Whole.of(to).plus(lane.times(width)).plus(column),
                                    zero)));
        }
        turning.turn(
                new Turning.Block(arguments.arrays().get(0), Whole.of(from), 32 * move.places(), 1),
                new Turning.Block(arguments.arrays().get(1), Whole.of(to), 1, width),
                columns,
                32);
    }

    /// The one unit: lanes `examples - 32 (groups - 1)` and on of the last group.
    static void clearPadding(Body body, Form single, Kernel.ClearPadding clear) {
        var code = body.code();
        var arguments = body.arguments();
        var array = arguments.arrays().getFirst();
        var last = Whole.of(arguments.groups()).plus(-1);
        var block = code.keep(
                Whole.of(arguments.offsets().getFirst()).plus(last.times(Math.multiplyExact(32, clear.size()))));
        var real = code.keep(Whole.of(arguments.examples()).plus(last.times(-32)));
        single.constant(code, 0);
        var zero = code.keep(single.type());
        once(code, arguments, () -> {
            code.loop(
                    Whole.of(clear.size()),
                    row -> code.loop(
                            Whole.of(real),
                            Whole.of(32),
                            1,
                            lane -> single.store(
                                    code,
                                    array,
                                    Whole.of(block).plus(row.times(32)).plus(lane),
                                    zero)));
        });
    }

    /// Does the work where the range of units holds the first.
    private static void once(Code code, Arguments arguments, Runnable work) {
        Local from = arguments.own().getFirst();
        var end = code.label();
        code.load(from);
        code.jump(Opcodes.IFNE, end);
        work.run();
        code.mark(end);
    }
}
