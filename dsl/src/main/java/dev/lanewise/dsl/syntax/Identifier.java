package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.source.Span;

/// A name where it stands. Empty, with an empty span, where an optional name was left out.
public record Identifier(String text, Span span) {

    public boolean isEmpty() {
        return text.isEmpty();
    }

    @Override
    public String toString() {
        return text;
    }
}
