package dev.lanewise.compiler.graph;

import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.source.Span;

/// Where a node comes from: the declaration that made it (`tanh`, `dense`, or empty), the path of its instance
/// (`residual_1.dense_1`, or empty), and the place in the user's file.
public record Origin(String declaration, String path, Span span) {

    public static final Origin UNKNOWN = new Origin("", "", new Span(new Source("", ""), 0, 0));
}
