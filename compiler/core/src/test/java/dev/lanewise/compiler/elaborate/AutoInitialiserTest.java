package dev.lanewise.compiler.elaborate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Compiler;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.lint.PredictedSignals;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.source.Source;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `init: auto` looks at what follows, and at the function itself where the user wrote it.
class AutoInitialiserTest {

    private static Model model(String function, String activation) {
        var text = """
            fn mine(z) = FUNCTION
            fn learned(z, slope: param = 2) = slope * z
            block gate(x) { return x * sigmoid(x) }
            network n {
              input x: float[100]
              h = x
              repeat 6 { h = h |> dense(100) |> ACTIVATION }
              output y = h
            }
            """.replace("FUNCTION", function).replace("ACTIVATION", activation);
        var diagnostics = new Diagnostics();
        return Compiler.model(
                        new Source("test.net", text), SourceFolder.empty(), CompileOptions.standard(), diagnostics)
                .orElseThrow(() -> new AssertionError(diagnostics.all().toString()));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "max(0, z)   | mine    | normal(std: 1.414 / sqrt(fan_in))",
                "z           | mine    | normal(std: 1.000 / sqrt(fan_in))",
                "z / 4       | mine    | normal(std: 4.000 / sqrt(fan_in))",
                "tanh(z)     | mine    | normal(std: 1.593 / sqrt(fan_in))",
                "0 * z       | mine    | glorot_normal",
                "exp(z ^ 4)  | mine    | glorot_normal",
                "z           | learned | normal(std: 0.5000 / sqrt(fan_in))",
                "z           | relu    | he_normal",
                "z           | selu    | lecun_normal",
                "z           | tanh    | glorot_normal",
            })
    void weightsSuitTheFunctionThatFollows(String function, String activation, String expected) {
        var text = model(function, activation).weights().getFirst().initialiser();
        assertEquals(expected, text.substring(0, text.indexOf(" (auto: " + activation + " follows")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"z * tanh(log(1 + exp(z)))", "max(z, z ^ 2 / 3)", "z + sin(z)", "where(z > 0, z, z / 3)"})
    void whatAUsersFunctionGivesKeepsMeanSquareOne(String function) {
        for (var layer : layers(function, true)) {
            double square = layer.std() * layer.std() + layer.mean() * layer.mean();
            assertEquals(1, square, 0.1, layer.layer().name());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"sin(z)", "erf(z)", "tanh(z)", "exp(-z * z) + z / 10"})
    void whatABoundedFunctionIsGivenKeepsVarianceOne(String function) {
        assertEquals(1, layers(function, false).getLast().std(), 0.1);
    }

    /// The six activations, or what is before them.
    private static List<PredictedSignals.Layer> layers(String function, boolean activations) {
        var model = model(function, "mine");
        var names = model.layers().stream().map(Model.Layer::name).collect(Collectors.toSet());
        var layers = PredictedSignals.of(model, Compiler.watched(model, names), Map.of(), 100).layers().stream()
                .filter(layer -> layer.layer().activation() == activations)
                .toList();
        assertEquals(6, layers.size());
        return layers;
    }
}
