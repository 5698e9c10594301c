package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.Fill;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.scalar.Float64;
import java.util.List;
import java.util.Optional;

/// Computes in double precision what depends on numbers alone, and keeps numbers as scalars, repeated where they are
/// needed.
final class FoldConstants implements Rule {

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        if (node.prim() instanceof Fill(var number)) {
            return node.type().shape().rank() == 0
                    ? Optional.empty()
                    : Optional.of(sight.math(node.origin()).fill(number, node.type()));
        }
        if (node.prim() instanceof Elementwise(var op) && sight.all(node.inputs(), sight::isConstant)) {
            double value = Float64.apply(
                    op,
                    number(node.inputs(), 0, sight),
                    number(node.inputs(), 1, sight),
                    number(node.inputs(), 2, sight));
            return Optional.of(sight.math(node.origin()).fill(value, node.type()));
        }
        return Optional.empty();
    }

    private static double number(List<Value> inputs, int k, Sight sight) {
        return k < inputs.size() ? sight.constant(inputs.get(k)).orElseThrow() : 0;
    }
}
