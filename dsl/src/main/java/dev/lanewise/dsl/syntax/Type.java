package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.source.Span;
import java.util.List;

/// The type of one example's value: `float`, `float[1, 28, 28]`, `class[10]`, `index[n, vocabulary]`.
public record Type(Base base, List<Expression> dimensions, Span span) {

    public enum Base {
        FLOAT("float"),
        CLASS("class"),
        INDEX("index"),
        /// Left out, as in `state m = zeros`.
        UNSTATED(""),
        /// No type of the language; that has been reported.
        UNKNOWN("");

        private final String word;

        Base(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public Type {
        dimensions = List.copyOf(dimensions);
    }

    public boolean isStated() {
        return base != Base.UNSTATED;
    }
}
