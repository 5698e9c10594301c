package dev.lanewise.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.GraphPrinter;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.runtime.model.Layout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Emitted code means what the graph means, to the bit, at every width and for one, two and three workers.
class EmittedTest {

    @Test
    @Tag("scalar")
    void aClassifierWithSgdTrainsAndPredicts() {
        everywhere(Networks.mlp(List.of(7, 5, 6, 3), Op.TANH, false), 45, 7, 3);
    }

    @Test
    @Tag("scalar")
    void aClassifierWithAdamTrainsAndPredicts() {
        everywhere(Networks.mlp(List.of(40, 33, 10), Op.MAX, true), 70, 40, 10);
    }

    /// So many inputs that sums wait in memory between blocks of the depth.
    @Test
    void aWideClassifierTrainsAndPredicts() {
        everywhere(Networks.mlp(List.of(450, 45, 3), Op.TANH, false), 40, 450, 3);
    }

    private static boolean hasVectors() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    private static void everywhere(Model model, int examples, int inputs, int classes) {
        var random = new SplittableRandom(1);
        var data = new HashMap<String, double[]>();
        data.put("x", Networks.draw(inputs * examples, random, -1, 1));
        data.put("y", random.doubles(examples, 0, classes).map(Math::floor).toArray());
        var bindings = Bindings.of(examples, data, Networks.numbers(model, random), 1);
        var step = model.rules().isEmpty() ? model.training() : TrainingStep.of(model);
        for (boolean precise : new boolean[] {false, true}) {
            for (var kept : List.of(Set.of(Role.GRADIENT, Role.VALUE), Set.<Role>of())) {
                var options = new Scheduler.Options(kept, precise);
                var program = Scheduler.schedule(model, step, model.prediction(), options);
                var entries = Map.of(
                        Layout.TRAIN, step, Layout.EVALUATE, model.prediction(), Layout.PREDICT, model.prediction());
                entries.forEach((entry, graph) -> {
                    for (var vector :
                            precise || !hasVectors() ? List.of("scalar") : List.of("512", "256", "128", "scalar")) {
                        for (int workers = 1; workers <= 3; workers++) {
                            compare(program, entry, graph, bindings, vector, workers, precise);
                        }
                    }
                });
            }
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomGraphsMeanWhatTheyMeant(int seed) {
        var random = new SplittableRandom(seed);
        var network = RandomGraphs.network(random, 1 + seed / 10);
        var model = network.model(Graph.builder().build(), false);
        int examples = random.nextInt(1, 70);
        var data = new HashMap<String, double[]>();
        network.ports.forEach((name, shape) ->
                data.put(name, Networks.draw((int) shape.size() * examples, random, -2, 2)));
        var bindings = Bindings.of(examples, data, Networks.numbers(model, random), seed);
        boolean precise = seed % 4 == 0;
        try {
            var options = new Scheduler.Options(Set.of(Role.VALUE), precise);
            var program = Scheduler.schedule(model, model.training(), model.prediction(), options);
            compare(program, Layout.TRAIN, model.training(), bindings, "", 1, precise);
            compare(program, Layout.TRAIN, model.training(), bindings, "scalar", 2, precise);
            if (seed % 10 == 5) {
                compare(program, Layout.TRAIN, model.training(), bindings, "256", 3, precise);
                compare(program, Layout.TRAIN, model.training(), bindings, "128", 1, precise);
                compare(program, Layout.TRAIN, model.training(), bindings, "512", 2, precise);
            }
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + "\n" + GraphPrinter.print(model.training()), e);
        }
    }

    static IntStream seeds() {
        int seed = Integer.getInteger("seed", -1);
        return seed >= 0 ? IntStream.of(seed) : IntStream.range(0, Integer.getInteger("seeds", 300));
    }

    private static void compare(
            LoopProgram program,
            int entry,
            Graph graph,
            Bindings bindings,
            String vector,
            int workers,
            boolean precise) {
        compare(new Emitted(program), entry, graph, bindings, vector, workers, precise);
    }

    static void compare(
            Emitted program, int entry, Graph graph, Bindings bindings, String vector, int workers, boolean precise) {
        var expected = new Interpreter(graph, precise).run(bindings);
        var found = program.run(entry, bindings, vector, workers);
        for (int i = 0; i < expected.results().size(); i++) {
            var result = expected.results().get(i);
            boolean update = result.role() == Role.UPDATE;
            var numbers = found.get((update ? "WEIGHT " : result.role() + " ") + result.name());
            if (numbers == null) {
                continue;
            }
            double[] right = expected.tensors().get(i).data();
            assertEquals(right.length, numbers.length);
            for (int k = 0; k < right.length; k++) {
                int at = k;
                if (right[k] != numbers[k] && !(Double.isNaN(right[k]) && Double.isNaN(numbers[k]))) {
                    assertEquals(
                            right[k],
                            numbers[k],
                            () -> result + " element " + at + ", entry " + entry + ", vector " + vector + ", " + workers
                                    + " workers");
                }
            }
        }
    }
}
