package dev.lanewise.cli.bench;

import dev.lanewise.cli.console.Figures;
import dev.lanewise.cli.network.CompiledStepping;
import dev.lanewise.cli.network.InterpretedStepping;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.emit.Peak;
import dev.lanewise.compiler.graph.Operations;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.data.DataOptions;
import dev.lanewise.runtime.data.DataSource;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.model.ModelInfo;
import dev.lanewise.runtime.simd.Simd;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Measures steps of one network on made-up data, its batch as in the train block, by each of three that compute the
/// same bits: the compiled program; the same graph *node by node*, each node a vectorised kernel of its own whose
/// result goes to memory, without fusion; and the plain interpreter. Every step copies its batch into place, as in
/// training.
public final class Bench {
    /// Some tens of microseconds.
    static final int PEAK_ROUNDS = 20_000;

    private final CompiledNetwork compiled;
    private final CompiledNetwork unfused;
    private final Dataset batch;
    private final double gflop;
    private final double seconds;

    /// `unfused` is the same network with a kernel for each node.
    public Bench(CompiledNetwork compiled, CompiledNetwork unfused, double seconds) {
        this.compiled = compiled;
        this.unfused = unfused;
        this.seconds = seconds;
        var info = compiled.info();
        int examples = info.train().batch();
        this.batch = batch(info, examples);
        this.gflop = Operations.ofContractions(compiled.compilation().step(), examples) * 1e-9;
    }

    /// Made-up data for a network.
    static Dataset batch(ModelInfo info, int examples) {
        return DataSource.open("normal:" + examples, Path.of(""), info.inputs(), info.targets(), DataOptions.DEFAULT);
    }

    /// What one way of computing came to.
    public record Figures(Rate rate, double gflops, double peakShare) {
        public double stepsPerSecond() {
            return rate.perSecond();
        }

        public Map<String, Object> toJson() {
            var json = new LinkedHashMap<String, Object>();
            json.put("stepsPerSecond", stepsPerSecond());
            json.put("gflops", gflops);
            json.put("peakShare", peakShare);
            json.put("blocks", rate.blocks());
            json.put("slowest", rate.worst());
            json.put("fastest", rate.best());
            return json;
        }
    }

    /// Billions of operations of a step's contractions.
    public double gflop() {
        return gflop;
    }

    public int examples() {
        return batch.size();
    }

    /// What is measured side by side: the compiled program on all threads and on one, the graph node by node on
    /// one, and the machine's peak in GFLOP/s on all threads and on one.
    public record Measured(Figures all, Figures one, Figures nodes, double peak, double peakOfOne) {}

    public Measured measure(int threads) {
        int width = compiled.info().layout().doublePrecision() ? 0 : Simd.width();
        compiled.network().bundle().program().warmup().warm(Layout.TRAIN, true);
        unfused.network().bundle().program().warmup().warm(Layout.TRAIN, true);
        try (var all = new CompiledStepping(compiled, batch, 1, threads);
                var one = new CompiledStepping(compiled, batch, 1, 1);
                var nodes = new CompiledStepping(unfused, batch, 1, 1);
                var peak = Peak.of(width, threads);
                var peakOfOne = Peak.of(width, 1)) {
            var works = new ArrayList<Runnable>(List.of(
                    () -> one.step(1),
                    () -> nodes.step(1),
                    () -> peakOfOne.run(PEAK_ROUNDS),
                    () -> all.step(1),
                    () -> peak.run(PEAK_ROUNDS)));
            var rates = Rate.alternating(works.subList(0, threads == 1 ? 3 : 5), seconds);
            double single = peakGflops(rates.get(2), peakOfOne);
            var alone = figures(rates.get(0), single);
            var unjoined = figures(rates.get(1), single);
            if (threads == 1) {
                return new Measured(alone, alone, unjoined, single, single);
            }
            double most = peakGflops(rates.get(4), peak);
            return new Measured(figures(rates.get(3), most), alone, unjoined, most, single);
        }
    }

    /// What a peak whose runs of `PEAK_ROUNDS` rounds were counted came to.
    static double peakGflops(Rate rate, Peak peak) {
        return rate.perSecond() * peak.operations() * PEAK_ROUNDS * 1e-9;
    }

    /// On one thread; slow steps are few.
    public Figures interpreted(double peakOfOne) {
        try (var stepping = new InterpretedStepping(compiled, batch, 1)) {
            return figures(Rate.of(() -> stepping.step(1), seconds), peakOfOne);
        }
    }

    private Figures figures(Rate rate, double peak) {
        double gflops = gflop * rate.perSecond();
        return new Figures(rate, gflops, gflops / peak);
    }
}
