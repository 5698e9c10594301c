package dev.lanewise.compiler.optimize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Lanewise;
import dev.lanewise.runtime.ArrayDataset;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Gradients that vanish become 0, before they are subnormal numbers.
@Tag("scalar")
class FlushGradientsTest {
    private static final int BATCH = 40;

    /// What the first layer's bias, 0 at first, has learned in a step where the last weights are so small.
    private static double[] learned(String activation, double scale, String precision) {
        var network = Lanewise.compile(
                        """
                        network Vanishing {
                          input  x: float[6]
                          target y: float[3]
                          output p = x |> dense(20) |> ACTIVATION |> dense(20) |> ACTIVATION |> dense(3, bias: false)
                          loss mse(p, y)
                          train { optimizer: sgd(rate: 1); batch: 40 }
                        }
                        """.replace("ACTIVATION", activation),
                        CompileOptions.standard().with("train.precision", precision))
                .network();
        var weights = network.weights().get("dense_3.weight");
        for (int i = 0; i < weights.length; i++) {
            weights[i] *= scale;
        }
        network.weights().set("dense_3.weight", weights);
        var random = new SplittableRandom(5);
        var x = new float[6 * BATCH];
        var y = new float[3 * BATCH];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) random.nextDouble(-1, 1);
        }
        Arrays.fill(y, 1);
        var data = ArrayDataset.builder()
                .add(network.inputs().getFirst(), x)
                .add(network.targets().getFirst(), y)
                .build();
        try (var trainer = network.trainer().threads(1).open()) {
            trainer.step(data);
            return trainer.weights().get("dense_1.bias");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "tanh, f32, 1e-36, 1e-20",
        "relu, f32, 1e-36, 1e-20",
        "gelu, f32, 1e-36, 1e-20",
        "tanh, f64, 1e-300, 1e-36"
    })
    void whatVanishesIsZero(String activation, String precision, double vanishing, double small) {
        assertArrayEquals(new double[20], learned(activation, vanishing, precision));
        double largest = Arrays.stream(learned(activation, small, precision))
                .map(Math::abs)
                .max()
                .orElse(0);
        assertTrue(largest > 0);
        assertEquals(0, largest / small, 10);
    }
}
