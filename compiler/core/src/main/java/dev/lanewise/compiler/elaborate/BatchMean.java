package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The mean over the batch of a scalar per example, in which terms that are the same for every example are
/// added as they are: mean(a + b) = mean(a) + b. A penalty on weights is so never computed once for each
/// example.
final class BatchMean {
    private final Graph.Builder builder;
    private final Arithmetic arithmetic;
    private final BitSet mixed = new BitSet();
    private final Map<Value, Value> means = new HashMap<>();

    private BatchMean(Arithmetic arithmetic) {
        this.builder = arithmetic.builder();
        this.arithmetic = arithmetic;
    }

    static Value of(Value scalar, Arithmetic arithmetic) {
        var mean = new BatchMean(arithmetic);
        mean.mark(scalar);
        return mean.mean(scalar);
    }

    /// Marks the nodes some term of which is the same for every example.
    private void mark(Value last) {
        for (int i = 0; i <= last.node(); i++) {
            var node = builder.node(new Value(i));
            mixed.set(
                    i,
                    switch (node.prim()) {
                        case Prim.Broadcast broadcast -> broadcast.examples();
                        case Prim.Reshape _ -> isMixed(node.inputs().getFirst());
                        case Prim.Elementwise(var op) ->
                            (op == Op.ADD || op == Op.SUB || op == Op.MUL)
                                    && node.inputs().stream().anyMatch(this::isMixed);
                        default -> false;
                    });
        }
    }

    private boolean isMixed(Value value) {
        return mixed.get(value.node());
    }

    private boolean isSame(Value value) {
        return builder.node(value).prim() instanceof Prim.Broadcast broadcast && broadcast.examples();
    }

    /// Whether the mean of a node follows from those of its inputs.
    private boolean isTakenApart(Value value) {
        var node = builder.node(value);
        return node.type().perExample()
                && isMixed(value)
                && switch (node.prim()) {
                    case Prim.Reshape _ -> true;
                    case Prim.Elementwise(var op) ->
                        op != Op.MUL || node.inputs().stream().anyMatch(this::isSame);
                    default -> false;
                };
    }

    private Value mean(Value whole) {
        var needed = new BitSet();
        var open = new ArrayDeque<Value>();
        open.add(whole);
        while (!open.isEmpty()) {
            var value = open.removeLast();
            if (!needed.get(value.node())) {
                needed.set(value.node());
                if (isTakenApart(value)) {
                    open.addAll(builder.node(value).inputs());
                }
            }
        }
        for (int i = needed.nextSetBit(0); i >= 0; i = needed.nextSetBit(i + 1)) {
            means.put(new Value(i), meanOfNode(new Value(i)));
        }
        return known(whole);
    }

    private Value known(Value value) {
        return means.getOrDefault(value, value);
    }

    private Value meanOfNode(Value value) {
        Node node = builder.node(value);
        if (!node.type().perExample()) {
            return value;
        }
        var inputs = node.inputs();
        if (isTakenApart(value)) {
            return switch (node.prim()) {
                case Prim.Elementwise(var op) -> arithmetic.apply(op, known(inputs.get(0)), known(inputs.get(1)));
                default -> known(inputs.getFirst());
            };
        }
        if (isSame(value)) {
            return arithmetic.reshape(inputs.getFirst(), Shape.SCALAR);
        }
        return arithmetic.mean(arithmetic.reshape(value, Shape.SCALAR), List.of(), true);
    }
}
