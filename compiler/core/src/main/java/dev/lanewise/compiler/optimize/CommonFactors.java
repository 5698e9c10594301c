package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `a c b + d c` becomes `c (a b + d)`: what a derivative is multiplied by stands in each of its terms. Numbers of
/// the run go to the end of a product, where they meet.
final class CommonFactors implements Rule {
    /// Of two terms with fewer factors in all nothing is saved.
    private static final int LEAST = 5;

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        if (!(node.prim() instanceof Elementwise(var op)) || op != Op.ADD && op != Op.SUB) {
            return Optional.empty();
        }
        var one = node.inputs().get(0);
        var other = node.inputs().get(1);
        if (sight.uses(one) > 1 || sight.uses(other) > 1) {
            return Optional.empty();
        }
        var first = Factors.of(one, sight);
        var second = Factors.of(other, sight);
        if (first.size() < 2 || second.size() < 2 || first.size() + second.size() < LEAST) {
            return Optional.empty();
        }
        for (var factor : first) {
            if (!sight.isUniform(factor) && second.contains(factor)) {
                var m = sight.math(node.origin());
                var both = m.apply(op, rest(first, factor, m), rest(second, factor, m));
                return Optional.of(m.mul(factor, both));
            }
        }
        return Optional.empty();
    }

    private static Value rest(List<Value> factors, Value without, Arithmetic m) {
        var left = new ArrayList<>(factors);
        left.remove(without);
        return Factors.product(left, m);
    }
}
