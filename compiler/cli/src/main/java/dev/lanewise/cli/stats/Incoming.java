package dev.lanewise.cli.stats;

import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Model.Layer;
import dev.lanewise.compiler.graph.Prim.Contract;
import dev.lanewise.compiler.graph.Prim.Parameter;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/// The weights through which a layer's units see what comes before: `dense_2.weight` for the tanh behind it.
///
/// `unit` has for each element of the parameter the number of the unit that it leads into.
public final class Incoming {
    private final String parameter;
    private final int units;
    private final int[] unit;

    private Incoming(String parameter, int units, int[] unit) {
        this.parameter = parameter;
        this.units = units;
        this.unit = unit;
    }

    String parameter() {
        return parameter;
    }

    /// The parameters that are met first on the way back from a layer, not further than to other activations.
    static List<Incoming> of(Model model, Layer layer) {
        var graph = model.training();
        var ends = new HashSet<Value>();
        model.layers().stream().filter(Layer::activation).forEach(other -> ends.add(other.value()));
        ends.remove(layer.value());
        var found = new ArrayList<Incoming>();
        var seen = new HashSet<Value>();
        var open = new ArrayDeque<Value>(List.of(layer.value()));
        while (!open.isEmpty()) {
            var value = open.pop();
            if (!seen.add(value) || ends.contains(value)) {
                continue;
            }
            var node = graph.node(value);
            if (node.prim() instanceof Contract(var spec) && isWeighted(graph, node.inputs())) {
                boolean first = graph.node(node.inputs().getFirst()).prim() instanceof Parameter;
                var weight = node.inputs().get(first ? 0 : 1);
                if (graph.node(weight).prim() instanceof Parameter(var name)) {
                    found.add(of(name, graph.type(weight).shape(), first ? spec.left() : spec.right(), spec));
                }
            } else {
                open.addAll(node.inputs());
            }
        }
        return found;
    }

    private static boolean isWeighted(Graph graph, List<Value> operands) {
        return operands.stream().anyMatch(v -> graph.node(v).prim() instanceof Parameter);
    }

    private static Incoming of(String name, Shape shape, String letters, Contraction spec) {
        var unit = new int[Math.toIntExact(shape.size())];
        int units = 1;
        int stride = unit.length;
        for (int axis = 0; axis < letters.length(); axis++) {
            int extent = shape.extent(axis);
            stride /= extent;
            if (spec.result().indexOf(letters.charAt(axis)) >= 0) {
                for (int i = 0; i < unit.length; i++) {
                    unit[i] = unit[i] * extent + i / stride % extent;
                }
                units *= extent;
            }
        }
        return new Incoming(name, units, unit);
    }

    /// Counts the units whose weights all get gradients of one sign; those that get none are left out.
    void count(double[] gradient, Signs.Tally into) {
        var positive = new boolean[units];
        var negative = new boolean[units];
        for (int i = 0; i < gradient.length; i++) {
            positive[unit[i]] |= gradient[i] > 0;
            negative[unit[i]] |= gradient[i] < 0;
        }
        for (int u = 0; u < units; u++) {
            into.add(positive[u], negative[u]);
        }
    }
}
