package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Value;
import java.util.Optional;
import java.util.OptionalDouble;

/// Numbers that products are multiplied by go where they cost least. A power of two meets the number of a sum:
/// `(a + 1) * 0.5` is `a * 0.5 + 0.5`, one operation and the same bits, as is `(b * 0.5) * (a + 1)` with it. Two
/// numbers in one product become one.
final class Scales implements Rule {
    /// Powers beyond could take a number out of range on the way.
    private static final int LARGEST_EXPONENT = 8;

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        if (!(node.prim() instanceof Elementwise(var op)) || op != Op.MUL) {
            return Optional.empty();
        }
        var m = sight.math(node.origin());
        var a = node.inputs().get(0);
        var b = node.inputs().get(1);
        var scale = sight.constant(b);
        if (scale.isPresent()) {
            return isPower(scale.getAsDouble()) && isShifted(a, sight)
                    ? Optional.of(scaled(a, scale.getAsDouble(), sight, m))
                    : together(a, scale.getAsDouble(), sight, m);
        }
        for (int k = 0; k < 2; k++) {
            var product = node.inputs().get(k);
            var shifted = node.inputs().get(1 - k);
            var factor = scale(product, sight);
            if (factor.isPresent() && isPower(factor.getAsDouble()) && isShifted(shifted, sight)) {
                return Optional.of(m.mul(sight.input(product, 0), scaled(shifted, factor.getAsDouble(), sight, m)));
            }
        }
        return Optional.empty();
    }

    private static boolean isPower(double number) {
        int exponent = Math.getExponent(number);
        return Math.abs(number) == Math.scalb(1.0, exponent) && Math.abs(exponent) <= LARGEST_EXPONENT;
    }

    /// Whether a value is another and a number.
    private static boolean isShifted(Value value, Sight sight) {
        return sight.is(value, Op.ADD)
                && sight.isConstant(sight.input(value, 1))
                && !sight.isConstant(sight.input(value, 0));
    }

    private static Value scaled(Value shifted, double scale, Sight sight, Arithmetic m) {
        double shift = sight.constant(sight.input(shifted, 1)).orElseThrow();
        return m.add(m.mul(sight.input(shifted, 0), scale), m.fill(shift * scale));
    }

    /// The number that a value is multiplied by.
    private static OptionalDouble scale(Value value, Sight sight) {
        return sight.is(value, Op.MUL) && !sight.isConstant(sight.input(value, 0))
                ? sight.constant(sight.input(value, 1))
                : OptionalDouble.empty();
    }

    /// `(a * s) * b * scale` with one number.
    private static Optional<Value> together(Value product, double scale, Sight sight, Arithmetic m) {
        if (!sight.is(product, Op.MUL) || sight.uses(product) > 1) {
            return Optional.empty();
        }
        for (int k = 0; k < 2; k++) {
            var inner = sight.input(product, k);
            var own = scale(inner, sight);
            if (own.isPresent() && sight.uses(inner) == 1) {
                var rest = m.mul(sight.input(inner, 0), sight.input(product, 1 - k));
                return Optional.of(m.mul(rest, own.getAsDouble() * scale));
            }
        }
        return Optional.empty();
    }
}
