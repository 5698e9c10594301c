package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.loops.Kernel;
import java.util.List;
import java.util.function.BiConsumer;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// The code that finds a worker's share of a kernel: see `Shares` of the runtime.
final class Sharing {
    static final String SHARES = "dev/lanewise/runtime/model/Shares";

    private Sharing() {}

    /// Rows or columns of a worker's share.
    record Range(Whole from, Whole to) {}

    /// The body of `k7` that calls `k7n` of this class on this worker's share.
    static void units(Code code, String owner, String name, Kernel kernel, boolean doubles) {
        var arguments = Arguments.of(Signature.of(kernel, doubles, 2));
        var units = Whole.of(kernel.unitsPerGroup());
        var groups = kernel.perGroup() ? Whole.of(arguments.groups()) : Whole.of(1);
        share(code, arguments, kernel, units, groups, kernel.unitCost(), (mine, within) -> {
            arguments.push(code, mine.from(), mine.to(), within.from(), within.to());
            code.callVirtual(owner, name + "n", unitsSignature(kernel, doubles).descriptor());
        });
    }

    static Signature unitsSignature(Kernel kernel, boolean doubles) {
        return Signature.of(kernel, doubles, 4);
    }

    /// This worker's rectangle of a grid of `rows` and `columns`, and what to do with it when there is any. The
    /// arguments' own numbers are the worker and how many there are; `cost` is that of a cell in nanoseconds.
    static void share(
            Code code,
            Arguments arguments,
            Kernel kernel,
            Whole rows,
            Whole columns,
            double cost,
            BiConsumer<Range, Range> work) {
        var worker = arguments.own().get(0);
        if (kernel.isAlone()) {
            var others = code.label();
            code.load(worker);
            code.jump(Opcodes.IFNE, others);
            work.accept(new Range(Whole.ZERO, rows), new Range(Whole.ZERO, columns));
            code.mark(others);
            return;
        }
        int least = (int) Math.min(Integer.MAX_VALUE, Math.ceil(Kernel.LEAST_NANOS / Math.max(cost, 1e-3)));
        code.push(rows);
        code.push(columns);
        code.push(least);
        code.load(arguments.own().get(1));
        var workers = called(code, "workers", "(IIII)I");
        var end = code.label();
        code.load(worker);
        code.load(workers);
        code.jump(Opcodes.IF_ICMPGE, end);
        code.push(rows);
        code.push(columns);
        code.load(workers);
        var parts = called(code, "parts", "(III)I");
        var within = divided(code, workers, parts, Opcodes.IDIV);
        var mine = range(code, rows, divided(code, worker, within, Opcodes.IDIV), parts);
        var side = range(code, columns, divided(code, worker, within, Opcodes.IREM), within);
        for (var range : List.of(mine, side)) {
            code.push(range.from());
            code.push(range.to());
            code.jump(Opcodes.IF_ICMPGE, end);
        }
        work.accept(mine, side);
        code.mark(end);
    }

    private static Range range(Code code, Whole count, Local part, Local parts) {
        return new Range(
                first(code, count, Whole.of(part), parts),
                first(code, count, Whole.of(part).plus(1), parts));
    }

    private static Whole first(Code code, Whole count, Whole part, Local parts) {
        code.push(count);
        code.push(part);
        code.load(parts);
        return Whole.of(called(code, "first", "(III)I"));
    }

    private static Local called(Code code, String method, String descriptor) {
        code.callStatic(SHARES, method, descriptor);
        return code.keep(Type.INT_TYPE);
    }

    private static Local divided(Code code, Local number, Local by, int opcode) {
        code.load(number);
        code.load(by);
        code.op(opcode);
        return code.keep(Type.INT_TYPE);
    }
}
