package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Form;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.loops.Kernel;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// Work that moves numbers, one by one at every width.
final class Moves {
    private Moves() {}

    /// For each group of own parameters 2 to 3, the blocks of rows of own parameters 0 to 1: what is written lies
    /// side by side.
    static void lanesToRows(Body body, Form single, Kernel.LanesToRows move) {
        var code = body.code();
        var arguments = body.arguments();
        var own = arguments.own();
        int size = Math.multiplyExact(32, move.size());
        code.loop(Whole.of(own.get(2)), Whole.of(own.get(3)), 1, group -> {
            var from = Whole.of(code.keep(Whole.of(arguments.offsets().get(0)).plus(group.times(size))));
            var to = Whole.of(code.keep(Whole.of(arguments.offsets().get(1)).plus(group.times(size))));
            code.loop(Whole.of(own.get(0)), Whole.of(own.get(1)), 1, block -> {
                var first = block.times(Kernel.LanesToRows.BLOCK);
                code.push(Kernel.LanesToRows.BLOCK);
                code.push(first.times(-1).plus(move.size()));
                code.callStatic("java/lang/Math", "min", "(II)I");
                var count = Whole.of(code.keep(Type.INT_TYPE));
                code.loop(Whole.of(32), lane -> {
                    var source = Whole.of(code.keep(from.plus(first.times(32)).plus(lane)));
                    var target = Whole.of(code.keep(to.plus(first).plus(lane.times(move.size()))));
                    code.loop(count, i -> {
                        single.load(code, arguments.arrays().get(0), source.plus(i.times(32)));
                        var value = code.keep(single.type());
                        single.store(code, arguments.arrays().get(1), target.plus(i), value);
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
            if (clear.rows()) {
                var from = Whole.of(block).plus(Whole.of(real).times(clear.size()));
                var to = Whole.of(block).plus(32 * clear.size());
                code.loop(from, to, 1, i -> single.store(code, array, i, zero));
            } else {
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
            }
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
