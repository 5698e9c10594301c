package dev.lanewise.dsl.javafn;

import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Expression.Argument;
import dev.lanewise.dsl.syntax.Expression.Binary;
import dev.lanewise.dsl.syntax.Expression.BinaryOperator;
import dev.lanewise.dsl.syntax.Expression.Call;
import dev.lanewise.dsl.syntax.Expression.Path;
import dev.lanewise.dsl.syntax.Expression.Unary;
import dev.lanewise.dsl.syntax.Expression.UnaryOperator;
import dev.lanewise.dsl.syntax.Identifier;
import java.math.BigDecimal;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Builds pieces of the tree that stand for one place in the Java file.
final class Trees {
    private Trees() {}

    /// The name that an expression consists of; empty for any other.
    static String text(Expression expression) {
        return expression instanceof Path path ? path.text() : "";
    }

    static Path name(String name, Span span) {
        return new Path(List.of(new Identifier(name, span)), span);
    }

    static Path truth(boolean value, Span span) {
        return name(value ? "true" : "false", span);
    }

    /// What a condition comes to, where that is known.
    static Optional<Boolean> truth(Expression condition) {
        return switch (text(condition)) {
            case "true" -> Optional.of(true);
            case "false" -> Optional.of(false);
            default -> Optional.empty();
        };
    }

    static Call call(String function, Span span, Expression... arguments) {
        var none = span.source().span(span.start(), span.start());
        var all = Stream.of(arguments)
                .map(value -> new Argument(new Identifier("", none), value, value.span()))
                .toList();
        return new Call(name(function, span), all, span);
    }

    static Expression where(Expression condition, Expression yes, Expression no, Span span) {
        return call("where", span, condition, yes, no);
    }

    /// Of conditions that are known, only what they leave open remains.
    static Expression both(BinaryOperator operator, Expression left, Expression right, Span span) {
        boolean unit = operator == BinaryOperator.AND;
        var first = truth(left);
        if (first.isPresent()) {
            return first.get() == unit ? right : left;
        }
        var second = truth(right);
        if (second.isPresent()) {
            return second.get() == unit ? left : right;
        }
        return binary(operator, left, right, span);
    }

    static Binary binary(BinaryOperator operator, Expression left, Expression right, Span span) {
        return new Binary(operator, left, right, span, span);
    }

    static Unary negative(Expression value, Span span) {
        return new Unary(UnaryOperator.NEGATE, value, span);
    }

    static Expression not(Expression condition, Span span) {
        var known = truth(condition);
        return known.isPresent() ? truth(!known.get(), span) : new Unary(UnaryOperator.NOT, condition, span);
    }

    /// A literal as the language writes it: without suffix, and without a point where the value is whole.
    static Expression.Number number(BigDecimal value, Span span) {
        var plain = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        var text = Math.abs(plain.scale()) < 20 ? plain.toPlainString() : plain.toString();
        return new Expression.Number(text, value.doubleValue(), span);
    }
}
