package dev.lanewise.dsl.javafn;

import dev.lanewise.dsl.syntax.Expression;
import java.util.OptionalLong;

/// What a Java expression comes to; [Expression.Missing] for a local variable that has no value yet.
record Value(Expression expression, Kind kind) {

    enum Kind {
        REAL,
        INTEGER,
        CONDITION
    }

    boolean isUnset() {
        return expression instanceof Expression.Missing;
    }

    /// The integer that it is, where that is written out.
    OptionalLong whole() {
        return kind != Kind.INTEGER
                ? OptionalLong.empty()
                : switch (expression) {
                    case Expression.Number number -> OptionalLong.of((long) number.value());
                    case Expression.Unary(var operator, Expression.Number number, var _)
                    when operator == Expression.UnaryOperator.NEGATE -> OptionalLong.of(-(long) number.value());
                    default -> OptionalLong.empty();
                };
    }

    /// Whether it is a number that can stand wherever it is used.
    boolean isWrittenOut() {
        return expression instanceof Expression.Number || whole().isPresent();
    }

    boolean isNumber() {
        return kind == Kind.REAL || kind == Kind.INTEGER;
    }
}
