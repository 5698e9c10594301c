package dev.lanewise.compiler.graph;

import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.Fill;
import dev.lanewise.compiler.graph.Prim.Run;
import java.util.BitSet;

/// Which nodes are *uniform*: batch-wide scalars made of numbers and the run's scalars alone (rates, Adam's
/// corrections). They are evaluated in double precision whatever the run's is, and rounded where another node reads
/// them.
public final class Uniforms {

    private Uniforms() {}

    /// The numbers of the uniform nodes.
    public static BitSet of(Graph graph) {
        var uniform = new BitSet();
        for (int i = 0; i < graph.nodes().size(); i++) {
            var node = graph.nodes().get(i);
            boolean scalar = !node.type().perExample() && node.type().shape().rank() == 0;
            boolean is = scalar
                    && switch (node.prim()) {
                        case Fill _, Run _ -> true;
                        case Elementwise _ -> node.inputs().stream().allMatch(v -> uniform.get(v.node()));
                        default -> false;
                    };
            uniform.set(i, is);
        }
        return uniform;
    }
}
