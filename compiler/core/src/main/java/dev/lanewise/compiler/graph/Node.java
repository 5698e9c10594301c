package dev.lanewise.compiler.graph;

import java.util.List;

/// One step of the computation.
public record Node(Prim prim, List<Value> inputs, Type type, Origin origin) {

    public Node {
        inputs = List.copyOf(inputs);
    }

    /// What makes two nodes the same work. Inputs are numbers, so comparing is shallow.
    public record Key(Prim prim, List<Value> inputs, Type type) {}

    public Key key() {
        return new Key(prim, inputs, type);
    }
}
