package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Concat;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.Fold;
import dev.lanewise.compiler.graph.Prim.Pad;
import dev.lanewise.compiler.graph.Prim.Reshape;
import dev.lanewise.compiler.graph.Prim.Slice;
import dev.lanewise.compiler.graph.Prim.Transpose;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.Comparator;
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
            case Fold fold -> apart(node, fold, sight);
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
            case Transpose(var order) when isMovable(input, sight) -> Optional.of(transposed(input, order, sight));
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

    /// Whether a value is made of repeated ones, whose axes can stand in another order as well.
    private static boolean isMovable(Value value, Sight sight) {
        return switch (sight.prim(value)) {
            case Broadcast _ -> true;
            case Elementwise _ ->
                sight.uses(value) == 1
                        && sight.node(value).inputs().stream()
                                .allMatch(v -> sight.isConstant(v) || isMovable(v, sight));
            default -> false;
        };
    }

    private static Value transposed(Value value, List<Integer> order, Sight sight) {
        var node = sight.node(value);
        var math = sight.math(node.origin());
        if (sight.constant(value).isPresent()) {
            return math.fill(sight.constant(value).getAsDouble(), permuted(node.type(), order));
        }
        if (!(node.prim() instanceof Broadcast(var _, var axes, var _))) {
            var inputs =
                    node.inputs().stream().map(v -> transposed(v, order, sight)).toArray(Value[]::new);
            return sight.out().add(node.prim(), node.origin(), inputs);
        }
        var places = axes.stream().map(order::indexOf).toList();
        var sorted = IntStream.range(0, places.size())
                .boxed()
                .sorted(Comparator.comparing(places::get))
                .toList();
        return math.spread(
                math.transpose(node.inputs().getFirst(), sorted),
                permuted(node.type(), order),
                places.stream().sorted().toList());
    }

    private static Type permuted(Type type, List<Integer> order) {
        return new Type(
                type.perExample(),
                new Shape(order.stream().map(type.shape()::extent).toList()));
    }

    /// Patches that lie side by side are put back by joining their axes, with zeros for what no patch took.
    private static Optional<Value> apart(Node node, Fold fold, Sight sight) {
        var input = node.inputs().getFirst();
        var shape = sight.type(input).shape();
        int positions = shape.extent(fold.axis());
        int kernel = shape.extent(fold.axis() + 1);
        if (fold.stride() != kernel || fold.dilation() != 1 && kernel > 1) {
            return Optional.empty();
        }
        var math = sight.math(node.origin());
        var extents = new ArrayList<>(node.type().shape().extents());
        extents.set(fold.axis(), positions * kernel);
        var joined = math.reshape(input, new Shape(extents));
        int behind = fold.extent() - positions * kernel;
        return Optional.of(
                behind == 0 ? joined : sight.out().add(new Pad(fold.axis(), 0, behind, 0), node.origin(), joined));
    }

    /// An operation on values that all repeat something smaller in the same way: done on the smaller ones.
    private static Optional<Value> repeated(Node node, Sight sight) {
        int first = 0;
        while (first < node.inputs().size() && sight.isConstant(node.inputs().get(first))) {
            first++;
        }
        if (first == node.inputs().size() || !(sight.prim(node.inputs().get(first)) instanceof Broadcast broadcast)) {
            return Optional.empty();
        }
        var small = sight.type(sight.input(node.inputs().get(first), 0));
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
