package dev.lanewise.benchmarks.peers;

import dev.lanewise.compiler.emit.Peak;
import dev.lanewise.runtime.simd.Simd;

/// Does the workload's multiply-adds and nothing else, in registers: the rate that no contender can pass. The others'
/// share of the machine's peak is their rate as a share of this one.
final class PeakContender implements Contender {
    /// So many are done in one call, as the JVM compiles a method anew while it runs.
    private static final int ROUNDS = 10_000;

    private final Peak peak;
    private final long rounds;

    PeakContender(Workload workload, int threads) {
        peak = Peak.of(Simd.width(), threads);
        rounds = workload.peakSteps() * workload.operations() / peak.operations();
    }

    @Override
    public void step(int batch) {
        for (long left = rounds; left > 0; left -= ROUNDS) {
            peak.run((int) Math.min(left, ROUNDS));
        }
    }

    /// There is none.
    @Override
    public double loss() {
        return 0;
    }
}
