package dev.lanewise.benchmarks;

import dev.lanewise.compiler.emit.Peak;
import dev.lanewise.runtime.simd.Simd;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// The machine's peak, which `lanewise bench` compares with. The counter `flops` is the figure, two for each lane of
/// each multiply-add.
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 3, jvmArgsPrepend = "--add-modules=jdk.incubator.vector")
public class MachinePeak {
    private static final int ROUNDS = 20_000;

    /// The loops on so many threads.
    @State(Scope.Benchmark)
    public static class Loops {
        @Param({"1", "2"})
        public int threads;

        private Peak peak;

        @Setup
        public void open() {
            peak = Peak.of(Simd.width(), threads);
        }

        @TearDown
        public void close() {
            peak.close();
        }
    }

    @Benchmark
    public void multiplyAdds(Loops loops, Work work) {
        loops.peak.run(ROUNDS);
        work.flops += ROUNDS * loops.peak.operations();
    }
}
