package dev.lanewise.compiler.optimize;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/// Where an exponential is seen not to grow.
class DecaysTest {

    /// The exponential in the optimized graph, of a value made of x.
    private static Op exponential(BiFunction<Value, Arithmetic, Value> argument) {
        var builder = Graph.builder();
        var m = new Arithmetic(builder, Origin.UNKNOWN);
        var x = builder.leaf(new Prim.Input("x"), Type.example(Shape.of(4)), Origin.UNKNOWN);
        builder.result(Role.VALUE, "y", m.apply(Op.EXP, argument.apply(x, m)));
        for (var node : new Optimizer(true).optimize(builder.build()).nodes()) {
            if (node.prim() instanceof Elementwise(var op) && (op == Op.EXP || op == Op.DECAY)) {
                return op;
            }
        }
        throw new AssertionError("no exponential is left");
    }

    private static Value maximum(Value x, List<Integer> axes, Arithmetic m) {
        return m.spread(m.max(x, axes, false), Type.example(Shape.of(4)), List.of());
    }

    @Test
    void negativesOfWhatIsNotNegativeDecay() {
        assertEquals(Op.DECAY, exponential((x, m) -> m.neg(m.mul(x, x))));
        assertEquals(Op.DECAY, exponential((x, m) -> m.neg(m.apply(Op.ABS, x))));
        assertEquals(Op.DECAY, exponential((x, m) -> m.mul(m.mul(x, x), -0.5)));
        assertEquals(Op.DECAY, exponential((x, m) -> m.neg(m.apply(Op.MAX, x, m.fill(0)))));
    }

    @Test
    void whatItsMaximumIsTakenFromDecays() {
        assertEquals(Op.DECAY, exponential((x, m) -> m.sub(x, maximum(x, List.of(0), m))));
        assertEquals(Op.DECAY, exponential((x, m) -> m.sub(x, m.apply(Op.MAX, x, m.mul(x, 2)))));
    }

    @Test
    void othersMayGrow() {
        assertEquals(Op.EXP, exponential((x, _) -> x));
        assertEquals(Op.EXP, exponential((x, m) -> m.neg(x)));
        assertEquals(Op.EXP, exponential((x, m) -> m.mul(x, x)));
        assertEquals(Op.EXP, exponential((x, m) -> m.neg(m.mul(x, m.apply(Op.TANH, x)))));
        assertEquals(Op.EXP, exponential((x, m) -> m.sub(x, maximum(m.mul(x, 2), List.of(0), m))));
        assertEquals(Op.EXP, exponential((x, m) -> m.neg(m.apply(Op.MIN, x, m.fill(0)))));
    }
}
