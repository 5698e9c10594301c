package dev.lanewise.compiler.elaborate;

import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Identifier;
import org.jspecify.annotations.Nullable;

/// An argument of a call: an expression, or a value that is there already (what a pipeline hands on). `home` is
/// where the expression was written when that is not where the call is.
record Given(
        Identifier name,
        Expression expression,
        @Nullable Meaning ready,
        @Nullable Scope home) {

    static Given of(Expression.Argument argument) {
        return new Given(argument.name(), argument.value(), null, null);
    }

    /// A value without a name, as if `expression` had been written.
    static Given of(Expression expression, Meaning ready) {
        var span = expression.span();
        return new Given(new Identifier("", span.source().span(span.start(), span.start())), expression, ready, null);
    }

    /// The argument with its value.
    Given with(Meaning value) {
        return new Given(name, expression, value, home);
    }

    /// The argument as one that was written in `scope`.
    Given in(Scope scope) {
        return new Given(name, expression, ready, scope);
    }

    Scope homeOr(Scope caller) {
        return home == null ? caller : home;
    }

    boolean isNamed() {
        return !name.isEmpty();
    }

    Span span() {
        return expression.span();
    }
}
