package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.List;

/// A pass made of rules: copies the graph node by node, and takes for each node what the first rule that applies
/// offers. Equal work is shared on the way; what is no longer needed stays until [DropDead]. A graph to which
/// no rule applies is given back itself.
record Rewriting(String name, List<Rule> rules) implements Pass {

    Rewriting {
        rules = List.copyOf(rules);
    }

    @Override
    public Graph apply(Graph graph) {
        int[] uses = Liveness.uses(graph);
        var out = Graph.builder(uses.length);
        var sight = new Sight(out);
        var copies = new ArrayList<Value>(uses.length);
        for (int i = 0; i < uses.length; i++) {
            var copy = rewrite(graph.nodes().get(i).reading(copies), sight);
            sight.noteUses(copy, uses[i]);
            copies.add(copy);
        }
        if (sight.unchanged(uses.length)) {
            return graph;
        }
        for (var result : graph.results()) {
            out.result(result.role(), result.name(), copies.get(result.value().node()));
        }
        return out.build();
    }

    private Value rewrite(Node node, Sight sight) {
        for (int i = 0; i < rules.size(); i++) {
            var better = rules.get(i).apply(node, sight);
            if (better.isPresent()) {
                sight.noteChange();
                return better.get();
            }
        }
        return sight.out().add(node);
    }
}
