package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.Max;
import dev.lanewise.compiler.graph.Prim.Reshape;
import dev.lanewise.compiler.graph.Prim.Transpose;
import dev.lanewise.compiler.graph.Value;
import java.util.Optional;

/// The exponential of what is known not to be positive, as that of a square's negative or of what its maximum was
/// taken from, cannot become infinite: it is [Op#DECAY].
final class Decays implements Rule {
    /// How far back is looked for what a sign follows from.
    private static final int DEPTH = 6;

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        if (!(node.prim() instanceof Elementwise(var op)) || op != Op.EXP) {
            return Optional.empty();
        }
        return negative(node.inputs().getFirst(), sight, sight.math(node.origin()))
                .map(a -> sight.math(node.origin()).apply(Op.DECAY, a));
    }

    /// The value with the other sign, where it is known not to be positive.
    private static Optional<Value> negative(Value value, Sight sight, Arithmetic m) {
        if (sight.is(value, Op.NEG)) {
            return Optional.of(sight.input(value, 0)).filter(a -> isPositive(a, sight, DEPTH));
        }
        if (sight.is(value, Op.SUB)) {
            var a = sight.input(value, 0);
            var most = sight.input(value, 1);
            return isMaximum(most, a, sight) ? Optional.of(m.sub(most, a)) : Optional.empty();
        }
        for (int k = 0; k < 2 && sight.is(value, Op.MUL); k++) {
            double factor = sight.constant(sight.input(value, k)).orElse(0);
            if (factor < 0 && isPositive(sight.input(value, 1 - k), sight, DEPTH)) {
                return Optional.of(m.mul(sight.input(value, 1 - k), -factor));
            }
        }
        return Optional.empty();
    }

    /// Whether `most` is the maximum of `a` and others: of two numbers, or along axes.
    private static boolean isMaximum(Value most, Value a, Sight sight) {
        if (sight.is(most, Op.MAX)) {
            return sight.node(most).inputs().contains(a);
        }
        if (!(sight.prim(most) instanceof Broadcast(var shape, var places, var _))) {
            return false;
        }
        var source = sight.input(most, 0);
        if (!(sight.prim(source) instanceof Max(var axes, var _))
                || !sight.input(source, 0).equals(a)) {
            return false;
        }
        int rank = shape.rank();
        return places.stream().noneMatch(axes::contains) && places.size() + axes.size() == rank;
    }

    /// Whether a value is at least 0, or no number.
    private static boolean isPositive(Value value, Sight sight, int depth) {
        if (depth == 0) {
            return false;
        }
        return switch (sight.prim(value)) {
            case Broadcast _, Reshape _, Transpose _ -> isPositive(sight.input(value, 0), sight, depth - 1);
            case Elementwise(var op) -> {
                var inputs = sight.node(value).inputs();
                yield switch (op) {
                    case ABS, SQRT, EXP, DECAY, SIGMOID -> true;
                    case MUL ->
                        inputs.get(0).equals(inputs.get(1))
                                || inputs.stream().allMatch(v -> isPositive(v, sight, depth - 1));
                    case ADD, MIN -> inputs.stream().allMatch(v -> isPositive(v, sight, depth - 1));
                    case MAX -> inputs.stream().anyMatch(v -> isPositive(v, sight, depth - 1));
                    default -> false;
                };
            }
            default -> sight.constant(value).orElse(-1) >= 0;
        };
    }
}
