package dev.lanewise.compiler.optimize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.GraphPrinter;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Prim.Elementwise;
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

/// Where numbers in products go.
class ScalesTest {
    private static final double[] X = {-3, -0.7f, 0, 1e-3f, 0.4f, 2.9f, 77, 900};

    /// The operations that are left of a formula of x, after a look that the bits in single precision are the same.
    private static List<Op> operations(double tolerance, BiFunction<Value, Arithmetic, Value> formula) {
        var builder = Graph.builder();
        var m = new Arithmetic(builder, Origin.UNKNOWN);
        var x = builder.leaf(new Prim.Input("x"), Type.example(Shape.of(X.length)), Origin.UNKNOWN);
        builder.result(Role.VALUE, "y", formula.apply(x, m));
        var before = builder.build();
        var after = new Optimizer(true).optimize(before);
        assertArrayEquals(value(before), value(after), tolerance, () -> GraphPrinter.print(after));
        return after.nodes().stream()
                .map(node -> node.prim() instanceof Elementwise(var op) ? op : Op.NOT)
                .filter(op -> op != Op.NOT)
                .toList();
    }

    private static double[] value(Graph graph) {
        var bindings = Bindings.of(1, Map.of("x", X), Map.of(), 1);
        return new Interpreter(graph, false).run(bindings).of(Role.VALUE, "y").data();
    }

    @Test
    void aPowerOfTwoMeetsTheNumberOfASum() {
        assertEquals(
                List.of(Op.TANH, Op.FMA), operations(0, (x, m) -> m.mul(m.add(m.apply(Op.TANH, x), m.fill(1)), 0.5)));
        assertEquals(
                List.of(Op.TANH, Op.FMA, Op.MUL),
                operations(0, (x, m) -> m.mul(m.mul(x, 0.25), m.add(m.apply(Op.TANH, x), m.fill(3)))));
    }

    @Test
    void anyOtherNumberWouldChangeBits() {
        assertEquals(
                List.of(Op.TANH, Op.ADD, Op.MUL),
                operations(0, (x, m) -> m.mul(m.add(m.apply(Op.TANH, x), m.fill(1)), 0.3)));
        assertEquals(
                List.of(Op.ADD, Op.MUL),
                operations(0, (x, m) -> m.mul(m.add(x, m.fill(1)), StrictMath.scalb(1.0, -20))));
    }

    @Test
    void twoNumbersBecomeOne() {
        assertEquals(
                List.of(Op.TANH, Op.MUL, Op.MUL),
                operations(1e-3, (x, m) -> m.mul(m.mul(m.mul(x, 0.3), m.apply(Op.TANH, x)), 7)));
    }
}
