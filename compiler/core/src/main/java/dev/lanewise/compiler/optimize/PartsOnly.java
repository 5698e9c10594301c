package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim.Contract;
import dev.lanewise.compiler.graph.Prim.Pad;
import dev.lanewise.compiler.graph.Prim.Slice;
import dev.lanewise.compiler.graph.Prim.Windows;
import dev.lanewise.compiler.graph.Value;
import java.util.Optional;

/// Of what is needed in part, only that part is computed: a slice stands before contractions, windows and padding.
final class PartsOnly implements Rule {

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        if (!(node.prim() instanceof Slice slice) || slice.step() != 1) {
            return Optional.empty();
        }
        var whole = node.inputs().getFirst();
        if (sight.uses(whole) > 1) {
            return Optional.empty();
        }
        return switch (sight.prim(whole)) {
            case Contract(var spec) -> contracted(node, slice, spec, sight);
            case Windows windows -> windows(node, slice, windows, sight);
            case Pad pad -> padded(node, slice, pad, sight);
            default -> Optional.empty();
        };
    }

    private static Optional<Value> contracted(Node node, Slice slice, Contraction spec, Sight sight) {
        char letter = spec.result().charAt(slice.axis());
        var whole = node.inputs().getFirst();
        var left = part(spec.left(), letter, sight.input(whole, 0), node, sight);
        var right = part(spec.right(), letter, sight.input(whole, 1), node, sight);
        return Optional.of(sight.out().add(new Contract(spec), node.origin(), left, right));
    }

    private static Value part(String letters, char letter, Value operand, Node node, Sight sight) {
        int axis = letters.indexOf(letter);
        return axis < 0 ? operand : slice((Slice) node.prim(), axis, 0, operand, node, sight);
    }

    private static Value slice(Slice slice, int axis, int more, Value of, Node node, Sight sight) {
        return sight.out().add(new Slice(axis, slice.from(), slice.to() + more, 1), node.origin(), of);
    }

    private static Optional<Value> windows(Node node, Slice slice, Windows windows, Sight sight) {
        if (slice.axis() == windows.axis() + 1 || slice.axis() == windows.axis() && windows.stride() != 1) {
            return Optional.empty();
        }
        boolean same = slice.axis() == windows.axis();
        int axis = slice.axis() > windows.axis() ? slice.axis() - 1 : slice.axis();
        int more = same ? Windows.reach(windows.kernel(), windows.dilation()) : 0;
        var read = slice(slice, axis, more, sight.input(node.inputs().getFirst(), 0), node, sight);
        return Optional.of(sight.out().add(windows, node.origin(), read));
    }

    private static Optional<Value> padded(Node node, Slice slice, Pad pad, Sight sight) {
        var inner = sight.input(node.inputs().getFirst(), 0);
        var out = sight.out();
        if (slice.axis() != pad.axis()) {
            return Optional.of(out.add(pad, node.origin(), slice(slice, slice.axis(), 0, inner, node, sight)));
        }
        int extent = sight.type(inner).shape().extent(pad.axis());
        int from = Math.max(0, slice.from() - pad.before());
        int to = Math.min(extent, slice.to() - pad.before());
        if (pad.gap() != 0 || from >= to) {
            return Optional.empty();
        }
        int before = Math.max(0, pad.before() - slice.from());
        int after = Math.max(0, slice.to() - pad.before() - extent);
        var kept = out.add(new Slice(pad.axis(), from, to, 1), node.origin(), inner);
        return Optional.of(out.add(new Pad(pad.axis(), before, after, 0), node.origin(), kept));
    }
}
