package dev.lanewise.compiler.elaborate;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.graph.Model;
import org.junit.jupiter.api.Test;

final class CallsTest {

    private static String initialiser(Model model, String weight) {
        return model.weights().stream()
                .filter(each -> each.name().equals(weight))
                .findFirst()
                .orElseThrow()
                .initialiser();
    }

    @Test
    void anActivationIsSeenInEitherFormOfACall() {
        var model = Elaborated.model("""
            network Net {
              input x: float[6]
              h = relu(x |> dense(5))
              g = tanh(h |> dense(5))
              output y = selu(g |> dense(5)) |> dense(2)
            }
            """);
        assertTrue(initialiser(model, "dense_1.weight").startsWith("he_normal"));
        assertTrue(initialiser(model, "dense_2.weight").startsWith("glorot_normal (auto: tanh"));
        assertTrue(initialiser(model, "dense_3.weight").startsWith("lecun_normal"));
    }
}
