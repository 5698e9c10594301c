package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.source.Span;

/// `// allow: vanishing-signal` silences that warning on its own line and the next. A comment with several codes,
/// separated by commas, is several of these.
public record Allow(String code, int line, Span span) {}
