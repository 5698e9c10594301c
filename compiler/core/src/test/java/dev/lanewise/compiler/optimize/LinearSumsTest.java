package dev.lanewise.compiler.optimize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.GraphPrinter;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
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

class LinearSumsTest {
    private static final double[] X = {1, 2, 3, 5, 8, 13.5};
    private static final double[] W = {7, 9};

    /// A formula of `x`, two numbers of each example.
    private interface Written extends BiFunction<Value, Arithmetic, Value> {}

    private static Graph plain(Written formula) {
        var builder = Graph.builder();
        var m = new Arithmetic(builder, Origin.UNKNOWN);
        var x = builder.leaf(new Prim.Input("x"), Type.example(Shape.of(2)), Origin.UNKNOWN);
        builder.result(Role.VALUE, "y", formula.apply(x, m));
        return builder.build();
    }

    private static double[] value(Graph graph) {
        var bindings = Bindings.of(3, Map.of("x", X), Map.of("w", W), 1);
        return new Interpreter(graph, true).run(bindings).of(Role.VALUE, "y").data();
    }

    /// The sums over examples that are left, after a look that the value is the same.
    private static long sums(Written formula) {
        var before = plain(formula);
        var after = new Optimizer(true).optimize(before);
        assertArrayEquals(value(before), value(after), 1e-12, () -> GraphPrinter.print(after));
        return after.nodes().stream().filter(n -> n.prim() instanceof Prim.Sum).count();
    }

    private static Value total(Value x, Arithmetic m) {
        return m.sum(x, List.of(), true);
    }

    private static Value centred(Value x, Arithmetic m) {
        return m.sub(x, m.mean(x, List.of(), true));
    }

    private static Value weight(Arithmetic m) {
        return m.builder().leaf(new Prim.Parameter("w"), Type.batch(Shape.of(2)), Origin.UNKNOWN);
    }

    @Test
    void deviationsFromTheMeanAreNotAddedUp() {
        assertEquals(0, sums((x, m) -> total(centred(x, m), m)));
        assertEquals(0, sums((x, m) -> total(m.div(m.mul(m.neg(centred(x, m)), weight(m)), m.fill(3)), m)));
        assertEquals(0, sums((x, m) -> total(m.sub(m.add(x, centred(x, m)), m.add(x, m.fill(0))), m)));
    }

    @Test
    void deviationsFromAnotherMeanAre() {
        assertEquals(2, sums((x, m) -> total(m.sub(m.mul(x, x), m.mean(x, List.of(), true)), m)));
        assertEquals(2, sums((x, m) -> total(m.sub(x, m.div(total(x, m), m.fill(7))), m)));
    }

    @Test
    void factorsOfTheWholeBatchComeOut() {
        assertEquals(
                1,
                sums((x, m) -> m.add(total(x, m), total(m.div(m.mul(x, weight(m)), m.apply(Op.SQRT, weight(m))), m))));
    }

    @Test
    void aMultipleOfASumThatIsThereIsNotAddedUpAgain() {
        // The cotangent through the scale and through the variance: the second part sums to nothing.
        Written cotangent = (x, m) -> {
            var g = m.sub(m.apply(Op.SIN, x), m.mul(x, x));
            var part = m.mul(centred(x, m), m.apply(Op.COS, weight(m)));
            return m.add(total(g, m), total(m.add(m.mul(g, weight(m)), part), m));
        };
        assertEquals(1, sums(cotangent));
        assertEquals(2, sums((x, m) -> m.add(total(x, m), total(m.sub(m.mul(x, x), x), m))));
    }

    @Test
    void twoSumsOverTheBatchAreLeftOfTheDerivativeOfANormalisation() {
        // With z = (x - mean) / d the adjoint of x is (g - mean(g) - z mean(g z)) / d; its own sum is nothing.
        assertEquals(1, sums((x, m) -> {
            var g = m.apply(Op.SIN, x);
            var d = m.apply(Op.SQRT, m.add(m.mean(m.mul(centred(x, m), centred(x, m)), List.of(), true), weight(m)));
            var z = m.div(centred(x, m), d);
            var adjoint = m.div(m.sub(centred(g, m), m.mul(z, m.mean(m.mul(g, z), List.of(), true))), d);
            return m.add(total(adjoint, m), total(g, m));
        }));
    }
}
