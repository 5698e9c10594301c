package dev.lanewise.cli.bench;

import dev.lanewise.cli.explain.ExplainedNetwork;
import dev.lanewise.cli.network.CompiledStepping;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.emit.Amount;
import dev.lanewise.compiler.emit.Bandwidth;
import dev.lanewise.compiler.emit.Peak;
import dev.lanewise.compiler.emit.Timed;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.simd.Simd;
import dev.lanewise.runtime.train.Session;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/// Measures where the time of a training step goes, call by call, and what the machine could do at most:
/// multiply-adds in registers, and bytes from as much memory as a step goes through. The calls are timed in whole
/// steps of a program that notes the clock between them, in turn with steps of the usual program and with the two
/// limits.
public final class Roofline {
    /// More is not kept of the last steps, all calls together.
    private static final int KEPT = 1 << 20;

    private static final int MOST_STEPS = 4096;
    private static final int FEWEST_STEPS = 8;
    private static final int CLOCK_READS = 20_000;
    /// What is measured lies behind a longer time of warming up.
    private static final int MEASURED_SHARE = 3;

    private final CompiledNetwork compiled;
    private final LoopProgram program;
    private final int examples;
    private final Dataset batch;

    public Roofline(CompiledNetwork compiled) {
        this.compiled = compiled;
        this.program = compiled.compilation().program();
        this.examples = compiled.info().train().batch();
        this.batch = Bench.batch(compiled.info(), examples);
    }

    /// A call of a kernel in the step, for whom, and how long it took.
    record Spent(int kernel, String form, Origin origin, double micros, Amount amount) {}

    /// Microseconds of a step and of its parts: `reading` is that of bringing the batch into place, `other` what is
    /// left. `untimed` is a step of the usual program. `peak` in GFLOP/s, `bandwidth` in GB/s from `memory` bytes.
    public record Measured(
            double step,
            double untimed,
            double reading,
            double other,
            List<Spent> calls,
            double peak,
            double bandwidth,
            long memory) {}

    public Measured measure(int threads, double seconds) {
        int width = compiled.info().layout().doublePrecision() ? 0 : Simd.width();
        long memory = memory();
        var timed = compiled.timed();
        var stamps = ((Timed) timed.network().bundle().program()).stamps();
        compiled.network().bundle().program().warmup().warm(Layout.TRAIN, true);
        timed.network().bundle().program().warmup().warm(Layout.TRAIN, true);
        var steps = new Steps(stamps);
        try (var usual = new CompiledStepping(compiled, batch, 1, threads);
                var watched = new CompiledStepping(timed, batch, 1, threads);
                var peak = Peak.of(width, threads);
                var bandwidth = Bandwidth.of(width, threads, memory)) {
            var rates = Rate.alternating(
                    List.of(
                            () -> usual.step(1),
                            () -> steps.run(watched),
                            () -> peak.run(Bench.PEAK_ROUNDS),
                            bandwidth::run),
                    seconds);
            double[] spent = steps.middleHalf();
            double clock = nanosOfClock();
            int calls = stamps.length - 1;
            double[] micros = IntStream.range(0, calls)
                    .mapToDouble(i -> Math.max(0, spent[i + 1] - clock) / 1e3)
                    .toArray();
            double reading = spent[0] / 1e3;
            double other = spent[calls + 1] / 1e3;
            return new Measured(
                    reading + other + Arrays.stream(micros).sum(),
                    1e6 / rates.getFirst().perSecond(),
                    reading,
                    other,
                    calls(micros),
                    Bench.peakGflops(rates.get(2), peak),
                    rates.get(3).perSecond() * bandwidth.moved() * 1e-9,
                    bandwidth.bytes());
        }
    }

    private List<Spent> calls(double[] micros) {
        var calls = program.entries().get(Layout.TRAIN).calls();
        var spent = new ArrayList<Spent>();
        for (int i = 0; i < micros.length; i++) {
            var call = calls.get(i);
            spent.add(new Spent(
                    call.kernel(),
                    ExplainedNetwork.form(program.kernels().get(call.kernel())),
                    call.origin(),
                    micros[i],
                    Amount.of(program, Layout.TRAIN, call, examples)));
        }
        return spent;
    }

    /// The bytes that a step goes through.
    private long memory() {
        var layout = compiled.info().layout();
        long groups = Math.ceilDiv(examples, Session.LANES);
        long numbers = layout.entries().get(Layout.TRAIN).exampleArena() * groups + layout.batchArena();
        return numbers * (layout.doublePrecision() ? Double.BYTES : Float.BYTES);
    }

    /// What it costs to look at the clock.
    private static double nanosOfClock() {
        long begin = System.nanoTime();
        long last = begin;
        for (int i = 0; i < CLOCK_READS; i++) {
            last = Math.max(last, System.nanoTime());
        }
        return (last - begin) / (double) CLOCK_READS;
    }

    /// The times of the last steps: until the first call, of each call, and from the last one on.
    private static final class Steps {
        private final long[] stamps;
        private final long[][] kept;
        private int count;

        Steps(long[] stamps) {
            this.stamps = stamps;
            this.kept = new long[Math.clamp(KEPT / stamps.length, FEWEST_STEPS, MOST_STEPS)][stamps.length + 1];
        }

        void run(CompiledStepping stepping) {
            long begin = System.nanoTime();
            stepping.step(1);
            long end = System.nanoTime();
            var times = kept[count % kept.length];
            times[0] = stamps[0] - begin;
            for (int i = 1; i < stamps.length; i++) {
                times[i] = stamps[i] - stamps[i - 1];
            }
            times[stamps.length] = end - stamps[stamps.length - 1];
            count++;
        }

        /// The means over the middle half of the measured steps, neither interrupted nor lucky: the times of
        /// the parts then add up to that of the whole.
        double[] middleHalf() {
            int used = Math.clamp(count / MEASURED_SHARE, 1, kept.length);
            var last = IntStream.range(count - used, count)
                    .mapToObj(i -> kept[i % kept.length])
                    .sorted((a, b) -> Long.compare(
                            Arrays.stream(a).sum(), Arrays.stream(b).sum()))
                    .toList();
            var middle = last.subList(used / 4, used - used / 4);
            var means = new double[stamps.length + 1];
            for (var times : middle) {
                for (int i = 0; i < means.length; i++) {
                    means[i] += times[i] / (double) middle.size();
                }
            }
            return means;
        }
    }
}
