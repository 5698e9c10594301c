package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.Gather;
import dev.lanewise.compiler.graph.Prim.Positions;
import dev.lanewise.compiler.graph.Prim.Sum;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A sum over many classes that a one-hot value chooses one of is that one: a loss looks it up, where what it is made
/// of can be looked up, and goes over no others. After differentiation, whose adjoint of a look-up would add to a
/// table.
final class ChosenClass implements Rule {
    /// Fewer are compared side by side as quickly as one is looked up.
    private static final int CLASSES = 64;
    /// What is computed again for the class alone.
    private static final int NODES = 24;

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        if (!(node.prim() instanceof Sum(var axes, boolean examples)) || !axes.equals(List.of(0))) {
            return Optional.empty();
        }
        var input = node.inputs().getFirst();
        var type = sight.type(input);
        if (!type.perExample()
                || type.shape().rank() != 1
                || type.shape().extent(0) < CLASSES
                || !sight.is(input, Op.MUL)
                || sight.uses(input) > 1) {
            return Optional.empty();
        }
        for (int k = 0; k < 2; k++) {
            if (sight.isOneHot(sight.input(input, k), 0)) {
                var choice = new Choice(sight.index(sight.input(input, k)), node, sight);
                var chosen = choice.of(sight.input(input, 1 - k));
                if (chosen.isPresent()) {
                    var m = sight.math(node.origin());
                    return examples ? Optional.of(m.sum(chosen.get(), List.of(), true)) : chosen;
                }
            }
        }
        return Optional.empty();
    }

    /// Values at class `index` of each example.
    private static final class Choice {
        private static final Type ONE = Type.example(Shape.of());

        private final Value index;
        private final Node node;
        private final Sight sight;
        private int left = NODES;

        Choice(Value index, Node node, Sight sight) {
            this.index = index;
            this.node = node;
            this.sight = sight;
        }

        Optional<Value> of(Value value) {
            if (--left < 0) {
                return Optional.empty();
            }
            var m = sight.math(node.origin());
            if (sight.isConstantAlong(value, 0)) {
                return Optional.of(m.broadcast(sight.input(value, 0), ONE));
            }
            return switch (sight.prim(value)) {
                case Elementwise(var op) -> {
                    var inputs = new ArrayList<Value>();
                    for (var input : sight.node(value).inputs()) {
                        of(input).ifPresent(inputs::add);
                    }
                    boolean all = inputs.size() == sight.node(value).inputs().size();
                    yield all ? Optional.of(m.apply(op, inputs.toArray(Value[]::new))) : Optional.empty();
                }
                case Broadcast(var _, var axes, boolean examples)
                when examples && axes.equals(List.of(0)) -> {
                    var table = sight.input(value, 0);
                    yield Optional.of(
                            sight.prim(table) instanceof Positions
                                    ? index
                                    : sight.out().add(new Gather(), node.origin(), table, index));
                }
                default -> Optional.empty();
            };
        }
    }
}
