package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Concat;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.Pad;
import dev.lanewise.compiler.graph.Prim.Reshape;
import dev.lanewise.compiler.graph.Prim.Slice;
import dev.lanewise.compiler.graph.Prim.Transpose;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Views of views, views that change nothing, and work on repeated values, which is done once before repeating.
final class SimplifyViews implements Rule {

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        return switch (node.prim()) {
            case Reshape _, Broadcast _, Transpose _, Slice _, Pad _, Concat _ ->
                same(node, sight).or(() -> constant(node, sight)).or(() -> composed(node, sight));
            case Elementwise _ -> repeated(node, sight);
            default -> Optional.empty();
        };
    }

    /// A view that changes nothing.
    private static Optional<Value> same(Node node, Sight sight) {
        var input = node.inputs().getFirst();
        boolean plain = !(node.prim() instanceof Transpose(var order)) || isIdentity(order);
        boolean equal = node.inputs().size() == 1 && node.type().equals(sight.type(input));
        return plain && equal ? Optional.of(input) : Optional.empty();
    }

    private static boolean isIdentity(List<Integer> order) {
        return IntStream.range(0, order.size()).allMatch(i -> order.get(i) == i);
    }

    /// A view of one number everywhere: that number, repeated.
    private static Optional<Value> constant(Node node, Sight sight) {
        boolean pads = node.prim() instanceof Pad || node.prim() instanceof Concat;
        var input = node.inputs().getFirst();
        var number = sight.constant(input);
        if (pads || number.isEmpty()) {
            return Optional.empty();
        }
        var math = sight.math(node.origin());
        var view = math.fill(number.getAsDouble(), node.type());
        return isScalarRepeat(node, sight) ? Optional.empty() : Optional.of(view);
    }

    private static boolean isScalarRepeat(Node node, Sight sight) {
        return node.prim() instanceof Broadcast
                && sight.node(node.inputs().getFirst()).inputs().isEmpty()
                && sight.type(node.inputs().getFirst()).shape().rank() == 0;
    }

    private static Optional<Value> composed(Node node, Sight sight) {
        var input = node.inputs().getFirst();
        var math = sight.math(node.origin());
        return switch (node.prim()) {
            case Reshape(var shape)
            when sight.prim(input) instanceof Reshape -> Optional.of(math.reshape(sight.input(input, 0), shape));
            case Transpose(var order)
            when sight.prim(input) instanceof Transpose(var inner) ->
                Optional.of(math.transpose(
                        sight.input(input, 0), order.stream().map(inner::get).toList()));
            case Broadcast(var _, var axes, var _)
            when sight.prim(input) instanceof Broadcast(var _, var inner, var _) ->
                Optional.of(math.spread(
                        sight.input(input, 0),
                        node.type(),
                        inner.stream().map(axes::get).toList()));
            case Concat _ when node.inputs().size() == 1 -> Optional.of(input);
            default -> Optional.empty();
        };
    }

    /// An operation on values that all repeat something smaller in the same way: done on the smaller ones.
    private static Optional<Value> repeated(Node node, Sight sight) {
        Optional<Node> pattern = node.inputs().stream()
                .filter(v -> !sight.isConstant(v))
                .map(sight::node)
                .findFirst();
        if (pattern.isEmpty() || !(pattern.get().prim() instanceof Broadcast broadcast)) {
            return Optional.empty();
        }
        var small = sight.type(pattern.get().inputs().getFirst());
        boolean alike = node.inputs().stream().allMatch(v -> sight.isConstant(v) || isLike(v, broadcast, small, sight));
        if (!alike) {
            return Optional.empty();
        }
        var math = sight.math(node.origin());
        var inputs = node.inputs().stream()
                .map(v -> sight.constant(v).isPresent()
                        ? math.fill(sight.constant(v).getAsDouble(), small)
                        : sight.input(v, 0))
                .toArray(Value[]::new);
        var once = sight.out().add(node.prim(), node.origin(), inputs);
        return Optional.of(math.spread(once, node.type(), broadcast.axes()));
    }

    private static boolean isLike(Value value, Broadcast broadcast, Type small, Sight sight) {
        return sight.prim(value).equals(broadcast)
                && sight.type(sight.input(value, 0)).equals(small);
    }
}
