package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.InitialWeights;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.Port;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

    /// What the network makes of the examples, `[feature][example]`.
    private static double[][] prepared(String way) {
        var compiled = compiled(way);
        var network = compiled.network();
        Fitting.fit(compiled.compilation().model(), data(network), network.weights());
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

    @ParameterizedTest
    @ValueSource(strings = {"standardize", "whiten(pca)", "min_max", "mean_image"})
    void partByPartTheBitsAreThoseOfOneBatch(String way) {
        var model = compiled(way).compilation().model();
        var inputs = Map.of("x", values());
        var weights = new LinkedHashMap<>(InitialWeights.of(model, Bindings.of(EXAMPLES, inputs, Map.of(), 1), true));
        for (var weight : model.weights()) {
            if (weight.kind() == Weight.Kind.FITTED) {
                var whole = Bindings.of(EXAMPLES, inputs, weights, 1);
                var interpreter = new Interpreter(weight.fit(), true);
                var expected = interpreter.run(whole).tensors().getFirst();
                int[] reads = {0};
                var actual = interpreter
                        .over(
                                (from, count) -> {
                                    reads[0]++;
                                    double[] part = new double[count * FEATURES];
                                    System.arraycopy(inputs.get("x"), from * FEATURES, part, 0, part.length);
                                    return Map.of("x", part);
                                },
                                whole,
                                64)
                        .tensors()
                        .getFirst();
                assertArrayEquals(expected.data(), actual.data(), 0, weight.name());
                assertTrue(reads[0] >= EXAMPLES / 64, "the examples come in parts");
            }
        }
    }

    @Test
    void aScaledLayerGivesVarianceOne() {
        var compiled = compiled("dense(6, init: lsuv, bias: false) |> tanh |> dense(6, init: lsuv, bias: false)");
        var network = compiled.network();
        var weights = network.weights();
        double[] before = weights.get("dense_1.weight");
        Fitting.fit(compiled.compilation().model(), data(network), weights);
        double[] w = weights.get("dense_1.weight");
        double ratio = w[0] / before[0];
        for (int i = 0; i < w.length; i++) {
            assertEquals(ratio, w[i] / before[i], 1e-12, "the directions stay");
        }
        double[] outputs = new double[EXAMPLES * FEATURES];
        network.predictor().predict(values(), EXAMPLES, outputs);
        assertEquals(1, together(outputs, outputs), 0.1, "of 1024 examples it is 1, of all about that");
        double[] once = w.clone();
        Fitting.fit(compiled.compilation().model(), data(network), weights);
        assertArrayEquals(once, weights.get("dense_1.weight"), 0, "what has left its first value stays");
    }
}
