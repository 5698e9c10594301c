package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.interpret.Bindings;

/// What one call of a kernel sees: its operands, which begin at `firsts`, its numbers of the run, and which part of
/// the batch it works on: `groups` and `bindings` are all of it, `batchGroups` and `batchExamples` those of a turn.
record CallMemory(
        double[][] arrays,
        int[] firsts,
        double[] scalars,
        boolean doublePrecision,
        Bindings bindings,
        int groups,
        int batchGroups,
        int batchExamples) {

    double round(double x) {
        return doublePrecision ? x : (float) x;
    }

    double fma(double a, double b, double c) {
        return doublePrecision ? Math.fma(a, b, c) : Math.fma((float) a, (float) b, (float) c);
    }
}
