package dev.lanewise.compiler.graph;

import org.jspecify.annotations.Nullable;

/// The result of the node with this number.
public record Value(int node) {
    // Written out since so many are compared: the JVM is slow to compile what a record comes with.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Value value && value.node == node;
    }

    @Override
    public int hashCode() {
        return node;
    }

    @Override
    public String toString() {
        return "%" + node;
    }
}
