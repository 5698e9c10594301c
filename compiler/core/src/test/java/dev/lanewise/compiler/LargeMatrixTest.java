package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.train.ModelTrainer;
import org.junit.jupiter.api.Test;

/// Matrices so large that a product which reads one across its rows is given a copy.
class LargeMatrixTest {
    private static final int EXAMPLES = 40;

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

    private static long calls(CompiledNetwork network) {
        return network.compilation().program().entries().get(Layout.TRAIN).calls().stream()
                .filter(call -> call.origin().path().equals("dense_2"))
                .count();
    }

    @Test
    void theCopyChangesNoBit() {
        var copying = network(128);
        var usual = network(64);
        assertEquals(calls(usual) + 1, calls(copying));
        assertTrue(copying.compilation().program().kernels().stream()
                .anyMatch(kernel -> kernel.work() instanceof Kernel.LaneTile tile
                        && tile.depth() == 704
                        && tile.aRow() == 704
                        && tile.aDepth() == 1));
        var expected = hashAfterTwoSteps(usual, 1);
        assertEquals(expected, hashAfterTwoSteps(copying, 1));
        assertEquals(expected, hashAfterTwoSteps(copying, 2));
    }
}
