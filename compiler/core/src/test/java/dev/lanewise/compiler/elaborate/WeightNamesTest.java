package dev.lanewise.compiler.elaborate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.compiler.interpret.Bindings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What weights are called.
final class WeightNamesTest {

    @Test
    void layersAreNumberedInTheirScope() {
        var model = Elaborated.model("""
            block residual(x, width) {
              h = x |> dense(width) |> tanh |> dense(width)
              return h + x
            }
            block outer(x) {
              param w: float[size(x)] = ones
              return w * (x |> residual(size(x)))
            }
            network Net {
              input x: float[4]
              h = x |> dense(4) |> flatten |> dropout
              repeat 2 { h = h |> dense(4) |> relu }
              h = h |> residual(4) |> outer |> residual(4)
              layer shared = residual(4)
              output y = h |> shared |> shared |> prelu
            }
            """);
        assertEquals(
                List.of(
                        "dense_1.weight",
                        "dense_1.bias",
                        "dense_2.weight",
                        "dense_2.bias",
                        "dense_3.weight",
                        "dense_3.bias",
                        "residual_1.dense_1.weight",
                        "residual_1.dense_1.bias",
                        "residual_1.dense_2.weight",
                        "residual_1.dense_2.bias",
                        "outer_1.w",
                        "outer_1.residual_1.dense_1.weight",
                        "outer_1.residual_1.dense_1.bias",
                        "outer_1.residual_1.dense_2.weight",
                        "outer_1.residual_1.dense_2.bias",
                        "residual_2.dense_1.weight",
                        "residual_2.dense_1.bias",
                        "residual_2.dense_2.weight",
                        "residual_2.dense_2.bias",
                        "shared.dense_1.weight",
                        "shared.dense_1.bias",
                        "shared.dense_2.weight",
                        "shared.dense_2.bias",
                        "prelu_1.slope"),
                Elaborated.names(model));
    }

    @Test
    void onlyWhatOwnsSomethingIsNumbered() {
        var model = Elaborated.model("""
            fn my_swish(z, beta: param = 1.5) = z * sigmoid(beta * z)
            network Net {
              input x: float[4]
              output y = x |> swish |> swish(learned: true) |> my_swish |> my_swish(beta: 2)
            }
            """);
        assertEquals(List.of("swish_1.beta", "my_swish_1.beta", "my_swish_2.beta"), Elaborated.names(model));
        assertArrayEquals(
                new double[] {2},
                Elaborated.value(
                        Elaborated.weight(model, "my_swish_2.beta").initial(),
                        "my_swish_2.beta",
                        Bindings.of(1, Map.of(), Map.of(), 1)));
    }

    @Test
    void aNamedLayerKeepsItsWeightsAndTheyMayBeRead() {
        var model = Elaborated.model("""
            network Net {
              input x: float[3]
              layer shared = dense(3, init: uniform(1, 2), bias: false)
              h = x |> shared
              output a = h |> shared
              output b = contract("un,n->u", shared.weight, contract("un,n->u", shared.weight, x))
            }
            """);
        assertEquals(List.of("shared.weight"), Elaborated.names(model));
        var outputs = Elaborated.run(model, 1, -2, 3);
        assertArrayEquals(outputs.get("a"), outputs.get("b"), 1e-12);
    }
}
