package dev.lanewise.compiler.elaborate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.compiler.interpret.Bindings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// First values, and what they know of their weight.
final class InitialisersTest {

    @Test
    void autoLooksAtTheActivationThatFollows() {
        var model = Elaborated.model("""
            network Net {
              input x: float[1, 6, 6]
              h = x |> conv(2, kernel: 3) |> batch_norm |> relu |> max_pool(2) |> flatten
              h = h |> dense(5) |> tanh
              h = h |> dense(5) |> selu
              h = h |> dense(5) |> dropout |> leaky_relu
              h = h |> dense(5)
              output y = h |> dense(5, init: he_uniform) |> softmax
            }
            """);
        assertEquals(
                List.of("he_normal", "glorot_normal", "lecun_normal", "he_normal", "glorot_normal", "he_uniform"),
                model.weights().stream()
                        .filter(Weight::kernel)
                        .map(weight -> weight.initialiser().replaceAll(" .*", ""))
                        .toList());
    }

    @Test
    void aFanCountsTheTermsOfOneOutput() {
        var model = Elaborated.model("""
            init in_and_out = fan_in + fan_out / 1000
            network Net(mine = in_and_out) {
              input x: float[2, 9, 9]
              h = x |> conv(4, kernel: 3, groups: 2, init: mine) |> flatten
              h = h |> dense(7, init: mine) |> maxout(3, 2, init: mine)
              param w: float[3, 5] = mine
              param s: float[5] = shape
              output y = (h @ w)
            }
            """.replace("= shape\n", "= 0.5\n"));
        var fans = new HashMap<String, Double>();
        for (var name : List.of("conv_1.weight", "dense_1.weight", "maxout_1.weight", "w")) {
            fans.put(
                    name,
                    Elaborated.value(
                            Elaborated.weight(model, name).initial(), name, Bindings.of(1, Map.of(), Map.of(), 1))[0]);
        }
        assertEquals(
                Map.of("conv_1.weight", 9.018, "dense_1.weight", 196.007, "maxout_1.weight", 7.006, "w", 3.005), fans);
    }
}
