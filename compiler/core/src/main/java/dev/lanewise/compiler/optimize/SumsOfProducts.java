package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.Sum;
import dev.lanewise.compiler.graph.Prim.SumOfProducts;
import dev.lanewise.compiler.graph.Value;
import java.util.Optional;

/// Products that are needed for a sum over the examples alone are added to it as they are multiplied, in one
/// rounding. As late as `FuseMultiplyAdd`: no pass looks into such a sum.
final class SumsOfProducts implements Rule {

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        if (!(node.prim() instanceof Sum(var axes, boolean examples)) || !examples) {
            return Optional.empty();
        }
        var product = node.inputs().getFirst();
        if (!sight.is(product, Op.MUL)
                || sight.uses(product) > 1
                || !sight.type(product).perExample()) {
            return Optional.empty();
        }
        var a = sight.input(product, 0);
        var b = sight.input(product, 1);
        return Optional.of(sight.out().add(new SumOfProducts(axes), node.origin(), a, b));
    }
}
