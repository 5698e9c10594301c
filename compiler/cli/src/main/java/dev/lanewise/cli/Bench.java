package dev.lanewise.cli;

import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.graph.Operations;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.data.DataOptions;
import dev.lanewise.runtime.data.DataSource;
import dev.lanewise.runtime.simd.Simd;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Measures steps of one network on made-up data, its batch as in the train block, by each of three that compute the
/// same bits: the compiled program; the same graph *node by node*, each node a vectorised kernel of its own whose
/// result goes to memory, without fusion; and the plain interpreter. Every step copies its batch into place, as in
/// training.
final class Bench {
    private final CompiledNetwork compiled;
    private final CompiledNetwork unfused;
    private final Dataset batch;
    private final double gflop;
    private final double seconds;
    private final Map<Integer, Double> peaks = new HashMap<>();

    /// `unfused` is the same network with a kernel for each node.
    Bench(CompiledNetwork compiled, CompiledNetwork unfused, double seconds) {
        this.compiled = compiled;
        this.unfused = unfused;
        this.seconds = seconds;
        var info = compiled.info();
        int examples = info.train().batch();
        this.batch =
                DataSource.open("normal:" + examples, Path.of(""), info.inputs(), info.targets(), DataOptions.DEFAULT);
        this.gflop = Operations.ofContractions(compiled.compilation().step(), examples) * 1e-9;
    }

    /// What one way of computing came to.
    record Figures(Rate rate, double gflops, double peakShare) {
        double stepsPerSecond() {
            return rate.perSecond();
        }

        Map<String, Object> toJson() {
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
    double gflop() {
        return gflop;
    }

    int examples() {
        return batch.size();
    }

    /// The machine's peak in GFLOP/s.
    double peak(int threads) {
        int width = compiled.info().layout().doublePrecision() ? 0 : Simd.width();
        return peaks.computeIfAbsent(threads, t -> PeakRate.of(width, t, Math.min(seconds, 1)));
    }

    Figures compiled(int threads) {
        return program(compiled, threads);
    }

    Figures nodeByNode(int threads) {
        return program(unfused, threads);
    }

    /// On one thread; slow steps are few.
    Figures interpreted() {
        try (var stepping = new InterpretedStepping(compiled, batch, 1)) {
            return figures(Rate.of(() -> stepping.step(1), seconds), 1);
        }
    }

    private Figures program(CompiledNetwork network, int threads) {
        network.network().bundle().program().warmUp();
        try (var stepping = new CompiledStepping(network, batch, 1, threads)) {
            return figures(Rate.of(() -> stepping.step(1), seconds), threads);
        }
    }

    private Figures figures(Rate rate, int threads) {
        double gflops = gflop * rate.perSecond();
        return new Figures(rate, gflops, gflops / peak(threads));
    }
}
