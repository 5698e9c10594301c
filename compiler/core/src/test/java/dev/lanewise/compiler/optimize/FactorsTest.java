package dev.lanewise.compiler.optimize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.GraphPrinter;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Prim.SumOfProducts;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/// Factors that all terms share, and classes that are looked up.
class FactorsTest {
    private static final int CLASSES = 64;

    private final double[] w = new double[CLASSES];
    private final double[] x = new double[3 * CLASSES];

    FactorsTest() {
        for (int i = 0; i < w.length; i++) {
            w[i] = i % 7 - 2.5;
        }
        for (int i = 0; i < x.length; i++) {
            x[i] = i % 11 - 4.5;
        }
    }

    /// What is made of `x`, 64 numbers of each example.
    private interface Written extends BiFunction<Value, Arithmetic, Value> {}

    private static Value leaf(Prim prim, Type type, Arithmetic m) {
        return m.builder().leaf(prim, type, Origin.UNKNOWN);
    }

    private static Value weight(Arithmetic m) {
        return leaf(new Prim.Parameter("w"), Type.batch(Shape.of(CLASSES)), m);
    }

    private double[] value(Graph graph) {
        var bindings = Bindings.of(3, Map.of("x", x, "c", new double[] {5, 63, 0}), Map.of("w", w), 1);
        return new Interpreter(graph, true).run(bindings).of(Role.VALUE, "y").data();
    }

    /// The optimized graph, after a look that the value is the same.
    private Graph optimized(Written formula) {
        var builder = Graph.builder();
        var m = new Arithmetic(builder, Origin.UNKNOWN);
        var input = leaf(new Prim.Input("x"), Type.example(Shape.of(CLASSES)), m);
        builder.result(Role.VALUE, "y", formula.apply(input, m));
        var before = builder.build();
        var after = new Optimizer(true).optimize(before);
        assertArrayEquals(value(before), value(after), 1e-9, () -> GraphPrinter.print(after));
        return after;
    }

    private static long count(Graph graph, Op... operations) {
        var wanted = List.of(operations);
        return graph.nodes().stream()
                .filter(n -> n.prim() instanceof Elementwise(var op) && wanted.contains(op))
                .count();
    }

    @Test
    void aFactorOfAllTermsIsMultipliedOnce() {
        var graph = optimized((x, m) -> {
            var g = m.apply(Op.SIN, x);
            var first = m.mul(m.mul(m.apply(Op.COS, x), g), 0.5);
            var second = m.mul(m.mul(m.mul(g, m.apply(Op.EXP, x)), 3), m.apply(Op.ABS, x));
            return m.add(first, second);
        });
        // g (cos / 2 + 3 exp abs)
        assertEquals(3, count(graph, Op.MUL));
        assertEquals(1, count(graph, Op.FMA));
    }

    @Test
    void aNumberOfTheRunTimesAComparisonIsChosen() {
        var graph = optimized((x, m) -> {
            var truth = m.apply(Op.LT, x, m.apply(Op.SIN, x));
            return m.add(m.apply(Op.COS, x), m.mul(truth, m.div(m.fill(3), m.run(RunScalar.EXAMPLES))));
        });
        assertEquals(1, count(graph, Op.SELECT));
        assertTrue(graph.nodes().stream()
                .noneMatch(n -> n.type().perExample() && n.prim().equals(new Elementwise(Op.MUL))));
    }

    /// What is stored as 0 or 1 would have to be compared once more.
    @Test
    void aComparisonThatIsNeededElsewhereIsMultiplied() {
        var graph = optimized((x, m) -> {
            var truth = m.apply(Op.LT, x, m.apply(Op.SIN, x));
            return m.apply(Op.EXP, m.add(truth, m.mul(truth, m.run(RunScalar.EXAMPLES))));
        });
        assertEquals(0, count(graph, Op.SELECT));
    }

    @Test
    void numbersOfTheRunComeOutOfSums() {
        var graph = optimized((x, m) -> {
            var product = m.mul(m.mul(m.apply(Op.SIN, x), 3), m.apply(Op.COS, x));
            return m.sum(product, List.of(), true);
        });
        assertTrue(graph.nodes().stream()
                .noneMatch(n -> n.type().perExample() && n.prim().equals(new Elementwise(Op.MUL))));
        assertTrue(graph.nodes().stream().anyMatch(n -> n.prim().equals(new SumOfProducts(List.of()))));
    }

    private static Value chosen(Value of, Arithmetic m) {
        var c = leaf(new Prim.Input("c"), Type.example(Shape.of()), m);
        return m.sum(m.mul(m.oneHot(c, CLASSES), of), List.of(0), true);
    }

    @Test
    void aClassIsLookedUpWhereWhatItIsMadeOfCanBe() {
        var graph = optimized((x, m) -> {
            var type = m.builder().type(x);
            var most = m.spread(m.max(x, List.of(0), false), type, List.of());
            return chosen(m.sub(m.apply(Op.SIN, m.broadcast(weight(m), type)), most), m);
        });
        assertEquals(0, count(graph, Op.EQ), () -> GraphPrinter.print(graph));
        assertEquals(
                1,
                graph.nodes().stream()
                        .filter(n -> n.prim() instanceof Prim.Gather)
                        .count());
    }

    @Test
    void aClassOfWhatLiesInMemoryIsCompared() {
        assertEquals(1, count(optimized((x, m) -> chosen(x, m)), Op.EQ));
    }
}
