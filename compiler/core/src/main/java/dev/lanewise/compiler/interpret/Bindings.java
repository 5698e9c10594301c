package dev.lanewise.compiler.interpret;

import dev.lanewise.compiler.graph.Prim.RunScalar;
import java.util.HashMap;
import java.util.Map;

/// What a graph is run on: a batch (row-major examples), weights by name, the run's numbers, and the seed of its
/// draws.
public record Bindings(
        int examples,
        Map<String, double[]> inputs,
        Map<String, double[]> weights,
        Map<RunScalar, Double> run,
        long seed) {

    public Bindings {
        inputs = Map.copyOf(inputs);
        weights = Map.copyOf(weights);
        run = Map.copyOf(run);
    }

    /// The first step of a run of one step over this batch.
    public static Bindings of(int examples, Map<String, double[]> inputs, Map<String, double[]> weights, long seed) {
        var run = new HashMap<RunScalar, Double>();
        run.put(RunScalar.STEP, 1.0);
        run.put(RunScalar.STEPS, 1.0);
        run.put(RunScalar.EPOCH, 1.0);
        run.put(RunScalar.VALIDATION_LOSS, Double.POSITIVE_INFINITY);
        run.put(RunScalar.EXAMPLES, (double) examples);
        return new Bindings(examples, inputs, weights, run, seed);
    }

    public Bindings with(RunScalar scalar, double value) {
        var changed = new HashMap<>(run);
        changed.put(scalar, value);
        return new Bindings(examples, inputs, weights, changed, seed);
    }

    public Bindings withWeights(Map<String, double[]> others) {
        return new Bindings(examples, inputs, others, run, seed);
    }

    public Bindings withWeight(String name, double[] data) {
        var changed = new HashMap<>(weights);
        changed.put(name, data);
        return withWeights(changed);
    }

    public double run(RunScalar scalar) {
        return run.getOrDefault(scalar, Double.NaN);
    }
}
