package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Value;
import java.util.Optional;

/// What many elements are divided by is inverted once, and they are multiplied by it: one more rounding, and a small
/// part of the time. After the careful forms have been found, whose patterns are divisions.
final class Reciprocals implements Rule {
    /// So many divisions are worth an inverse.
    private static final int REPEATS = 4;

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        if (!(node.prim() instanceof Elementwise(var op)) || op != Op.DIV) {
            return Optional.empty();
        }
        var below = node.inputs().get(1);
        if (!(sight.prim(below) instanceof Broadcast(var shape, var axes, var examples))) {
            return Optional.empty();
        }
        var source = sight.input(below, 0);
        if (!examples && shape.size() < REPEATS * sight.type(source).shape().size()) {
            return Optional.empty();
        }
        var m = sight.math(node.origin());
        var inverse = m.spread(m.div(m.fill(1), source), node.type(), axes);
        return Optional.of(m.mul(node.inputs().getFirst(), inverse));
    }
}
