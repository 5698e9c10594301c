package dev.lanewise.compiler.lint;

import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How a training graph hangs together: its kernels (the contractions of a value with a weight), and what lies
/// between them.
final class Wiring {

    /// `input` meets the weight in `node`. `terms` is the number of products in one result, `units` how many
    /// results the weight makes of one input; `grouped` when each channel has weights of its own.
    record Kernel(int node, String weight, Value input, double terms, double units, boolean grouped) {}

    private final Graph graph;
    private final List<List<Integer>> readers = new ArrayList<>();
    private final Map<Integer, Kernel> kernels = new LinkedHashMap<>();
    private final BitSet hidden = new BitSet();

    Wiring(Graph whole) {
        graph = whole;
        var live = new BitSet();
        whole.results().forEach(result -> live.set(result.value().node()));
        for (int i = whole.nodes().size() - 1; i >= 0; i--) {
            if (live.get(i)) {
                whole.nodes().get(i).inputs().forEach(input -> live.set(input.node()));
            }
        }
        var parameters = new HashMap<Integer, String>();
        for (int i = 0; i < whole.nodes().size(); i++) {
            readers.add(new ArrayList<>());
            if (!live.get(i)) {
                continue;
            }
            var node = whole.nodes().get(i);
            for (var input : node.inputs()) {
                readers.get(input.node()).add(i);
            }
            if (node.prim() instanceof Prim.Parameter(var name)) {
                parameters.put(i, name);
            } else if (isView(node)
                    && parameters.containsKey(node.inputs().getFirst().node())) {
                parameters.put(
                        i, parameters.getOrDefault(node.inputs().getFirst().node(), ""));
            } else if (node.prim() instanceof Prim.Contract(var spec)) {
                addKernel(i, node, spec, parameters);
            }
        }
        for (int i = readers.size() - 1; i >= 0; i--) {
            hidden.set(
                    i, readers.get(i).stream().anyMatch(reader -> kernels.containsKey(reader) || hidden.get(reader)));
        }
    }

    /// Whether a kernel reads what becomes of a value.
    boolean isHidden(Value value) {
        return hidden.get(value.node());
    }

    private void addKernel(int place, Node node, Contraction spec, Map<Integer, String> parameters) {
        for (int side = 0; side < 2; side++) {
            var weight = parameters.get(node.inputs().get(side).node());
            var other = node.inputs().get(1 - side);
            if (weight == null || !graph.type(other).perExample()) {
                continue;
            }
            var own = side == 0 ? spec.left() : spec.right();
            var others = side == 0 ? spec.right() : spec.left();
            var shape = graph.type(node.inputs().get(side)).shape();
            double terms = 1;
            double units = 1;
            boolean grouped = false;
            for (int axis = 0; axis < own.length(); axis++) {
                char letter = own.charAt(axis);
                boolean kept = spec.result().indexOf(letter) >= 0;
                terms *= kept ? 1 : shape.extent(axis);
                units *= kept && others.indexOf(letter) < 0 ? shape.extent(axis) : 1;
                grouped |= kept && others.indexOf(letter) >= 0;
            }
            kernels.putIfAbsent(place, new Kernel(place, weight, other, terms, units, grouped));
        }
    }

    static boolean isView(Node node) {
        return switch (node.prim()) {
            case Prim.Reshape _, Prim.Transpose _, Prim.Broadcast _, Prim.Slice _, Prim.StopGradient _ -> true;
            default -> false;
        };
    }

    Graph graph() {
        return graph;
    }

    Node node(Value value) {
        return graph.node(value);
    }

    /// In the order of the graph.
    List<Kernel> kernels() {
        return List.copyOf(kernels.values());
    }

    /// The nodes that read a value and that a result depends on.
    List<Integer> readers(Value value) {
        return readers.get(value.node());
    }

    /// The kernels that read what becomes of a value, before any other kernel.
    List<Kernel> behind(Value value) {
        var reached = new BitSet();
        reached.set(value.node());
        var found = new ArrayList<Kernel>();
        for (int i = reached.nextSetBit(0); i >= 0; i = reached.nextSetBit(i + 1)) {
            for (int reader : readers.get(i)) {
                var kernel = kernels.get(reader);
                if (kernel == null) {
                    reached.set(reader);
                } else if (!found.contains(kernel)) {
                    found.add(kernel);
                }
            }
        }
        return found;
    }

    /// The kernels that a value is made of, before any other kernel, and the leaves.
    Sources before(Value value) {
        var reached = new BitSet();
        reached.set(value.node());
        var found = new ArrayList<Kernel>();
        var leaves = new ArrayList<Node>();
        for (int i = value.node(); i >= 0; i = reached.previousSetBit(i - 1)) {
            var node = graph.nodes().get(i);
            var kernel = i == value.node() ? null : kernels.get(i);
            if (kernel != null) {
                found.add(kernel);
            } else if (node.inputs().isEmpty()) {
                leaves.add(node);
            } else {
                node.inputs().forEach(input -> reached.set(input.node()));
            }
            if (i == 0) {
                break;
            }
        }
        return new Sources(found, leaves);
    }

    record Sources(List<Kernel> kernels, List<Node> leaves) {}

    /// The name of the parameter that a value is a view of.
    Optional<String> parameter(Value value) {
        var node = graph.node(value);
        while (isView(node)) {
            node = graph.node(node.inputs().getFirst());
        }
        return node.prim() instanceof Prim.Parameter(var name) ? Optional.of(name) : Optional.empty();
    }
}
