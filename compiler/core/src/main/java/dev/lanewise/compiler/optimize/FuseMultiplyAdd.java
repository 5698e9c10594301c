package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Value;
import java.util.Optional;

/// `a * b + c` in one rounding, where nothing else needs the product. The last pass: it says how the numbers are
/// rounded.
final class FuseMultiplyAdd implements Rule {

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        if (!(node.prim() instanceof Elementwise(var op)) || scalarOfTheRun(node, sight)) {
            return Optional.empty();
        }
        var math = sight.math(node.origin());
        if (op == Op.ADD) {
            for (int k = 1; k >= 0; k--) {
                var sum = node.inputs().get(k);
                if (sight.is(sum, Op.FMA) && sight.uses(sum) == 1 && isProduct(sight.input(sum, 2), sight)) {
                    return Optional.of(withThird(sum, node.inputs().get(1 - k), math, sight));
                }
            }
            for (int k = 1; k >= 0; k--) {
                var product = node.inputs().get(k);
                if (isProduct(product, sight)) {
                    return Optional.of(math.apply(
                            Op.FMA,
                            sight.input(product, 0),
                            sight.input(product, 1),
                            node.inputs().get(1 - k)));
                }
            }
        }
        if (op == Op.SUB && isProduct(node.inputs().get(1), sight)) {
            return subtracted(node, node.inputs().get(1), sight);
        }
        return Optional.empty();
    }

    /// `a * b + (c * d + e)` of `(a * b + c * d) + e`.
    private static Value withThird(Value sum, Value third, Arithmetic math, Sight sight) {
        var product = sight.input(sum, 2);
        var rest = math.apply(Op.FMA, sight.input(product, 0), sight.input(product, 1), third);
        return math.apply(Op.FMA, sight.input(sum, 0), sight.input(sum, 1), rest);
    }

    /// `c - a * s` where s is a number of the run: its sign costs nothing.
    private static Optional<Value> subtracted(Node node, Value product, Sight sight) {
        var math = sight.math(node.origin());
        for (int k = 0; k < 2; k++) {
            var factor = sight.input(product, k);
            if (sight.isUniform(factor)) {
                var negative = math.neg(sight.repeated(factor));
                var known = sight.constant(factor);
                var sign = known.isPresent() ? math.fill(-known.getAsDouble()) : negative;
                return Optional.of(math.apply(
                        Op.FMA, sight.input(product, 1 - k), sign, node.inputs().getFirst()));
            }
        }
        return Optional.empty();
    }

    private static boolean isProduct(Value value, Sight sight) {
        return sight.is(value, Op.MUL) && sight.uses(value) == 1;
    }

    private static boolean scalarOfTheRun(Node node, Sight sight) {
        return sight.all(node.inputs(), sight::isUniform);
    }
}
