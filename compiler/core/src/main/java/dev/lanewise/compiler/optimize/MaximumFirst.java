package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.Max;
import dev.lanewise.compiler.graph.Prim.Transpose;
import dev.lanewise.compiler.graph.Prim.Windows;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// A function that never falls may follow a maximum instead of coming before it, where it has fewer elements to do:
/// `max(relu(z + bias))` is `relu(max(z) + bias)`, to the bit where the function is rounded once. So a pooled layer
/// has its bias and activation on the pooled values alone, forward and backward.
final class MaximumFirst implements Rule {

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        if (!(node.prim() instanceof Max(var axes, var examples))
                || examples
                || node.inputs().isEmpty()) {
            return Optional.empty();
        }
        var views = new ArrayList<Node>();
        var at = node.inputs().getFirst();
        while (sight.uses(at) == 1 && (sight.prim(at) instanceof Windows || sight.prim(at) instanceof Transpose)) {
            views.addFirst(sight.node(at));
            at = sight.input(at, 0);
        }
        if (sight.uses(at) > 1 || !(sight.prim(at) instanceof Elementwise(var op))) {
            return Optional.empty();
        }
        return switch (op) {
            case SQRT, EXP, EXPM1, LOG, LOG1P, TANH, ERF, SIGMOID, FLOOR ->
                Optional.of(
                        sight.math(sight.node(at).origin()).apply(op, maximum(node, views, sight.input(at, 0), sight)));
            case ADD, MAX, MIN -> withOther(node, axes, views, at, op, sight);
            default -> Optional.empty();
        };
    }

    /// The maximum of the same elements of another value.
    private static Value maximum(Node node, List<Node> views, Value value, Sight sight) {
        var viewed = value;
        for (var view : views) {
            viewed = sight.out().add(view.prim(), view.origin(), viewed);
        }
        return sight.out().add(node.prim(), node.origin(), viewed);
    }

    /// One operand must be the same for all elements that a maximum is taken of.
    private static Optional<Value> withOther(
            Node node, List<Integer> axes, List<Node> views, Value at, Op op, Sight sight) {
        for (int k = 0; k < 2; k++) {
            var other = sight.input(at, k);
            if (sight.prim(other) instanceof Broadcast(var shape, var from, var _)) {
                var places = places(shape.rank(), from, views, axes);
                if (places.isPresent()) {
                    var math = sight.math(sight.node(at).origin());
                    var repeated = math.spread(sight.input(other, 0), node.type(), places.get());
                    var most = maximum(node, views, sight.input(at, 1 - k), sight);
                    return Optional.of(k == 0 ? math.apply(op, repeated, most) : math.apply(op, most, repeated));
                }
            }
        }
        return Optional.empty();
    }

    /// Where the axes `from` of a value of `rank` stand behind the views and the maximum: only when none is cut
    /// into windows or goes into the maximum, and their order stays.
    private static Optional<List<Integer>> places(int rank, List<Integer> from, List<Node> views, List<Integer> axes) {
        var now = new ArrayList<>(IntStream.range(0, rank).boxed().toList());
        for (var view : views) {
            if (view.prim() instanceof Transpose(var order)) {
                now.replaceAll(axis -> axis < 0 ? axis : order.indexOf(axis));
            } else if (view.prim() instanceof Windows windows) {
                now.replaceAll(axis -> axis == windows.axis() ? -1 : axis > windows.axis() ? axis + 1 : axis);
            }
        }
        var places = new ArrayList<Integer>();
        for (int axis : from) {
            int at = now.get(axis);
            if (at < 0 || axes.contains(at)) {
                return Optional.empty();
            }
            int place = at - (int) axes.stream().filter(a -> a < at).count();
            if (!places.isEmpty() && places.getLast() >= place) {
                return Optional.empty();
            }
            places.add(place);
        }
        return Optional.of(places);
    }
}
