package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim.Contract;
import dev.lanewise.compiler.graph.Prim.Fold;
import dev.lanewise.compiler.graph.Prim.Pad;
import dev.lanewise.compiler.graph.Prim.Windows;
import dev.lanewise.compiler.graph.Value;
import java.util.Optional;

/// Patches that are products, and would be added up where they overlap, as the cotangent of what a convolution reads:
/// a contraction over padded windows, read backwards, has each number as one sum.
///
///     fold(w[k], y[p] -> [p, k])  =  w[k], windows(pad(y))[p, k] -> [p]
///
/// Windows reach beyond the border, so that there are more products; only where these are few.
final class PatchesOnce implements Rule {
    /// A sum in registers takes about 0.6 of the time of one that is added to memory, so that two axes may grow by
    /// 1.3 each.
    private static final double MOST = 1.3;
    /// With fewer results a window the other way, patch by patch, is as good.
    private static final int LEAST = 4;

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        if (!(node.prim() instanceof Fold fold) || fold.stride() != 1) {
            return Optional.empty();
        }
        var patches = node.inputs().getFirst();
        if (!(sight.prim(patches) instanceof Contract(var spec)) || spec.examples() || sight.uses(patches) > 1) {
            return Optional.empty();
        }
        char place = spec.result().charAt(fold.axis());
        char element = spec.result().charAt(fold.axis() + 1);
        var weight = sight.input(patches, 0);
        var read = sight.input(patches, 1);
        int positions = sight.type(patches).shape().extent(fold.axis());
        boolean apart = spec.left().indexOf(place) < 0 && spec.right().indexOf(element) < 0;
        if (!apart
                || sight.type(weight).perExample()
                || !sight.type(read).perExample()
                || fold.extent() > MOST * positions
                || rows(spec, element, weight, sight) < LEAST) {
            return Optional.empty();
        }
        int kernel = sight.type(patches).shape().extent(fold.axis() + 1);
        int before = Windows.reach(kernel, fold.dilation());
        int axis = spec.right().indexOf(place);
        var out = sight.out();
        var padded = padded(new Pad(axis, before, fold.extent() - positions, 0), read, node, sight);
        var windows = out.add(new Windows(axis, kernel, 1, -fold.dilation()), node.origin(), padded);
        var result = new StringBuilder(spec.result()).deleteCharAt(fold.axis() + 1);
        var right = new StringBuilder(spec.right()).insert(axis + 1, element);
        var other = new Contraction(spec.left(), right.toString(), result.toString(), spec.summed() + element, false);
        return Optional.of(out.add(new Contract(other), node.origin(), weight, windows));
    }

    /// Padding below windows of other axes, so that what is padded is no larger.
    private static Value padded(Pad pad, Value value, Node node, Sight sight) {
        if (!(sight.prim(value) instanceof Windows windows)
                || sight.uses(value) > 1
                || pad.axis() == windows.axis()
                || pad.axis() == windows.axis() + 1) {
            return sight.out().add(pad, node.origin(), value);
        }
        int axis = pad.axis() > windows.axis() ? pad.axis() - 1 : pad.axis();
        var below = new Pad(axis, pad.before(), pad.after(), pad.gap());
        return sight.out().add(windows, node.origin(), padded(below, sight.input(value, 0), node, sight));
    }

    /// How many results each window has.
    private static long rows(Contraction spec, char element, Value weight, Sight sight) {
        long rows = 1;
        for (int i = 0; i < spec.left().length(); i++) {
            char letter = spec.left().charAt(i);
            boolean own = letter != element && spec.right().indexOf(letter) < 0;
            rows *= own ? sight.type(weight).shape().extent(i) : 1;
        }
        return rows;
    }
}
