package dev.lanewise.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.GraphPrinter;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.graph.Verifier;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.runtime.model.Layout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// One example alone has the bits that it has among others, at every width.
class OneExampleTest {

    @Test
    @Tag("scalar")
    void aClassifierPredictsOneExample() {
        for (var sizes : List.of(List.of(7, 5, 3), List.of(40, 33, 10), List.of(70, 150, 64, 20))) {
            var network = new Networks();
            network.classifier(sizes, Op.TANH);
            network.softmax();
            everywhere(network, sizes.getFirst());
        }
    }

    private static void everywhere(Networks network, int inputs) {
        var random = new SplittableRandom(3);
        var graph = network.out().build();
        var data = new HashMap<String, double[]>();
        data.put("x", Networks.draw(inputs * 5, random, -1, 1));
        for (boolean precise : new boolean[] {false, true}) {
            var program = new Program(network, graph, precise);
            var bindings = Bindings.of(5, data, program.numbers(random), 1);
            for (var vector : precise ? List.of("scalar") : List.of("512", "256", "128", "scalar")) {
                for (int workers = 1; workers <= 3; workers++) {
                    program.compare(bindings, vector, workers);
                }
            }
        }
    }

    @Test
    @Tag("scalar")
    void weightsAreLaidOutWhenTheyChangeNotInEachCall() {
        var network = new Networks();
        network.classifier(List.of(30, 100, 10), Op.TANH);
        network.softmax();
        var one = OneExample.of(network.out().build());
        var shapes = List.copyOf(one.prepared().values());
        assertTrue(shapes.contains(Shape.of(2, 30, 64)), shapes::toString);
        assertTrue(shapes.contains(Shape.of(1, 100, 16)), shapes::toString);
        var program = new Program(network, network.out().build(), false).program;
        long tiles = program.entries().get(Layout.ONE).calls().stream()
                .filter(c -> program.kernels().get(c.kernel()).work() instanceof Kernel.RowTile)
                .count();
        assertTrue(tiles >= 2, SchedulePrinter.print(program));
        assertTrue(program.layout().entries().get(Layout.ONE).exampleArena() == 0);
    }

    @Test
    @Tag("scalar")
    void whatDependsOnTheBatchHasNoEntryForOneExample() {
        var network = new Networks();
        var x = network.input("x", Shape.of(3));
        var mean = network.math.sum(x, List.of(), true);
        network.out().result(Role.OUTPUT, "y", network.math.sub(x, mean));
        assertTrue(OneExample.of(network.out().build()).isEmpty());
    }

    @Test
    @Tag("scalar")
    void aConvolutionPredictsOneExample() {
        for (int stride = 1; stride <= 2; stride++) {
            for (var order : List.of("oyx", "yxo")) {
                var network = new Networks();
                var x = network.input("x", Shape.of(3, 9, 23));
                var weight = network.parameter("w", Shape.of(7, 3, 3, 5));
                var padded = view(network, new Prim.Pad(2, 2, 2, 0), view(network, new Prim.Pad(1, 1, 1, 0), x));
                var windows = view(
                        network,
                        new Prim.Windows(3, 5, stride, 1),
                        view(network, new Prim.Windows(1, 3, stride, 1), padded));
                var y = network.math.contract("ocij", weight, "cyixj", windows, order, false);
                var activated = network.math.apply(Op.TANH, y);
                network.out().result(Role.OUTPUT, "y", activated);
                network.out().result(Role.OUTPUT, "sum", network.math.sum(activated, List.of(1), false));
                network.out().result(Role.OUTPUT, "most", network.math.max(activated, List.of(0, 2), false));
                everywhere(network, 3 * 9 * 23);
            }
        }
    }

    private static Value view(Networks network, Prim prim, Value value) {
        return network.out().add(prim, Origin.UNKNOWN, value);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomGraphsOfOneExampleMeanWhatTheyMeantInABatch(int seed) {
        var random = new SplittableRandom(seed);
        var network = RandomGraphs.network(random, 1 + seed / 4);
        var made = network.out().build();
        var results = new ArrayList<Result>();
        for (var result : made.results()) {
            var output = new Result(Role.OUTPUT, result.role() + result.name(), result.value());
            if (!OneExample.of(new Graph(made.nodes(), List.of(output))).isEmpty()) {
                results.add(output);
            }
        }
        if (results.isEmpty()) {
            return;
        }
        var graph = new Graph(made.nodes(), results);
        int examples = random.nextInt(1, 5);
        var data = new HashMap<String, double[]>();
        network.ports.forEach((name, shape) ->
                data.put(name, Networks.draw((int) shape.size() * examples, random, -2, 2)));
        boolean precise = seed % 4 == 0;
        try {
            var one = OneExample.of(graph);
            Verifier.verify(one.prepare());
            Verifier.verify(one.graph());
            var program = new Program(network, graph, precise);
            var bindings = Bindings.of(examples, data, program.numbers(random), seed);
            program.compare(bindings, "", 1 + seed % 2);
            program.compare(bindings, "scalar", 1);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + seed + "\n" + GraphPrinter.print(graph), e);
        }
    }

    static IntStream seeds() {
        int seed = Integer.getInteger("seed", -1);
        return seed >= 0 ? IntStream.of(seed) : IntStream.range(0, Integer.getInteger("seeds", 150));
    }

    private static final class Program {
        private final Networks network;
        private final Graph graph;
        private final boolean precise;
        private final dev.lanewise.compiler.loops.LoopProgram program;
        private final Emitted emitted;

        Program(Networks network, Graph graph, boolean precise) {
            this.network = network;
            this.graph = graph;
            this.precise = precise;
            program = Scheduler.schedule(
                    network.model(graph, false), Graph.EMPTY, graph, new Scheduler.Options(Set.of(), precise));
            emitted = new Emitted(program);
        }

        java.util.Map<String, double[]> numbers(SplittableRandom random) {
            return Networks.numbers(network.model(graph, false), random);
        }

        void compare(Bindings bindings, String vector, int workers) {
            var expected = new Interpreter(graph, precise).run(bindings);
            for (int e = 0; e < bindings.examples(); e++) {
                var found = emitted.one(bindings, e, vector, workers);
                assertFalse(found.isEmpty());
                for (int i = 0; i < expected.results().size(); i++) {
                    var result = expected.results().get(i);
                    double[] all = expected.tensors().get(i).data();
                    boolean perExample = graph.type(result.value()).perExample();
                    int size = perExample ? all.length / bindings.examples() : all.length;
                    double[] right =
                            Arrays.copyOfRange(all, perExample ? e * size : 0, (perExample ? e * size : 0) + size);
                    assertArrayEquals(
                            right, found.get(result.name()), result + ", example " + e + ", vector " + vector);
                }
            }
        }
    }
}
