package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.Sum;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A sum over the units and the examples, as of a loss, can be made example by example or unit by unit. Unit by unit
/// where all that is computed on the way is only needed for other sums over the examples: one pass then makes them
/// all, and nothing on the way goes to memory.
final class SumsByUnit implements Pass {
    /// What a step does not need: a graph with these results is computed all the same.
    private static final Set<Role> OBSERVED = Set.of(Role.OUTPUT, Role.VALUE, Role.GRADIENT);

    @Override
    public Graph apply(Graph graph) {
        var search = new Search(graph);
        var found = new HashMap<Integer, Total>();
        for (int n = 0; n < graph.nodes().size(); n++) {
            var total = search.total(n);
            if (total != null && search.isByUnit(total)) {
                found.put(n, total);
            }
        }
        return found.isEmpty() ? graph : rewritten(graph, found);
    }

    private static Graph rewritten(Graph graph, Map<Integer, Total> found) {
        var out = Graph.builder();
        var copies = new ArrayList<Value>();
        for (int n = 0; n < graph.nodes().size(); n++) {
            var node = graph.nodes().get(n);
            var total = found.get(n);
            if (total != null) {
                var m = new Arithmetic(out, node.origin());
                var sum = m.sum(m.sum(copies.get(total.summed()), List.of(), true), total.axes(), false);
                for (int scale : total.scales()) {
                    sum = m.mul(sum, copies.get(scale));
                }
                copies.add(sum);
                continue;
            }
            var inputs = node.inputs().stream().map(v -> copies.get(v.node())).toList();
            copies.add(out.add(new Node(node.prim(), inputs, node.type(), node.origin())));
        }
        for (var result : graph.results()) {
            out.result(result.role(), result.name(), copies.get(result.value().node()));
        }
        return new DropDead().apply(out.build());
    }

    /// The sum over these axes and the examples of node `summed`, times numbers that are the same for all.
    private record Total(int summed, List<Integer> axes, List<Integer> scales) {}

    private static final class Search {
        private final Graph graph;
        private final List<List<Integer>> readers = new ArrayList<>();
        private final BitSet needed = new BitSet();
        /// Whether a value is needed for sums over the examples alone, once that is known.
        private final Map<Integer, Boolean> summed = new HashMap<>();

        Search(Graph graph) {
            this.graph = graph;
            graph.nodes().forEach(n -> readers.add(new ArrayList<>()));
            graph.results().stream()
                    .filter(r -> !OBSERVED.contains(r.role()))
                    .forEach(r -> needed.set(r.value().node()));
            for (int n = graph.nodes().size() - 1; n >= 0; n--) {
                if (needed.get(n) || !readers.get(n).isEmpty()) {
                    for (var input : Set.copyOf(graph.nodes().get(n).inputs())) {
                        readers.get(input.node()).add(n);
                    }
                }
            }
        }

        private Node node(int n) {
            return graph.nodes().get(n);
        }

        private int input(int n, int k) {
            return node(n).inputs().get(k).node();
        }

        private boolean isOnce(int n) {
            return readers.get(n).size() == 1 && !needed.get(n);
        }

        /// Node `n` as a sum over examples and axes, or null.
        @Nullable
        Total total(int n) {
            if (!(node(n).prim() instanceof Sum(var axes, boolean examples)) || !examples) {
                return null;
            }
            if (!axes.isEmpty()) {
                return new Total(input(n, 0), axes, List.of());
            }
            var scales = new ArrayList<Integer>();
            int at = input(n, 0);
            while (isOnce(at) && node(at).prim() instanceof Elementwise(var op) && op == Op.MUL) {
                int scale = input(at, 0);
                int scaled = input(at, 1);
                if (!isScale(scale)) {
                    scale = input(at, 1);
                    scaled = input(at, 0);
                }
                if (!isScale(scale)) {
                    return null;
                }
                scales.add(input(scale, 0));
                at = scaled;
            }
            return isOnce(at) && node(at).prim() instanceof Sum(var inner, boolean over) && !over
                    ? new Total(input(at, 0), inner, scales)
                    : null;
        }

        /// A number of the whole batch, repeated.
        private boolean isScale(int n) {
            return node(n).prim() instanceof Broadcast(var _, var _, boolean examples)
                    && examples
                    && node(input(n, 0)).type().shape().rank() == 0;
        }

        /// Whether what leads to the total is needed for other sums over the examples, and for nothing else.
        boolean isByUnit(Total total) {
            var type = node(total.summed()).type();
            var way = new BitSet();
            collect(total.summed(), type, way);
            boolean shared = false;
            for (int at = way.nextSetBit(0); at >= 0; at = way.nextSetBit(at + 1)) {
                for (int reader : readers.get(at)) {
                    if (!way.get(reader) && at != total.summed()) {
                        shared = true;
                        if (!isSummed(reader, type)) {
                            return false;
                        }
                    }
                }
            }
            return shared && isOnce(total.summed());
        }

        private void collect(int n, Type type, BitSet way) {
            if (node(n).prim() instanceof Elementwise && node(n).type().equals(type) && !way.get(n)) {
                way.set(n);
                node(n).inputs().forEach(input -> collect(input.node(), type, way));
            }
        }

        /// Whether all that is made of node `n` ends in sums over the examples.
        private boolean isSummed(int n, Type type) {
            var known = summed.get(n);
            if (known == null) {
                known = switch (node(n).prim()) {
                    case Sum(var axes, boolean examples) ->
                        examples && axes.isEmpty() && node(input(n, 0)).type().equals(type);
                    case Elementwise _ ->
                        node(n).type().equals(type)
                                && !needed.get(n)
                                && readers.get(n).stream().allMatch(r -> isSummed(r, type));
                    default -> false;
                };
                summed.put(n, known);
            }
            return known;
        }
    }
}
