package dev.lanewise.dsl.javafn;

import dev.lanewise.dsl.syntax.Expression;

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

    boolean isNumber() {
        return kind == Kind.REAL || kind == Kind.INTEGER;
    }
}
