package dev.lanewise.compiler.lint;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.scalar.SingleNode;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/// A value as a function of the one number that it is made of, element by element: an activation, whoever wrote it.
final class ScalarFunction {
    private final Graph graph;
    private final int from;
    private final int to;
    private final BitSet between;
    private final ToDoubleFunction<String> parameters;

    private ScalarFunction(Graph graph, int from, int to, BitSet between, ToDoubleFunction<String> parameters) {
        this.graph = graph;
        this.from = from;
        this.to = to;
        this.between = between;
        this.parameters = parameters;
    }

    /// The function from the farthest value that `value` depends on alone. `parameters` gives the first values of
    /// learned arguments. Nothing where `value` is made of several values, such as a sum of two.
    static Optional<ScalarFunction> of(Graph graph, Value value, ToDoubleFunction<String> parameters) {
        var open = new BitSet();
        open.set(value.node());
        var seen = new BitSet();
        int source = -1;
        var known = new BitSet();
        for (int i = value.node(); i >= 0; i = open.previousSetBit(i)) {
            open.clear(i);
            if (open.isEmpty() && i != value.node()) {
                source = i;
                known = (BitSet) seen.clone();
            }
            var node = graph.nodes().get(i);
            if (!(node.prim() instanceof Prim.Elementwise) && !(node.prim() instanceof Prim.StopGradient)) {
                break;
            }
            if (node.inputs().stream().anyMatch(input -> !graph.type(input).perExample() && !isScalar(graph, input))) {
                break;
            }
            seen.set(i);
            for (var input : node.inputs()) {
                if (!isScalar(graph, input)) {
                    open.set(input.node());
                }
            }
            if (open.isEmpty()) {
                break;
            }
        }
        return source < 0
                ? Optional.empty()
                : Optional.of(new ScalarFunction(graph, source, value.node(), known, parameters));
    }

    /// Whether the value is one number, the same everywhere, or a draw.
    private static boolean isScalar(Graph graph, Value value) {
        var node = graph.node(value);
        while (node.prim() instanceof Prim.Broadcast || node.prim() instanceof Prim.Reshape) {
            node = graph.node(node.inputs().getFirst());
        }
        return switch (node.prim()) {
            case Prim.Fill _, Prim.Random _, Prim.Run _ -> true;
            case Prim.Parameter _ -> node.type().shape().size() == 1;
            case Prim.Elementwise _ -> node.inputs().stream().allMatch(input -> isScalar(graph, input));
            default -> false;
        };
    }

    double at(double z) {
        var values = new double[to + 1 - from];
        values[0] = z;
        for (int i = between.nextSetBit(from + 1); i >= 0 && i <= to; i = between.nextSetBit(i + 1)) {
            values[i - from] = value(graph.nodes().get(i), values);
        }
        return values[to - from];
    }

    private double value(Node node, double[] values) {
        return SingleNode.value(node, input -> input(input, values));
    }

    private double input(Value value, double[] values) {
        if (value.node() == from || between.get(value.node())) {
            return values[value.node() - from];
        }
        return constant(graph.node(value));
    }

    private double constant(Node node) {
        return switch (node.prim()) {
            case Prim.Parameter(var name) -> parameters.applyAsDouble(name);
            case Prim.Run _ -> 1;
            default -> SingleNode.value(node, input -> constant(graph.node(input)));
        };
    }

    /// The rise from `low` to `high` for each unit of z.
    double slope(double low, double high) {
        return (at(high) - at(low)) / (high - low);
    }
}
