package dev.lanewise.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Lanewise;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.runtime.model.Layout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Large values that sums over the examples read are made and read in turns.
class TakingTurnsTest {
    private static final String NETWORK = """
        network Softmax {
          input  x: float
          target y: class[%d]
          param w: float[%1$d] = normal(std: 1)
          logits = (w + x) ^ 2
          output probability = softmax(logits)
          loss cross_entropy(logits, y)
          train { optimizer: sgd(rate: 1); batch: %d }
        }
        """;

    private static LoopProgram program(String text) {
        return Lanewise.compile(text, CompileOptions.standard()).compilation().program();
    }

    private static List<LoopProgram.Turns> turns(LoopProgram program) {
        return program.entries().get(Layout.TRAIN).turns();
    }

    @Test
    void whatIsMadeAndSummedStaysInItsPlaceAndTheSumsWait() {
        var program = program(NETWORK.formatted(1500, 256));
        var turns = turns(program);
        assertEquals(1, turns.size());
        assertEquals(1, turns.getFirst().groups(), "48,000 numbers of a group are near, two groups are not");
        var buffers = program.layout().entries().get(Layout.TRAIN).buffers();
        assertTrue(
                turns.getFirst().stay().stream().anyMatch(b -> buffers.get(b).size() == 1500 * 32),
                "the exponentials of one turn are in the place of those of another");
    }

    @Test
    void valuesThatAreNearAnyhowAreMadeAtOnce() {
        assertTrue(turns(program(NETWORK.formatted(1500, 128))).isEmpty());
        assertTrue(turns(program(NETWORK.formatted(100, 256))).isEmpty());
    }

    @Test
    void valuesOfAGroupThatAreNotNearAreMadeAtOnceToo() {
        assertTrue(turns(program(NETWORK.formatted(2500, 256))).isEmpty());
    }

    @Test
    void turnsMeanTheSameWhateverTheBatchHas() {
        for (int examples : new int[] {1, 32, 33, 100}) {
            compare(NETWORK.formatted(1100, 256), 1100, examples, Set.of());
        }
    }

    /// What somebody looks at afterwards has a place for every example.
    @Test
    void valuesThatAreResultsTooDoNotStay() {
        compare(NETWORK.formatted(1100, 256), 1100, 70, Set.of(Role.VALUE, Role.GRADIENT));
    }

    private static void compare(String text, int classes, int examples, Set<Role> keep) {
        var compilation = Lanewise.compile(text, CompileOptions.standard()).compilation();
        var random = new SplittableRandom(examples);
        Map<String, double[]> data = new HashMap<>();
        data.put("x", Networks.draw(examples, random, -2, 2));
        data.put("y", random.doubles(examples, 0, classes).map(Math::floor).toArray());
        var weights = Networks.numbers(compilation.model(), random);
        var bindings = Bindings.of(examples, data, weights, 1);
        var options = new Scheduler.Options(keep, false);
        var program = Scheduler.schedule(compilation.model(), compilation.step(), compilation.prediction(), options);
        assertEquals(1, turns(program).size());
        ScheduleTest.compare(program, Layout.TRAIN, compilation.step(), bindings, 16, false);
    }
}
