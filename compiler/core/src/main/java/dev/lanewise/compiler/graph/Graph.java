package dev.lanewise.compiler.graph;

import java.util.ArrayList;
import java.util.HashMap;
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
        return new Builder(16);
    }

    /// A builder with room for about so many nodes.
    public static Builder builder(int nodes) {
        return new Builder(nodes);
    }

    /// Copies the graph node by node; `rule` sees each node with its inputs already rewritten and adds what stands
    /// for it.
    public Graph rebuild(BiFunction<Node, Builder, Value> rule) {
        var out = builder(nodes.size());
        var copies = out.copyAll(this, rule);
        for (var result : results) {
            out.result(result.role(), result.name(), copies.get(result.value().node()));
        }
        return out.build();
    }

    /// Builds a graph; work that is already there is shared, not added again (draws and weights have numbers and
    /// names of their own, so they stay apart).
    public static final class Builder {
        private final List<Node> nodes;
        private final List<Result> results = new ArrayList<>();
        private final Map<Node.Key, Value> known;

        private Builder(int expected) {
            nodes = new ArrayList<>(expected);
            known = HashMap.newHashMap(expected);
        }

        public Value add(Node node) {
            var value = new Value(nodes.size());
            var before = known.putIfAbsent(node.key(), value);
            if (before != null) {
                return before;
            }
            nodes.add(node);
            return value;
        }

        /// Adds a node whose type follows from its inputs by [Shapes].
        public Value add(Prim prim, Origin origin, Value... inputs) {
            var list = List.of(inputs);
            var types = new ArrayList<Type>(inputs.length);
            for (var input : inputs) {
                types.add(type(input));
            }
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
            var copies = new ArrayList<Value>(graph.nodes().size());
            for (var node : graph.nodes()) {
                copies.add(rule.apply(node.reading(copies), this));
            }
            return copies;
        }

        public Graph build() {
            return new Graph(nodes, results);
        }
    }
}
