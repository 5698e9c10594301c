package dev.lanewise.dsl.javafn;

import static dev.lanewise.dsl.syntax.Expression.BinaryOperator.ADD;
import static dev.lanewise.dsl.syntax.Expression.BinaryOperator.DIVIDE;
import static dev.lanewise.dsl.syntax.Expression.BinaryOperator.MULTIPLY;
import static dev.lanewise.dsl.syntax.Expression.BinaryOperator.POWER;
import static dev.lanewise.dsl.syntax.Expression.BinaryOperator.SUBTRACT;

import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Expression;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/// The functions of `java.lang.Math` in terms of the language's.
final class MathCalls {
    private static final Map<String, String> SAME = Map.ofEntries(
            Map.entry("abs", "abs"),
            Map.entry("sqrt", "sqrt"),
            Map.entry("exp", "exp"),
            Map.entry("log", "log"),
            Map.entry("log1p", "log1p"),
            Map.entry("expm1", "expm1"),
            Map.entry("sin", "sin"),
            Map.entry("cos", "cos"),
            Map.entry("tan", "tan"),
            Map.entry("tanh", "tanh"),
            Map.entry("signum", "sign"),
            Map.entry("floor", "floor"));

    private MathCalls() {}

    /// The names that are known, for suggestions.
    static List<String> names() {
        return List.of(
                "abs", "sqrt", "exp", "log", "log1p", "expm1", "pow", "sin", "cos", "tan", "tanh", "sinh", "cosh",
                "max", "min", "signum", "floor", "ceil", "log10", "hypot", "fma", "clamp");
    }

    /// The functions of the language that a call of Math comes to; what is declared under such a name would be
    /// called instead.
    static List<String> used(String function) {
        return switch (function) {
            case "pow", "fma" -> List.of();
            case "sinh" -> List.of("expm1");
            case "cosh" -> List.of("exp");
            case "ceil" -> List.of("floor");
            case "log10" -> List.of("log");
            case "hypot" -> List.of("sqrt");
            case "clamp" -> List.of("min", "max");
            default -> List.of(SAME.getOrDefault(function, function));
        };
    }

    /// The tree of a call; nothing when there is no such function with so many arguments.
    static List<Expression> call(String function, List<Expression> in, Span span) {
        return switch (in.size()) {
            case 1 -> one(function, in.get(0), span);
            case 2 -> two(function, in.get(0), in.get(1), span);
            case 3 -> three(function, in.get(0), in.get(1), in.get(2), span);
            default -> List.of();
        };
    }

    private static List<Expression> one(String function, Expression x, Span span) {
        var two = Trees.number(BigDecimal.TWO, span);
        var minus = Trees.negative(x, span);
        return switch (function) {
            case "sinh" ->
                List.of(Trees.binary(
                        DIVIDE,
                        Trees.binary(SUBTRACT, Trees.call("expm1", span, x), Trees.call("expm1", span, minus), span),
                        two,
                        span));
            case "cosh" ->
                List.of(Trees.binary(
                        DIVIDE,
                        Trees.binary(ADD, Trees.call("exp", span, x), Trees.call("exp", span, minus), span),
                        two,
                        span));
            case "ceil" -> List.of(Trees.negative(Trees.call("floor", span, minus), span));
            case "log10" ->
                List.of(Trees.binary(
                        DIVIDE,
                        Trees.call("log", span, x),
                        Trees.call("log", span, Trees.number(BigDecimal.TEN, span)),
                        span));
            default -> {
                var same = SAME.get(function);
                yield same == null ? List.of() : List.of(Trees.call(same, span, x));
            }
        };
    }

    private static List<Expression> two(String function, Expression a, Expression b, Span span) {
        return switch (function) {
            case "pow" -> List.of(Trees.binary(POWER, a, b, span));
            case "max", "min" -> List.of(Trees.call(function, span, a, b));
            case "hypot" -> {
                var squares =
                        Trees.binary(ADD, Trees.binary(MULTIPLY, a, a, span), Trees.binary(MULTIPLY, b, b, span), span);
                yield List.of(Trees.call("sqrt", span, squares));
            }
            default -> List.of();
        };
    }

    private static List<Expression> three(String function, Expression a, Expression b, Expression c, Span span) {
        return switch (function) {
            case "fma" -> List.of(Trees.binary(ADD, Trees.binary(MULTIPLY, a, b, span), c, span));
            case "clamp" -> List.of(Trees.call("min", span, Trees.call("max", span, a, b), c));
            default -> List.of();
        };
    }
}
