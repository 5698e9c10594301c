package dev.lanewise.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Lanewise;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.runtime.model.Layout;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// The products of a convolution by fewer multiplications are made strip by strip.
class InStripsTest {
    private static final int HEIGHT = 14;
    private static final String NETWORK = """
        network Strips {
          input  x: float[20, %d, 9]
          target y: class[3]
          logits = x |> conv(24, 3, pad: same) |> relu |> conv(22, 3) |> flatten |> dense(3)
          output probability = softmax(logits)
          loss cross_entropy(logits, y)
          train { optimizer: sgd(rate: 1); batch: 64 }
        }
        """;

    private static LoopProgram program(String text) {
        return Lanewise.compile(text, CompileOptions.standard()).compilation().program();
    }

    @Test
    void betweenTheStepsIsOneStripForEachOfSomeWorkers() {
        var program = program(NETWORK.formatted(HEIGHT));
        var entry = program.entries().get(Layout.TRAIN);
        assertEquals(3, entry.strips().size(), "two convolutions, and the gradient by what one reads");
        var buffers = program.layout().entries().get(Layout.TRAIN).buffers();
        for (var strips : entry.strips()) {
            assertEquals(2, strips.stay().size());
            assertTrue(strips.count() > 1 && strips.room() < strips.count());
            for (int i = 0; i < 2; i++) {
                var made = entry.calls().get(strips.first() + i).buffers().get(2);
                assertTrue(strips.stay().contains(made));
                assertEquals(
                        (long) strips.room() * strips.distances().get(i).get(2),
                        buffers.get(made).size());
            }
        }
    }

    @Test
    void aFewNumbersAreMadeAtOnce() {
        var program = program(NETWORK.formatted(4).replace("batch: 64", "batch: 32"));
        assertTrue(program.entries().get(Layout.TRAIN).strips().isEmpty());
    }

    @Test
    void theyMeanTheSameForAnyBatchAndMoreWorkersThanStrips() {
        var compilation = Lanewise.compile(NETWORK.formatted(HEIGHT), CompileOptions.standard())
                .compilation();
        var emitted = new Emitted(compilation.program());
        for (int examples : new int[] {5, 70}) {
            var random = new SplittableRandom(examples);
            Map<String, double[]> data = new HashMap<>();
            data.put("x", Networks.draw(20 * HEIGHT * 9 * examples, random, -2, 2));
            data.put("y", random.doubles(examples, 0, 3).map(Math::floor).toArray());
            var bindings = Bindings.of(examples, data, Networks.numbers(compilation.model(), random), 1);
            ScheduleTest.compare(compilation.program(), Layout.TRAIN, compilation.step(), bindings, 16, false);
            for (int workers : new int[] {1, 2, 3, 5, 9}) {
                EmittedTest.compare(emitted, Layout.TRAIN, compilation.step(), bindings, "scalar", workers, false);
            }
        }
    }
}
