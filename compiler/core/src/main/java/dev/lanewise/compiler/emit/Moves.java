package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Form;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.loops.Kernel;
import org.objectweb.asm.Opcodes;

/// Work that moves numbers, one by one at every width.
final class Moves {
    private Moves() {}

    /// The panels of own parameters 0 to 1, of each group of own parameters 2 to 3: what is written lies side by
    /// side.
    static void lanesToPanels(Body body, Form single, Kernel.LanesToPanels move) {
        var code = body.code();
        var arguments = body.arguments();
        var own = arguments.own();
        var panels = move.panels();
        code.loop(Whole.of(own.get(0)), Whole.of(own.get(1)), 1, panel -> {
            var start = code.product(panel, Whole.of(arguments.groups()));
            var target = Whole.of(arguments.offsets().get(1)).plus(start.times(32 * panels.width()));
            var first = code.smaller(panel.times(panels.width()), Whole.of(move.size() - panels.width()));
            var source = Whole.of(arguments.offsets().get(0)).plus(first.times(32));
            code.loop(Whole.of(own.get(2)), Whole.of(own.get(3)), 1, group -> {
                var from = Whole.of(code.keep(source.plus(group.times(Math.multiplyExact(32, move.size())))));
                var to = Whole.of(code.keep(target.plus(group.times(32 * panels.width()))));
                code.loop(Whole.of(32), lane -> {
                    var column = Whole.of(code.keep(from.plus(lane)));
                    var row = Whole.of(code.keep(to.plus(lane.times(panels.width()))));
                    code.loop(Whole.of(panels.width()), i -> {
                        single.load(code, arguments.arrays().get(0), column.plus(i.times(32)));
                        var value = code.keep(single.type());
                        single.store(code, arguments.arrays().get(1), row.plus(i), value);
                    });
                });
            });
        });
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
