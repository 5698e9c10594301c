package dev.lanewise.compiler.graph;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One step of the computation.
public record Node(Prim prim, List<Value> inputs, Type type, Origin origin) {

    public Node {
        inputs = List.copyOf(inputs);
    }

    /// What makes two nodes the same work. Inputs are numbers, so comparing is shallow.
    public record Key(Prim prim, List<Value> inputs, Type type) {
        /// The type hardly tells keys apart.
        @Override
        public int hashCode() {
            int hash = prim.hashCode();
            for (int i = 0; i < inputs.size(); i++) {
                hash = 31 * hash + inputs.get(i).node();
            }
            return hash;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key
                    && inputs.equals(key.inputs)
                    && prim.equals(key.prim)
                    && type.equals(key.type);
        }
    }

    public Key key() {
        return new Key(prim, inputs, type);
    }

    /// This node reading the copies of its inputs: itself where they have the same numbers.
    public Node reading(List<Value> copies) {
        var read = new Value[inputs.size()];
        boolean same = true;
        for (int i = 0; i < read.length; i++) {
            read[i] = copies.get(inputs.get(i).node());
            same &= read[i].equals(inputs.get(i));
        }
        return same ? this : new Node(prim, List.of(read), type, origin);
    }
}
