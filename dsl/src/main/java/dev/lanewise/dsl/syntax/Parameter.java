package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.source.Span;
import java.util.List;

/// A parameter of a declaration. `initial` is [Expression.Missing] when it has no default and must be given.
public record Parameter(Identifier name, Marker marker, Expression initial, Span span) {

    /// What stands behind the colon.
    public sealed interface Marker {}

    /// No colon: `width`, `hidden = 500`.
    public record Plain() implements Marker {}

    /// `beta: param = 1.0`: learned, what is given is its initial value.
    public record Learned(Span span) implements Marker {}

    /// `x: float[28]`
    public record Typed(Type type) implements Marker {}

    /// `mode: word(inverted, scale_at_test) = inverted`
    public record Words(List<Identifier> words, Span span) implements Marker {
        public Words {
            words = List.copyOf(words);
        }
    }

    public boolean hasDefault() {
        return !(initial instanceof Expression.Missing);
    }

    public boolean isLearned() {
        return marker instanceof Learned;
    }
}
