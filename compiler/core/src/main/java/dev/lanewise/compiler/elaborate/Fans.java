package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// How many terms are summed into one output of a weight, and how many outputs one input reaches: by the first
/// contraction that uses it. `use` is that contraction's node, -1 where there is none, and `uses` how many there are;
/// `incoming` are the axes of the weight along which the terms of one output lie.
record Fans(Shape shape, double in, double out, int use, int uses, List<Integer> incoming) {

    Fans {
        incoming = List.copyOf(incoming);
    }

    /// The first contraction that uses each parameter, seen through views.
    static Map<String, Fans> of(Graph graph) {
        var views = new HashMap<Value, String>();
        var found = new HashMap<String, Fans>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            var node = graph.nodes().get(i);
            switch (node.prim()) {
                case Prim.Parameter(String name) -> views.put(new Value(i), name);
                case Prim.Reshape _,
                        Prim.Transpose _,
                        Prim.Slice _,
                        Prim.Pad _,
                        Prim.Broadcast _,
                        Prim.Elementwise _ -> {
                    var name = seen(node, views);
                    if (name != null) {
                        views.put(new Value(i), name);
                    }
                }
                case Prim.Contract(var spec) -> {
                    for (int side = 0; side < 2; side++) {
                        var name = views.get(node.inputs().get(side));
                        if (name != null) {
                            var first = found.get(name);
                            found.put(name, first == null ? of(graph, node, spec, side, i) : first.again());
                        }
                    }
                }
                default -> {}
            }
        }
        return found;
    }

    /// The parameter whose rank this view keeps alive: one of two or more axes; biases do not mark what they are
    /// added to.
    private static @Nullable String seen(Node node, Map<Value, String> views) {
        var names = new HashSet<String>();
        for (var input : node.inputs()) {
            var name = views.get(input);
            if (name != null) {
                names.add(name);
            }
        }
        return names.size() == 1 && !node.type().perExample() ? names.iterator().next() : null;
    }

    private static Fans of(Graph graph, Node node, Contraction spec, int side, int place) {
        var weight = node.inputs().get(side);
        var other = node.inputs().get(1 - side);
        var letters = side == 0 ? spec.left() : spec.right();
        var others = side == 0 ? spec.right() : spec.left();
        var shape = graph.type(weight).shape();
        double in = 1;
        double out = 1;
        var incoming = new ArrayList<Integer>();
        for (int axis = 0; axis < letters.length(); axis++) {
            char letter = letters.charAt(axis);
            if (spec.summed().indexOf(letter) >= 0) {
                in *= shape.extent(axis);
                incoming.add(axis);
            } else if (others.indexOf(letter) < 0) {
                out *= shape.extent(axis);
            }
        }
        return new Fans(shape, in, out * window(graph, other), place, 1, incoming);
    }

    /// How many places of the result one element of the input reaches: the size of the windows that were taken
    /// of it.
    private static double window(Graph graph, Value value) {
        double size = 1;
        var node = graph.node(value);
        while (true) {
            switch (node.prim()) {
                case Prim.Windows windows -> size *= windows.kernel();
                case Prim.Reshape _, Prim.Transpose _ -> {}
                default -> {
                    return size;
                }
            }
            node = graph.node(node.inputs().getFirst());
        }
    }

    /// Without a contraction: the first axis counts outputs, the others inputs.
    static Fans plain(Shape shape) {
        if (shape.rank() < 2) {
            double size = Math.max(1, shape.size());
            return new Fans(shape, size, size, -1, 0, behindFirst(shape));
        }
        double in = 1;
        for (int axis = 1; axis < shape.rank(); axis++) {
            in *= shape.extent(axis);
        }
        return new Fans(shape, in, shape.extent(0) * in / shape.extent(1), -1, 0, behindFirst(shape));
    }

    private Fans again() {
        return new Fans(shape, in, out, use, uses + 1, incoming);
    }

    Fans with(Shape weight) {
        return new Fans(weight, in, out, use, uses, weight.equals(shape) ? incoming : behindFirst(weight));
    }

    private static List<Integer> behindFirst(Shape shape) {
        return IntStream.range(1, shape.rank()).boxed().toList();
    }
}
