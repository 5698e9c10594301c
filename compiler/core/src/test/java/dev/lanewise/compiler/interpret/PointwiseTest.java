package dev.lanewise.compiler.interpret;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Lanewise;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PointwiseTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "normal(mean: 1, std: 0.1)",
                "uniform(-1, 3)",
                "truncated_normal(std: 0.5)",
                "he_normal",
                "constant(0.3)",
                "orthogonal"
            })
    void firstValuesAreThoseOfTheInterpreter(String initialiser) {
        var network = """
            network N {
              input  x: float[37]
              output y = x |> dense(61, init: %s) |> dense(3)
            }
            """.formatted(initialiser);
        var model = Lanewise.compile(network, CompileOptions.standard())
                .compilation()
                .model();
        var weight = model.weights().getFirst();
        for (boolean doublePrecision : new boolean[] {false, true}) {
            var bindings = Bindings.of(1, Map.of(), Map.of(), 5).with(RunScalar.STEP, 0);
            double[] expected = new Interpreter(weight.initial(), doublePrecision)
                    .run(bindings)
                    .tensors()
                    .getFirst()
                    .data();
            double[] first = Pointwise.first(weight.initial(), doublePrecision, 5);
            assertTrue(first.length == 37 * 61 && Arrays.stream(first).anyMatch(x -> x != 0));
            assertArrayEquals(expected, first);
        }
    }
}
