package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.source.Span;

/// A comment with its marks, as it stands in the file. A `///` above a declaration is also its [Documentation].
public record Comment(Kind kind, String text, Span span) {

    public enum Kind {
        /// `// to the end of the line`
        LINE,
        /// `/// what the declaration below is`
        DOCUMENTATION,
        /// `/* ... */`
        BLOCK
    }
}
