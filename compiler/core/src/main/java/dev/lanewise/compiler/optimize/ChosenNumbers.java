package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Value;
import java.util.Optional;
import java.util.Set;

/// A number of the run times what a comparison gives is that number where the comparison holds: chosen, not
/// multiplied. Late, as other rules look for factors.
final class ChosenNumbers implements Rule {
    private static final Set<Op> COMPARISONS = Set.of(Op.LT, Op.LE, Op.EQ, Op.NE);

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        if (!(node.prim() instanceof Elementwise(var op))
                || op != Op.MUL
                || !node.type().perExample()) {
            return Optional.empty();
        }
        for (int k = 0; k < 2; k++) {
            var truth = node.inputs().get(k);
            var number = node.inputs().get(1 - k);
            if (sight.prim(truth) instanceof Elementwise(var own)
                    && COMPARISONS.contains(own)
                    && sight.uses(truth) == 1
                    && sight.isUniform(number)) {
                var m = sight.math(node.origin());
                return Optional.of(m.apply(Op.SELECT, truth, number, m.fill(0, node.type())));
            }
        }
        return Optional.empty();
    }
}
