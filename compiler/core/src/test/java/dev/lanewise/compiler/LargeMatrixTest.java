package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.train.ModelTrainer;
import org.junit.jupiter.api.Test;

/// Matrices so large that a product which reads one across its rows packs them, and batches of several blocks.
class LargeMatrixTest {
    private static final int EXAMPLES = 300;

    private static CompiledNetwork network(int batch) {
        return Lanewise.compile("""
            network Large {
              input  x: float[8]
              target y: float[2]
              h = x |> dense(705) |> tanh |> dense(704) |> tanh
              output z = h |> dense(2)
              loss mse(z, y)
              train { batch: %d; optimizer: sgd(rate: 0.1) }
            }
            """.formatted(batch), CompileOptions.standard());
    }

    private static String hashAfterTwoSteps(CompiledNetwork network, int threads) {
        var inputs = new float[EXAMPLES * 8];
        var targets = new float[EXAMPLES * 2];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (float) Math.sin(i);
            targets[i % targets.length] = (float) Math.cos(i);
        }
        var data = ArrayDataset.builder()
                .add(network.info().inputs().getFirst(), inputs)
                .add(network.info().targets().getFirst(), targets)
                .build();
        try (var trainer =
                (ModelTrainer) network.network().trainer().threads(threads).open()) {
            trainer.step(data);
            trainer.step(data);
            return trainer.weights().hash();
        }
    }

    private static boolean packs(CompiledNetwork network) {
        return network.compilation().program().kernels().stream()
                .anyMatch(kernel -> kernel.work() instanceof Kernel.LaneTile tile
                        && tile.depth() == 704
                        && tile.isAcross()
                        && tile.packed() >= 0);
    }

    @Test
    void packingChangesNoBit() {
        var packing = network(512);
        var usual = network(64);
        assertTrue(packs(packing));
        assertFalse(packs(usual));
        var expected = hashAfterTwoSteps(usual, 1);
        assertEquals(expected, hashAfterTwoSteps(packing, 1));
        assertEquals(expected, hashAfterTwoSteps(packing, 2));
    }
}
