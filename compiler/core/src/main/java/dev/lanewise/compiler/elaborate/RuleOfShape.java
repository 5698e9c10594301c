package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result;
import java.util.ArrayList;
import java.util.List;

/// The update of one weight, as a pattern for other weights of its shape: only names differ.
record RuleOfShape(String weight, Graph graph, List<WeightTable.Entry> states) {

    RuleOfShape {
        states = List.copyOf(states);
    }

    static RuleOfShape of(String weight, Graph graph, WeightTable weights) {
        var suffix = "." + weight;
        var states = weights.all().stream()
                .filter(entry ->
                        entry.name().startsWith("optimizer.") && entry.name().endsWith(suffix))
                .filter(entry -> graph.results().stream()
                        .anyMatch(result -> result.name().equals(entry.name())))
                .toList();
        return new RuleOfShape(weight, graph, states);
    }

    /// Whether the update draws random numbers, which must differ from weight to weight.
    static boolean draws(Graph graph) {
        return graph.nodes().stream().anyMatch(node -> node.prim() instanceof Prim.Random);
    }

    /// The update of another weight; its states are added to the table.
    Graph renamed(WeightTable.Entry other, WeightTable weights) {
        for (var state : states) {
            weights.add(state.named(renamed(state.name(), other.name())));
        }
        var nodes = new ArrayList<Node>(graph.nodes().size());
        for (var node : graph.nodes()) {
            var prim = switch (node.prim()) {
                case Prim.Parameter(String name) -> new Prim.Parameter(renamed(name, other.name()));
                case Prim.State(String name) -> new Prim.State(renamed(name, other.name()));
                default -> node.prim();
            };
            nodes.add(new Node(prim, node.inputs(), node.type(), node.origin()));
        }
        var results = new ArrayList<Result>();
        for (var result : graph.results()) {
            results.add(new Result(result.role(), renamed(result.name(), other.name()), result.value()));
        }
        return new Graph(nodes, results);
    }

    private String renamed(String name, String other) {
        boolean mine = name.equals(weight)
                || states.stream().anyMatch(state -> state.name().equals(name));
        return mine ? name.substring(0, name.length() - weight.length()) + other : name;
    }
}
