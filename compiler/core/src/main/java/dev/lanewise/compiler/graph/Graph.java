package dev.lanewise.compiler.graph;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// Nodes in topological order, and the values that leave the graph.
public record Graph(List<Node> nodes, List<Result> results) {
    public static final Graph EMPTY = new Graph(List.of(), List.of());

    public Graph {
        nodes = List.copyOf(nodes);
        results = List.copyOf(results);
    }

    public Node node(Value value) {
        return nodes.get(value.node());
    }

    public Type type(Value value) {
        return node(value).type();
    }

    public static Builder builder() {
        return new Builder();
    }

    /// Copies the graph node by node; `rule` sees each node with its inputs already rewritten and adds what stands
    /// for it.
    public Graph rebuild(BiFunction<Node, Builder, Value> rule) {
        var out = builder();
        var copies = out.copyAll(this, rule);
        for (var result : results) {
            out.result(result.role(), result.name(), copies.get(result.value().node()));
        }
        return out.build();
    }

    /// Builds a graph; work that is already there is shared, not added again (draws and weights have numbers and
    /// names of their own, so they stay apart).
    public static final class Builder {
        private final List<Node> nodes = new ArrayList<>();
        private final List<Result> results = new ArrayList<>();
        private final Map<Node.Key, Value> known = new LinkedHashMap<>();

        public Value add(Node node) {
            var before = known.get(node.key());
            if (before != null) {
                return before;
            }
            var value = new Value(nodes.size());
            nodes.add(node);
            known.put(node.key(), value);
            return value;
        }

        /// Adds a node whose type follows from its inputs by [Shapes].
        public Value add(Prim prim, Origin origin, Value... inputs) {
            var list = List.of(inputs);
            var types = list.stream().map(this::type).toList();
            return add(new Node(prim, list, Shapes.of(prim, types), origin));
        }

        /// Adds a leaf, whose type is not determined by its inputs.
        public Value leaf(Prim prim, Type type, Origin origin) {
            return add(new Node(prim, List.of(), type, origin));
        }

        public void result(Result.Role role, String name, Value value) {
            results.add(new Result(role, name, value));
        }

        public Node node(Value value) {
            return nodes.get(value.node());
        }

        public Type type(Value value) {
            return node(value).type();
        }

        /// The number of nodes so far.
        public int size() {
            return nodes.size();
        }

        /// Copies every node of another graph into this one through `rule`, and gives the copies by the old
        /// numbers. Results are not copied.
        public List<Value> copyAll(Graph graph, BiFunction<Node, Builder, Value> rule) {
            var copies = new ArrayList<Value>();
            for (var node : graph.nodes()) {
                var inputs =
                        node.inputs().stream().map(v -> copies.get(v.node())).toList();
                copies.add(rule.apply(new Node(node.prim(), inputs, node.type(), node.origin()), this));
            }
            return copies;
        }

        public Graph build() {
            return new Graph(nodes, results);
        }
    }
}
