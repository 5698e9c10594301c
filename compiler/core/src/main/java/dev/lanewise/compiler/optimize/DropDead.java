package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.function.Predicate;

/// Leaves out the nodes that no result depends on.
public final class DropDead implements Pass {

    /// The graph with these results alone, and what they need.
    public static Graph keeping(Graph graph, Predicate<Result> wanted) {
        var results = graph.results().stream().filter(wanted).toList();
        return new DropDead().apply(new Graph(graph.nodes(), results));
    }

    @Override
    public Graph apply(Graph graph) {
        var live = Liveness.live(graph);
        if (live.cardinality() == graph.nodes().size()) {
            return graph;
        }
        var nodes = new ArrayList<Node>(live.cardinality());
        var copies = new Value[graph.nodes().size()];
        for (int i = live.nextSetBit(0); i >= 0; i = live.nextSetBit(i + 1)) {
            copies[i] = new Value(nodes.size());
            nodes.add(graph.nodes().get(i).reading(Arrays.asList(copies)));
        }
        var results = new ArrayList<Result>();
        for (var result : graph.results()) {
            results.add(new Result(
                    result.role(), result.name(), copies[result.value().node()]));
        }
        return new Graph(nodes, results);
    }
}
