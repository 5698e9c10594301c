package dev.lanewise.dsl.javafn;

import com.github.javaparser.ast.expr.BinaryExpr;
import dev.lanewise.dsl.javafn.Value.Kind;
import dev.lanewise.dsl.source.Span;
import java.math.BigDecimal;
import java.util.Optional;

/// Integers that are written out, computed with while the file is read: what counted loops need.
final class Integers {
    /// Integers up to here are computed with; Java's would overflow soon.
    private static final long LARGEST = 1L << 31;

    private Integers() {}

    /// The outcome of a comparison of integers that are written out.
    static Optional<Boolean> holds(BinaryExpr.Operator operator, Value left, Value right) {
        if (left.whole().isEmpty() || right.whole().isEmpty()) {
            return Optional.empty();
        }
        int order = Long.compare(left.whole().getAsLong(), right.whole().getAsLong());
        return Optional.of(
                switch (operator) {
                    case EQUALS -> order == 0;
                    case NOT_EQUALS -> order != 0;
                    case LESS -> order < 0;
                    case GREATER -> order > 0;
                    case LESS_EQUALS -> order <= 0;
                    default -> order >= 0;
                });
    }

    /// What integers that are written out come to; nothing for others, and where a fraction would be dropped.
    static Optional<Value> folded(String sign, Value left, Value right, Span span) {
        if (left.whole().isEmpty() || right.whole().isEmpty()) {
            return Optional.empty();
        }
        long a = left.whole().getAsLong();
        long b = right.whole().getAsLong();
        boolean divides = sign.equals("/") || sign.equals("%");
        boolean exact = !divides || b != 0 && (sign.equals("%") || a % b == 0);
        if (!exact || Math.abs(a) > LARGEST || Math.abs(b) > LARGEST) {
            return Optional.empty();
        }
        long result = switch (sign) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            case "/" -> a / b;
            default -> a % b;
        };
        var magnitude = Trees.number(BigDecimal.valueOf(Math.abs(result)), span);
        return Optional.of(new Value(result < 0 ? Trees.negative(magnitude, span) : magnitude, Kind.INTEGER));
    }
}
