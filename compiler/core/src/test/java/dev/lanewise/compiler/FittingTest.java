package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.model.Decompositions;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.random.CounterRandom;
import dev.lanewise.runtime.team.Team;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What comes from the training data before the first step.
class FittingTest {
    private static final int EXAMPLES = 3000;
    private static final int FEATURES = 6;

    private static CompiledNetwork compiled(String way) {
        return Lanewise.compile("""
            network Net {
              input  x: float[6]
              target y: float[2]
              prepared = x |> %s
              output o = prepared
              loss   mse(prepared |> dense(2), y)
            }
            """.formatted(way), CompileOptions.standard().with("train.precision", "f64"));
    }

    /// Features that vary together, one of which is constant.
    private static double[] values() {
        var random = new SplittableRandom(4);
        double[] values = new double[EXAMPLES * FEATURES];
        for (int e = 0; e < EXAMPLES; e++) {
            double common = random.nextGaussian();
            for (int i = 0; i < FEATURES; i++) {
                values[e * FEATURES + i] = i == 5 ? 7 : 3 * i + common * i + (1 + i) * random.nextGaussian();
            }
        }
        return values;
    }

    private static Dataset data(Network network) {
        var builder = ArrayDataset.builder();
        for (Port port : network.inputs()) {
            builder.add(port, values());
        }
        return builder.add(network.targets().getFirst(), new double[2 * EXAMPLES])
                .build();
    }

    private static void fit(CompiledNetwork compiled, WeightStore weights, int threads) {
        try (var team = Team.of(threads)) {
            var fitting =
                    Objects.requireNonNull(compiled.network().bundle().program().fitting());
            fitting.fit(data(compiled.network()), weights, 1, team);
        }
    }

    /// What the network makes of the examples, `[feature][example]`.
    private static double[][] prepared(String way) {
        var compiled = compiled(way);
        var network = compiled.network();
        fit(compiled, network.weights(), 1);
        double[] outputs = new double[EXAMPLES * FEATURES];
        network.predictor().predict(values(), EXAMPLES, outputs);
        double[][] features = new double[FEATURES][EXAMPLES];
        IntStream.range(0, outputs.length).forEach(i -> features[i % FEATURES][i / FEATURES] = outputs[i]);
        return features;
    }

    private static double mean(double[] a) {
        return IntStream.range(0, a.length).mapToDouble(i -> a[i]).sum() / a.length;
    }

    private static double together(double[] a, double[] b) {
        double ma = mean(a);
        double mb = mean(b);
        return IntStream.range(0, a.length)
                        .mapToDouble(i -> (a[i] - ma) * (b[i] - mb))
                        .sum()
                / a.length;
    }

    @ParameterizedTest
    @ValueSource(strings = {"whiten(pca)", "whiten(zca)"})
    void whitenedFeaturesDoNotVaryTogether(String way) {
        var features = prepared(way);
        double all = 0;
        for (int i = 0; i < FEATURES; i++) {
            assertEquals(0, mean(features[i]), 1e-10);
            for (int j = 0; j < i; j++) {
                assertEquals(0, together(features[i], features[j]), 1e-6);
            }
            all += together(features[i], features[i]);
        }
        assertEquals(FEATURES - 1, all, 1e-3, "all but the constant feature have variance 1");
    }

    @Test
    void whatIsTurnedBackStaysNearItsFeature() {
        var features = prepared("whiten(zca)");
        double[] values = values();
        for (int i = 0; i < FEATURES - 1; i++) {
            int feature = i;
            double[] own = IntStream.range(0, EXAMPLES)
                    .mapToDouble(e -> values[e * FEATURES + feature])
                    .toArray();
            double correlation = together(features[i], own) / Math.sqrt(together(own, own));
            assertTrue(correlation > 0.7, "feature " + i + ": " + correlation);
        }
    }

    @Test
    void featuresComeIntoTheirRange() {
        var features = prepared("min_max");
        for (int i = 0; i < FEATURES; i++) {
            double[] sorted = features[i].clone();
            Arrays.sort(sorted);
            assertEquals(0, sorted[0], 1e-12);
            assertEquals(i == 5 ? 0 : 1, sorted[EXAMPLES - 1], 1e-12);
        }
    }

    private static List<String> ways() {
        return List.of("standardize", "whiten(pca)", "min_max", "dense(6, init: lsuv)");
    }

