package dev.lanewise.compiler.graph;

/// The result of the node with this number.
public record Value(int node) {
    @Override
    public String toString() {
        return "%" + node;
    }
}
