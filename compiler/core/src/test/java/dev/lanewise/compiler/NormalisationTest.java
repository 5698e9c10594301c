package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Dataset;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NormalisationTest {
    private static final int EXAMPLES = 48;
    private static final int FEATURES = 3;

    private final double[] x = new double[EXAMPLES * FEATURES];

    private double moment(int feature, double around, int power) {
        double sum = 0;
        for (int e = 0; e < EXAMPLES; e++) {
            sum += Math.pow(x[e * FEATURES + feature] - around, power);
        }
        return sum / EXAMPLES;
    }

    @Test
    void theRootOfTheVarianceAndTheMeanUndoBatchNorm() {
        var random = new SplittableRandom(3);
        for (int i = 0; i < x.length; i++) {
            x[i] = i % FEATURES * 4 + random.nextGaussian(0, 1 + i % FEATURES);
        }
        var network = Lanewise.compile("""
            network Undone {
              input  x: float[3]
              target y: float[3]
              output z = x |> batch_norm(epsilon: 0)
              loss   mse(z, y)
              train { precision: f64; optimizer: sgd(rate: 0.1) }
            }
            """, CompileOptions.standard()).network();
        Dataset same = ArrayDataset.builder()
                .add(network.inputs().getFirst(), x)
                .add(network.targets().getFirst(), x)
                .build();
        double[] gamma = new double[FEATURES];
        double[] beta = new double[FEATURES];
        for (int i = 0; i < FEATURES; i++) {
            beta[i] = moment(i, 0, 1);
            gamma[i] = Math.sqrt(moment(i, beta[i], 2));
        }
        try (var trainer = network.trainer().threads(1).open()) {
            double before = trainer.step(same);
            assertTrue(before > 1, () -> "normalised, the values are others: " + before);
            trainer.weights().set("batch_norm_1.weight", gamma);
            trainer.weights().set("batch_norm_1.bias", beta);
            assertEquals(0, trainer.step(same), 1e-20);
        }
    }
}
