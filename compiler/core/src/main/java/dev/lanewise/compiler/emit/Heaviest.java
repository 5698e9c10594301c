package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/// In which order the kernels of an entry are warmed up.
final class Heaviest {
    /// A batch of this many groups decides how kernels that do something for each weigh against others.
    private static final int GROUPS = 8;
    /// What has at least this share of an entry's work is worth waiting for.
    private static final double SHARE = 0.01;
    /// A constant of a class file holds 65,535 bytes; beyond are kernels that hardly weigh anything.
    private static final int MOST = 20_000;

    private Heaviest() {}

    /// The number of kernels that are worth waiting for, then all kernels with vectors, the heaviest first: each a
    /// `char`.
    static String of(LoopProgram program, LoopProgram.Entry entry) {
        var work = new HashMap<Integer, Double>();
        for (var call : entry.calls()) {
            var kernel = program.kernels().get(call.kernel());
            if (Uses.vectors(kernel)) {
                work.merge(call.kernel(), call.times() * nanos(kernel), Double::sum);
            }
        }
        double all = work.values().stream().mapToDouble(n -> n).sum();
        var order = work.entrySet().stream()
                .sorted(Map.Entry.<Integer, Double>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST)
                .toList();
        long heavy = order.stream().filter(e -> e.getValue() >= SHARE * all).count();
        var text = new StringBuilder().append((char) heavy);
        order.forEach(e -> text.append((char) (int) e.getKey()));
        return text.toString();
    }

    private static double nanos(Kernel kernel) {
        return kernel.unitCost() * kernel.unitsPerGroup() * (kernel.perGroup() ? GROUPS : 1);
    }
}
