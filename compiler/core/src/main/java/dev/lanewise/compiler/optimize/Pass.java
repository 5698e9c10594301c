package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Graph;

/// One transformation of a graph that keeps its results' meaning.
public interface Pass {

    Graph apply(Graph graph);

    /// `Simplify`, for dumps and defects.
    default String name() {
        return getClass().getSimpleName();
    }
}
