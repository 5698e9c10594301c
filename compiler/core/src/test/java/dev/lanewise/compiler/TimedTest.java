package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.emit.Amount;
import dev.lanewise.compiler.emit.Timed;
import dev.lanewise.compiler.graph.Operations;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.train.ModelTrainer;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A program that notes the time, and what its calls have to do.
class TimedTest {
    private static final String NETWORK = """
        network Watched {
          input  x: float[40]
          target c: class[3]
          h      = x |> dense(70, bias: false)
          logits = tanh(h) |> dense(3)
          loss cross_entropy(logits, c)
          train { batch: 64; optimizer: sgd(rate: 0.1) }
        }
        """;

    /// Whose gradient is made in turns.
    private static final String IN_TURNS = """
        network Watched {
          input  x: float[40]
          target c: class[1500]
          param w: float[1500] = normal(std: 1)
          loss cross_entropy((w + mean(x)) ^ 2, c)
          train { batch: 256; optimizer: sgd(rate: 0.1) }
        }
        """;

    private static double[] stepTwice(CompiledNetwork network, int threads) {
        var inputs = new float[64 * 40];
        var targets = new int[64];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = (float) Math.sin(i);
            targets[i % 64] = i % 3;
        }
        var batch = ArrayDataset.builder()
                .add(network.info().inputs().getFirst(), inputs)
                .add(network.info().targets().getFirst(), targets)
                .build();
        try (var trainer =
                (ModelTrainer) network.network().trainer().threads(threads).open()) {
            trainer.step(batch);
            trainer.step(batch);
            return trainer.weights().get(trainer.weights().list().getFirst().name());
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theClockRunsFromCallToCallAndChangesNothing(int threads) {
        theClockRuns(NETWORK, threads);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void theTurnsOfACallAreAddedUp(int threads) {
        theClockRuns(IN_TURNS, threads);
    }

    private static void theClockRuns(String text, int threads) {
        var usual = Lanewise.compile(text, CompileOptions.standard());
        var timed = usual.timed();
        long before = System.nanoTime();
        var weights = stepTwice(timed, threads);
        long after = System.nanoTime();
        var stamps = ((Timed) timed.network().bundle().program()).stamps();
        int calls = usual.compilation()
                .program()
                .entries()
                .get(Layout.TRAIN)
                .calls()
                .size();
        assertEquals(calls + 1, stamps.length);
        assertTrue(before <= stamps[0] && stamps[calls] <= after);
        for (int i = 0; i < calls; i++) {
            assertTrue(stamps[i] <= stamps[i + 1], "call " + i);
        }
        assertTrue(Arrays.equals(stepTwice(usual, threads), weights));
    }

    @Test
    void theProductsOfTheCallsAreThoseOfTheGraph() {
        var compilation = Lanewise.compile(NETWORK, CompileOptions.standard()).compilation();
        var program = compilation.program();
        double operations = 0;
        for (var call : program.entries().get(Layout.TRAIN).calls()) {
            var work = program.kernels().get(call.kernel()).work();
            if (work instanceof Kernel.LaneTile(var depth, var _, var _, var _, var _, var _, var _, var _)
                    && depth == 40) {
                // 64 examples: 70 units of depth 40 without a bias
                var amount = Amount.of(program, Layout.TRAIN, call, 64);
                assertEquals(2.0 * 64 * 70 * depth, amount.operations());
                assertEquals(4.0 * (70 * 40 + 64 * 40 + 64 * 70), amount.bytes(), 4 * 64);
            }
            if (!(work instanceof Kernel.Nest)) {
                operations += Amount.of(program, Layout.TRAIN, call, 64).operations();
            }
        }
        double products = Operations.ofContractions(compilation.step(), 64);
        assertTrue(operations >= products, operations + " < " + products);
        // what is more stands in the stores: a bias, and the derivative of tanh
        assertTrue(operations <= products + 64 * (3 + 70 * 8), operations + " > " + products);
    }

    @Test
    void missingExamplesDoNotCountAndATableIsReadWhereItIsAsked() {
        var program =
                Lanewise.compile("""
                    network Words {
                      input  word: class[5000]
                      target c: class[3]
                      logits = word |> embedding(5000, 16) |> dense(3)
                      loss cross_entropy(logits, c)
                      train { batch: 8 }
                    }
                    """, CompileOptions.standard()).compilation().program();
        double least = program.entries().get(Layout.TRAIN).calls().stream()
                .filter(call -> call.origin().path().startsWith("embedding"))
                .mapToDouble(call -> Amount.of(program, Layout.TRAIN, call, 8).bytes())
                .filter(bytes -> bytes > 0)
                .min()
                .orElseThrow();
        // 8 rows of 16 numbers are read and written, and the 8 words
        assertTrue(least <= 4 * (2 * 8 * 16 + 8 * 16), "bytes " + least);
    }
}
