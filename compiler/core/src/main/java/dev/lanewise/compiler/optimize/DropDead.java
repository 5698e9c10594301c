package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Value;
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
        var out = Graph.builder();
        var copies = new Value[graph.nodes().size()];
        for (int i = live.nextSetBit(0); i >= 0; i = live.nextSetBit(i + 1)) {
            var node = graph.nodes().get(i);
            var inputs = node.inputs().stream().map(v -> copies[v.node()]).toList();
            copies[i] = out.add(new Node(node.prim(), inputs, node.type(), node.origin()));
        }
        for (var result : graph.results()) {
            out.result(result.role(), result.name(), copies[result.value().node()]);
        }
        return out.build();
    }
}
