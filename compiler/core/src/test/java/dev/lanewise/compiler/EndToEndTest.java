package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.TrainListener;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("scalar")
class EndToEndTest {

    private static final String XOR = """
        network Xor(hidden = 8) {
          input  x: float[2]
          target y: class[2]

          logits = x |> dense(hidden) |> tanh |> dense(2)

          output probability = softmax(logits)
          loss   cross_entropy(logits, y)
          metric accuracy(logits, y)

          train { optimizer: adam(rate: 0.05); batch: 4; epochs: 200 }
        }
        """;

    private static final float[] POINTS = {0, 0, 0, 1, 1, 0, 1, 1};

    private static Dataset data(Network network) {
        return ArrayDataset.builder()
                .add(network.inputs().getFirst(), POINTS)
                .add(network.targets().getFirst(), new int[] {0, 1, 1, 0})
                .build();
    }

    @Test
    void xorIsLearnedAndPredictedFromItsJar(@TempDir Path folder) {
        var network =
                Lanewise.compile(XOR, CompileOptions.standard().verified()).network();
        var jar = folder.resolve("xor.jar");
        try (var trainer = network.trainer().threads(1).open()) {
            double before = trainer.evaluate(data(network)).loss();
            var result = trainer.fit(data(network), TrainListener.NONE);
            var after = trainer.evaluate(data(network));
            assertEquals(200, result.steps());
            assertTrue(after.loss() < 0.1 && after.loss() < before, before + " -> " + after);
            assertEquals(1, after.values().get("accuracy"), 0);
            trainer.save(jar);
        }
        var loaded = Network.load(jar);
        float[] probabilities = new float[8];
        loaded.predictor().predict(POINTS, 4, probabilities);
        for (int e = 0; e < 4; e++) {
            boolean different = POINTS[2 * e] != POINTS[2 * e + 1];
            assertTrue(probabilities[2 * e + (different ? 1 : 0)] > 0.8, "example " + e);
        }
    }

    @Test
    void anInputThatNoOutputReadsIsTakenAndPassedOver() {
        var predictor =
                Lanewise.compile("""
                    network Constant {
                      input  x: float[2]
                      param w: float[3] = constant(2)
                      output y = w + 1
                    }
                    """, CompileOptions.standard()).network().predictor();
        assertArrayEquals(new float[] {3, 3, 3}, predictor.predict(new float[2]));
        assertArrayEquals(new double[] {3, 3, 3}, predictor.predict(new double[2]));
        assertArrayEquals(
                new float[] {3, 3, 3}, predictor.predict(List.of(new float[2])).getFirst());
        var many = new float[40 * 3];
        predictor.predict(new float[40 * 2], 40, many);
        for (float each : many) {
            assertEquals(3, each);
        }
        assertThrows(IllegalArgumentException.class, () -> predictor.predict(new float[1]));
    }
}