    /// Stage after stage as the interpreter walks through the graphs.
    private static Map<String, double[]> interpreted(CompiledNetwork compiled) {
        var fits = compiled.compilation().fits();
        var values = new HashMap<String, double[]>();
        for (var slot : fits.plan().layout().weights()) {
            values.put(
                    slot.name(),
                    new double[slot.shape().stream().mapToInt(n -> n).reduce(1, (a, b) -> a * b)]);
        }
        var weights = compiled.network().weights();
        weights.list().forEach(weight -> values.put(weight.name(), weights.get(weight.name())));
        for (var fit : fits.plan().fits()) {
            int[] order = fit.isPreparation()
                    ? IntStream.range(0, EXAMPLES).toArray()
                    : Arrays.copyOf(CounterRandom.permutation(1, 0, EXAMPLES), 1024);
            for (var stage : fit.stages()) {
                int part =
                        fits.plan().part(Math.min(stage.entry(), fits.graphs().size() - 1));
                switch (stage.kind()) {
                    case EIGENVECTORS ->
                        values.put(stage.to(), Decompositions.eigenvectors(values.get(stage.from()), FEATURES));
                    case ORTHONORMAL -> throw new AssertionError("none of these does");
                    case WHOLE -> run(fits.graphs().get(stage.entry()), values, new double[0], order.length, 1);
                    case PART -> {
                        for (int from = 0; from < order.length; from += part) {
                            int[] examples = Arrays.copyOfRange(order, from, Math.min(from + part, order.length));
                            double[] x = Arrays.stream(examples)
                                    .boxed()
                                    .flatMapToDouble(e -> Arrays.stream(values(), e * FEATURES, (e + 1) * FEATURES))
                                    .toArray();
                            run(fits.graphs().get(stage.entry()), values, x, examples.length, 1 + from / part);
                        }
                    }
                }
            }
        }
        return values;
    }

    private static void run(Graph graph, Map<String, double[]> values, double[] x, int examples, int step) {
        var bindings = Bindings.of(examples, Map.of("x", x), values, 1).with(RunScalar.STEP, step);
        var outcome = new Interpreter(graph, true).run(bindings);
        for (int i = 0; i < outcome.results().size(); i++) {
            values.put(
                    outcome.results().get(i).name(),
                    outcome.tensors().get(i).data().clone());
        }
    }

    @ParameterizedTest
    @MethodSource("ways")
    void compiledStagesGiveTheBitsOfInterpretedOnesForAnyTeam(String way) {
        var compiled = compiled(way);
        var expected = interpreted(compiled);
        assertTrue(EXAMPLES > compiled.compilation().fits().plan().part(0), "the examples come in parts");
        for (int threads = 1; threads <= 3; threads++) {
            var weights = compiled.network().weights().duplicate();
            fit(compiled, weights, threads);
            for (var weight : compiled.compilation().model().weights()) {
                if (weight.isFitted()) {
                    double[] values = weights.get(weight.name());
                    assertArrayEquals(expected.get(weight.name()), values, 0, weight.name());
                    assertTrue(Arrays.stream(values).anyMatch(v -> v != 0), weight.name());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"standardize", "whiten(pca)", "min_max", "mean_image"})
    void partByPartItIsWhatOneLargeBatchGives(String way) {
        var compiled = compiled(way);
        var weights = compiled.network().weights();
        fit(compiled, weights, 1);
        var model = compiled.compilation().model();
        var known = new HashMap<String, double[]>();
        weights.list().forEach(weight -> known.put(weight.name(), weights.get(weight.name())));
        for (var weight : model.weights()) {
            if (weight.kind() == Weight.Kind.FITTED) {
                var whole = Bindings.of(EXAMPLES, Map.of("x", values()), known, 1);
                var expected =
                        new Interpreter(weight.fit(), true).run(whole).tensors().getFirst();
                assertArrayEquals(expected.data(), weights.get(weight.name()), 1e-6, weight.name());
            }
        }
    }

    @Test
    void aScaledLayerGivesVarianceOne() {
        var compiled = compiled("dense(6, init: lsuv, bias: false) |> tanh |> dense(6, init: lsuv, bias: false)");
        var network = compiled.network();
        var weights = network.weights();
        double[] before = weights.get("dense_1.weight");
        fit(compiled, weights, 1);
        double[] w = weights.get("dense_1.weight");
        double ratio = w[0] / before[0];
        for (int i = 0; i < w.length; i++) {
            assertEquals(ratio, w[i] / before[i], 1e-12, "the directions stay");
        }
        double[] outputs = new double[EXAMPLES * FEATURES];
        network.predictor().predict(values(), EXAMPLES, outputs);
        assertEquals(1, together(outputs, outputs), 0.1, "of 1024 examples it is 1, of all about that");
        double[] once = w.clone();
        fit(compiled, weights, 1);
        assertArrayEquals(once, weights.get("dense_1.weight"), 0, "what has left its first value stays");
    }
}
