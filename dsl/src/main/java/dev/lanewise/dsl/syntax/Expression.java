package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.source.Span;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// A value as it is written.
public sealed interface Expression {

    Span span();

    /// `1e-4`. `text` is how it was written; `isWhole` when that has neither point nor exponent.
    record Number(String text, double value, Span span) implements Expression {
        public boolean isWhole() {
            return text.chars().allMatch(c -> c >= '0' && c <= '9');
        }
    }

    /// `"ij,jk->ik"`: `value` without quotes and with escapes resolved.
    record Text(String value, Span span) implements Expression {}

    /// `[3, 3]`
    record Items(List<Expression> elements, Span span) implements Expression {
        public Items {
            elements = List.copyOf(elements);
        }
    }

    /// `hidden`, `shared.weight`, `true`: one or more names with dots between.
    record Path(List<Identifier> parts, Span span) implements Expression {
        public Path {
            parts = List.copyOf(parts);
        }

        public boolean isSimple() {
            return parts.size() == 1;
        }

        public Identifier first() {
            return parts.getFirst();
        }

        /// The names with dots between.
        public String text() {
            return parts.stream().map(Identifier::text).collect(Collectors.joining("."));
        }
    }

    /// `conv(20, kernel: 5)`
    record Call(Path callee, List<Argument> arguments, Span span) implements Expression {
        public Call {
            arguments = List.copyOf(arguments);
        }
    }

    /// `-x`, `not training`
    record Unary(UnaryOperator operator, Expression operand, Span span) implements Expression {}

    /// `a + b`. `operatorSpan` is where the sign stands.
    record Binary(BinaryOperator operator, Expression left, Expression right, Span operatorSpan, Span span)
            implements Expression {}

    /// `x |> dense(10) |> relu`, with at least one stage.
    record Pipeline(Expression value, List<Stage> stages, Span span) implements Expression {
        public Pipeline {
            stages = List.copyOf(stages);
        }
    }

    /// `(a + b)`: parentheses as they were written. The meaning is that of `inner`.
    record Group(Expression inner, Span span) implements Expression {}

    /// Nothing was written here, or nothing that could be read (then there is an error).
    record Missing(Span span) implements Expression {}

    /// `x` or `kernel: x`; `name` is empty for an argument by position.
    record Argument(Identifier name, Expression value, Span span) {
        public boolean isNamed() {
            return !name.isEmpty();
        }
    }

    /// `|> frozen dense(10)`: one step of a pipeline, its value still to be put before the arguments.
    record Stage(boolean frozen, Path callee, List<Argument> arguments, Span span) {
        public Stage {
            arguments = List.copyOf(arguments);
        }

        /// `x |> f(a)` as `f(x, a)`.
        public Call applied(Expression value) {
            var all = new ArrayList<Argument>();
            all.add(new Argument(
                    new Identifier(
                            "",
                            value.span()
                                    .source()
                                    .span(value.span().start(), value.span().start())),
                    value,
                    value.span()));
            all.addAll(arguments);
            return new Call(callee, all, span);
        }
    }

    enum UnaryOperator {
        NEGATE("-"),
        NOT("not");

        private final String sign;

        UnaryOperator(String sign) {
            this.sign = sign;
        }

        public String sign() {
            return sign;
        }
    }

    enum BinaryOperator {
        OR("or"),
        AND("and"),
        EQUAL("=="),
        NOT_EQUAL("!="),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">="),
        ADD("+"),
        SUBTRACT("-"),
        MULTIPLY("*"),
        DIVIDE("/"),
        MATRIX_PRODUCT("@"),
        POWER("^");

        private final String sign;

        BinaryOperator(String sign) {
            this.sign = sign;
        }

        public String sign() {
            return sign;
        }

        public boolean isComparison() {
            return compareTo(EQUAL) >= 0 && compareTo(GREATER_OR_EQUAL) <= 0;
        }
    }
}
