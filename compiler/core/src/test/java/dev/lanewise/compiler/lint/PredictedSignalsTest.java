package dev.lanewise.compiler.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Compiler;
import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.InitialWeights;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.source.Source;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What is predicted without a single weight, against figures of lectures and against what happens.
class PredictedSignalsTest {

    private static Model model(String text) {
        var diagnostics = new Diagnostics();
        return Compiler.model(
                        new Source("test.net", text), SourceFolder.empty(), CompileOptions.standard(), diagnostics)
                .orElseThrow(() -> new AssertionError(diagnostics.all().toString()));
    }

    private static PredictedSignals predicted(Model model, int examples) {
        return PredictedSignals.of(model, Compiler.watched(model, Set.of()), Map.of(), examples);
    }

    /// Deviations of layers of 500 on standard normal examples, measured for the lectures.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "tanh    | normal(std: 0.01) | .214 .048 .011 .0024 .00053",
                "tanh    | normal(std: 1)    | .98 .98 .98 .98 .98",
                "tanh    | glorot_normal     | .63 .49 .41 .36 .32 .29 .27 .25 .24 .22",
                "relu    | glorot_normal     | .582 .404 .277 .199 .140 .103 .073 .052 .039 .026",
                "relu    | auto              | .82 .82 .82 .82 .82 .82 .82 .82 .82 .82",
                "selu    | auto              | 1 1 1 1 1 1 1 1 1 1",
                "sigmoid | normal(std: 0.01) | .055 .028 .028 .028 .028",
                "sigmoid | normal(std: 1)    | .48 .47 .47 .47 .47",
                "sigmoid | fan_in            | .21 .13 .12 .12 .12",
            })
    void theLecturesDeviationsAreForetold(String activation, String init, String deviations) {
        var expected = Arrays.stream(deviations.split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
        var model = model("""
            network lecture {
              input x: float[500]
              h = x
              repeat %d { h = h |> dense(500, init: %s) |> %s }
              output y = h
            }
            """.formatted(expected.length, init, activation));
        var layers = predicted(model, 1000).layers();
        assertEquals(expected.length, layers.size());
        for (int i = 0; i < expected.length; i++) {
            double allowed = 0.09 * expected[i] + 0.005 * (expected[i] > 0.05 ? 1 : 0);
            assertEquals(expected[i], layers.get(i).std(), allowed, "layer " + (i + 1));
        }
    }

    private static final String NETWORK = """
        fn bump(z, width: param = 1.5) = z * exp(-(z / width) ^ 2) + 0.3 * z
        network measured {
          input  x: float[80]
          target y: class[7]
          h = BODY
          logits = h |> dense(7)
          output p = softmax(logits)
          loss cross_entropy(logits, y)
        }
        """;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x |> dense(90) |> bump |> dense(90) |> bump |> dense(90) |> bump",
                "x |> dense(90) |> batch_norm |> gelu |> dense(90) |> layer_norm |> mish |> dense(90) |> softplus",
                "x |> dense(80) |> tanh |> dense(80, init: identity(scale: 0.5)) |> elu |> dropout(keep: 0.6) |>"
                        + " dense(80) |> leaky_relu(slope: 0.2)",
                "reshape(x, [5, 4, 4]) |> conv(32, kernel: 3) |> relu |> max_pool(2) |> flatten |> dense(64) |> silu",
                "x + (x |> dense(80, init: uniform(-0.3, 0.4)) |> hard_swish) |> dense(80) |> tanh",
            })
    void whatIsPredictedIsMeasured(String body) {
        var model = model(NETWORK.replace("BODY", body));
        int examples = 300;
        var predicted = predicted(model, examples).layers();
        assertTrue(predicted.size() >= 2, predicted::toString);
        var random = new SplittableRandom(3);
        double[] x = new double[80 * examples];
        double[] y = new double[examples];
        Arrays.setAll(x, i -> random.nextGaussian());
        Arrays.setAll(y, i -> random.nextInt(7));
        var at = Bindings.of(examples, Map.of("x", x, "y", y), Map.of(), 1);
        var outcome = new Interpreter(Compiler.watched(model, Set.of()), true)
                .run(at.withWeights(InitialWeights.of(model, at, true)));
        for (var layer : predicted) {
            var name = layer.layer().name();
            double[] values = outcome.of(Role.LAYER, name).data();
            double[] gradients = outcome.of(Role.COTANGENT, name).data();
            double std = deviation(values);
            assertEquals(std, layer.std(), 0.2 * std, "deviation of " + name);
            assertEquals(mean(values), layer.mean(), 0.15 * std, "mean of " + name);
            double gradient = deviation(gradients);
            assertEquals(gradient, layer.gradientStd(), 0.4 * gradient, "gradients of " + name);
        }
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double deviation(double[] values) {
        double mean = mean(values);
        return Math.sqrt(Arrays.stream(values)
                .map(v -> (v - mean) * (v - mean))
                .average()
                .orElseThrow());
    }

    @Test
    void theSameNetworkIsForetoldTheSame() {
        var model = model(NETWORK.replace("BODY", "x |> dense(50) |> gelu"));
        assertEquals(predicted(model, 32), predicted(model, 32));
    }
}
