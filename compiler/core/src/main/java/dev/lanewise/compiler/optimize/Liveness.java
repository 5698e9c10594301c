package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Result;
import java.util.BitSet;
import java.util.function.Predicate;

/// Who reads what.
final class Liveness {

    private Liveness() {}

    /// How often each node is read, by nodes and results.
    static int[] uses(Graph graph) {
        int[] uses = new int[graph.nodes().size()];
        for (int i = 0; i < uses.length; i++) {
            var inputs = graph.nodes().get(i).inputs();
            for (int k = 0; k < inputs.size(); k++) {
                uses[inputs.get(k).node()]++;
            }
        }
        graph.results().forEach(r -> uses[r.value().node()]++);
        return uses;
    }

    /// The nodes that a result depends on.
    static BitSet live(Graph graph) {
        return live(graph, _ -> true);
    }

    /// The nodes that one of these results depends on.
    static BitSet live(Graph graph, Predicate<Result> wanted) {
        var live = new BitSet();
        graph.results().stream().filter(wanted).forEach(r -> live.set(r.value().node()));
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            if (live.get(i)) {
                var inputs = graph.nodes().get(i).inputs();
                for (int k = 0; k < inputs.size(); k++) {
                    live.set(inputs.get(k).node());
                }
            }
        }
        return live;
    }
}
