package dev.lanewise.compiler.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Prim.Contract;
import dev.lanewise.compiler.graph.Prim.Windows;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Convolutions by half of the multiplications.
class MinimalFiltersTest {
    private static final int EXAMPLES = 3;

    private static Graph convolution(
            int channels, int filters, List<Integer> extents, List<Integer> kernel, int stride, int dilation) {
        var builder = Graph.builder();
        var x = builder.leaf(
                new Prim.Input("x"), Type.example(Shape.of(channels, extents.get(0), extents.get(1))), Origin.UNKNOWN);
        var w = builder.leaf(
                new Prim.Parameter("w"),
                Type.batch(Shape.of(filters, channels, kernel.get(0), kernel.get(1))),
                Origin.UNKNOWN);
        var wide = builder.add(new Windows(2, kernel.get(1), 1, dilation), Origin.UNKNOWN, x);
        var patches = builder.add(new Windows(1, kernel.get(0), stride, dilation), Origin.UNKNOWN, wide);
        var spec = new Contraction("ocij", "cyixj", "oyx", "cij", false);
        builder.result(Role.VALUE, "y", builder.add(new Contract(spec), Origin.UNKNOWN, w, patches));
        return builder.build();
    }

    private static boolean isMinimal(Graph graph) {
        return graph.nodes().stream().anyMatch(node -> node.prim() instanceof Prim.Literal);
    }

    private static double[] value(Graph graph, boolean precise) {
        var random = new SplittableRandom(7);
        var shapes = graph.nodes();
        var x = random.doubles(shapes.get(0).type().shape().size() * EXAMPLES, 0, 1)
                .map(v -> (float) v)
                .toArray();
        var w = random.doubles(shapes.get(1).type().shape().size(), -1, 1)
                .map(v -> (float) v)
                .toArray();
        var bindings = Bindings.of(EXAMPLES, Map.of("x", x), Map.of("w", w), 1);
        return new Interpreter(graph, precise).run(bindings).of(Role.VALUE, "y").data();
    }

    /// The largest difference, relative to the largest number.
    private static double error(double[] exact, double[] found) {
        assertEquals(exact.length, found.length);
        double largest = 0;
        double error = 0;
        for (int i = 0; i < exact.length; i++) {
            largest = Math.max(largest, Math.abs(exact[i]));
            error = Math.max(error, Math.abs(exact[i] - found[i]));
        }
        return error / largest;
    }

    @ParameterizedTest
    @CsvSource({
        "24, 10, 10, 3, 3, 1",
        "24, 9, 5, 3, 3, 1",
        "24, 11, 6, 3, 3, -1",
        "64, 12, 12, 3, 1, 1",
        "24, 14, 7, 3, 5, -1",
        "24, 5, 10, 2, 3, 1",
        "64, 8, 14, 1, 3, -1"
    })
    void sumsAreTheSame(int channels, int height, int width, int high, int wide, int dilation) {
        var graph = convolution(channels, 48, List.of(height, width), List.of(high, wide), 1, dilation);
        var minimal = new Optimizer(true).optimize(graph);
        assertTrue(isMinimal(minimal));
        assertEquals(
                graph.results().getFirst().name(), minimal.results().getFirst().name());
        assertTrue(error(value(graph, true), value(minimal, true)) < 1e-14);
    }

    @Test
    void roundingIsAboutThatOfDirectSums() {
        for (int channels : List.of(24, 64)) {
            var graph = convolution(channels, 24, List.of(10, 10), List.of(3, 3), 1, 1);
            var exact = value(graph, true);
            double direct = error(exact, value(graph, false));
            double minimal = error(exact, value(new Optimizer(true).optimize(graph), false));
            assertTrue(minimal < 3 * direct, channels + " channels: " + minimal + ", " + direct);
        }
    }

    @Test
    void onlyWhereItPays() {
        var large = List.of(18, 18);
        var three = List.of(3, 3);
        assertTrue(isMinimal(new Optimizer(true).optimize(convolution(32, 32, large, three, 1, 1))));
        for (var graph : List.of(
                convolution(3, 32, large, three, 1, 1),
                convolution(32, 4, large, three, 1, 1),
                convolution(32, 32, List.of(4, 4), three, 1, 1),
                convolution(32, 32, large, List.of(5, 5), 1, 1),
                convolution(32, 32, large, List.of(3, 5), 2, 1),
                convolution(32, 32, large, three, 1, 2))) {
            assertTrue(!isMinimal(new Optimizer(true).optimize(graph)));
        }
    }
}
