package dev.lanewise.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.emit.KernelSize;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.GraphPrinter;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.compiler.loops.KernelPrinter;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.runtime.model.Layout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Loop programs mean what the graphs mean, to the bit.
class ScheduleTest {

    @Test
    void aClassifierWithSgdTrainsAndPredicts() {
        compare(Networks.mlp(List.of(7, 5, 6, 3), Op.TANH, false), 45, Map.of("x", 7), 3, 1);
    }

    @Test
    void aClassifierWithAdamTrainsAndPredicts() {
        compare(Networks.mlp(List.of(40, 33, 10), Op.MAX, true), 70, Map.of("x", 40), 10, 2);
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
            compare(program, Layout.TRAIN, model.training(), bindings, seed % 2 == 0 ? 32 : 4, precise);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + "\n" + GraphPrinter.print(model.training()), e);
        }
    }

    @Test
    void longFormulasAreCutIntoKernelsThatFit() {
        var network = new Networks();
        var x = network.input("x", Shape.of(6));
        var ops = List.of(Op.LOG1P, Op.EXP, Op.SIN, Op.ABS, Op.POW, Op.SIGMOID, Op.SQRT, Op.TAN);
        for (int i = 0; i < 120; i++) {
            var op = ops.get(i % ops.size());
            x = op.arity() == 1 ? network.math.apply(op, x) : network.math.apply(op, x, network.math.fill(1.5));
            if (i % 15 == 0) {
                var sum = network.math.sum(x, List.of(0), false);
                x = network.math.add(x, network.math.spread(sum, network.out().type(x), List.of()));
            }
        }
        network.out().result(Role.VALUE, "x", x);
        var model = network.model(Graph.builder().build(), false);
        var options = new Scheduler.Options(Set.of(Role.VALUE), false);
        var program = Scheduler.schedule(model, model.training(), model.prediction(), options);
        for (var kernel : program.kernels()) {
            int size = KernelSize.estimate(kernel);
            assertTrue(size <= KernelSize.MOST, () -> size + "\n" + KernelPrinter.print("kernel", kernel));
        }
        assertTrue(program.kernels().size() < 40, "not one kernel for each operation");
    }

    static IntStream seeds() {
        return Integer.getInteger("seed") != null
                ? IntStream.of(Integer.getInteger("seed"))
                : IntStream.range(0, Integer.getInteger("seeds", 300));
    }

    static void compare(Model model, int examples, Map<String, Integer> inputs, int classes, long seed) {
        var random = new SplittableRandom(seed);
        var data = new HashMap<String, double[]>();
        inputs.forEach((name, size) -> data.put(name, Networks.draw(size * examples, random, -1, 1)));
        if (classes > 0) {
            data.put("y", random.doubles(examples, 0, classes).map(Math::floor).toArray());
        }
        var bindings = Bindings.of(examples, data, Networks.numbers(model, random), seed);
        var step = model.rules().isEmpty() ? model.training() : TrainingStep.of(model);
        for (boolean precise : new boolean[] {false, true}) {
            var options = new Scheduler.Options(Set.of(Role.GRADIENT, Role.VALUE), precise);
            var kept = Scheduler.schedule(model, step, model.prediction(), options);
            var lean = Scheduler.schedule(model, step, model.prediction(), new Scheduler.Options(Set.of(), precise));
            for (int width : new int[] {1, 32}) {
                compare(kept, Layout.TRAIN, step, bindings, width, precise);
                compare(lean, Layout.TRAIN, step, bindings, width, precise);
                compare(lean, Layout.EVALUATE, model.prediction(), bindings, width, precise);
                compare(lean, Layout.PREDICT, model.prediction(), bindings, width, precise);
            }
        }
    }

    static void compare(LoopProgram program, int entry, Graph graph, Bindings bindings, int width, boolean precise) {
        var expected = new Interpreter(graph, precise).run(bindings);
        var found = new LoopInterpreter(program, width).run(entry, bindings);
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
                            () -> result + " element " + at + " entry " + entry + " width " + width);
                }
            }
        }
    }
}
