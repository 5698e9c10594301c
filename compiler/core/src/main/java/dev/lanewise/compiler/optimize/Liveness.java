package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Graph;
import java.util.BitSet;

/// Who reads what.
final class Liveness {

    private Liveness() {}

    /// How often each node is read, by nodes and results.
    static int[] uses(Graph graph) {
        int[] uses = new int[graph.nodes().size()];
        for (var node : graph.nodes()) {
            for (var input : node.inputs()) {
                uses[input.node()]++;
            }
        }
        graph.results().forEach(r -> uses[r.value().node()]++);
        return uses;
    }

    /// The nodes that a result depends on.
    static BitSet live(Graph graph) {
        var live = new BitSet();
        graph.results().forEach(r -> live.set(r.value().node()));
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            if (live.get(i)) {
                for (var input : graph.nodes().get(i).inputs()) {
                    live.set(input.node());
                }
            }
        }
        return live;
    }
}
