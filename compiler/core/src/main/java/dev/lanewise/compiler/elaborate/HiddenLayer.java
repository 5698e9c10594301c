package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// A layer in the graph: the `product` of its weight with what it is given (`input`), and its `code`, which is what
/// its activation gives, or without one the layer itself. `linear` is the product in the shape in which it goes on.
/// `views` are those between input and product, the
/// windows of a convolution. `uses` counts the products that the weight is in; a layer is `last` when no other
/// follows it.
record HiddenLayer(
        String name,
        WeightTable.Entry weight,
        int uses,
        Value product,
        int views,
        Value input,
        Value linear,
        Value code,
        boolean last) {

    /// All layers with a weight that multiplies what they are given, in the order of the graph. `shown` is what the
    /// user's text applied.
    static List<HiddenLayer> all(Graph graph, List<WeightTable.Entry> kernels, List<Model.Layer> shown) {
        var fans = Fans.of(graph);
        var products = new LinkedHashMap<WeightTable.Entry, Integer>();
        kernels.stream()
                .filter(weight -> fans.containsKey(weight.name()))
                .filter(weight -> isPerExample(graph, place(fans, weight)))
                .sorted((a, b) -> Integer.compare(place(fans, a), place(fans, b)))
                .forEach(weight -> products.put(weight, place(fans, weight)));
        var layers = new ArrayList<HiddenLayer>();
        products.forEach((weight, product) -> {
            int uses =
                    fans.getOrDefault(weight.name(), Fans.plain(weight.shape())).uses();
            layers.add(of(graph, weight, uses, product, products, shown));
        });
        return layers;
    }

    private static int place(Map<String, Fans> fans, WeightTable.Entry weight) {
        return fans.getOrDefault(weight.name(), Fans.plain(weight.shape())).use();
    }

    private static boolean isPerExample(Graph graph, int node) {
        return graph.nodes().get(node).type().perExample();
    }

    private static HiddenLayer of(
            Graph graph,
            WeightTable.Entry weight,
            int uses,
            int product,
            Map<WeightTable.Entry, Integer> products,
            List<Model.Layer> shown) {
        var name = layer(weight.name());
        var after = after(graph, product);
        var behind = new BitSet();
        products.forEach((other, place) -> {
            if (!layer(other.name()).equals(name) && after.get(place)) {
                behind.or(after(graph, place));
            }
        });
        var linear = linear(graph, product);
        var own = shown.stream()
                .filter(layer -> after.get(layer.value().node())
                        && layer.value().node() >= linear.node()
                        && !behind.get(layer.value().node())
                        && isPerExample(graph, layer.value().node()))
                .toList();
        var code = own.stream()
                .filter(Model.Layer::activation)
                .findFirst()
                .or(() -> own.stream()
                        .filter(layer -> !layer.kind().equals("value"))
                        .findFirst())
                .map(Model.Layer::value)
                .orElse(linear);
        int views = views(graph, product);
        var input = input(graph, product, views);
        return new HiddenLayer(name, weight, uses, new Value(product), views, input, linear, code, behind.isEmpty());
    }

    /// `residual_1.dense_1` of its `weight`; a weight of the network itself is a layer of that name.
    private static String layer(String weight) {
        int dot = weight.lastIndexOf('.');
        return dot < 0 ? weight : weight.substring(0, dot);
    }

    /// The node and all that depend on it.
    static BitSet after(Graph graph, int node) {
        var after = new BitSet();
        after.set(node);
        for (int i = node + 1; i < graph.nodes().size(); i++) {
            if (graph.nodes().get(i).inputs().stream().anyMatch(input -> after.get(input.node()))) {
                after.set(i);
            }
        }
        return after;
    }

    /// How many views lie between a product and what its windows are taken of; 0 without windows.
    private static int views(Graph graph, int product) {
        int views = 0;
        var value = operand(graph, product);
        for (int seen = 1; isView(graph, value); seen++) {
            boolean isWindow = graph.node(value).prim() instanceof Prim.Windows
                    || graph.node(value).prim() instanceof Prim.Pad;
            views = isWindow ? seen : views;
            value = graph.node(value).inputs().getFirst();
        }
        return views;
    }

    /// What a product multiplies its weight with, before so many views.
    static Value input(Graph graph, int product, int views) {
        var value = operand(graph, product);
        for (int i = 0; i < views; i++) {
            value = graph.node(value).inputs().getFirst();
        }
        return value;
    }

    private static Value operand(Graph graph, int product) {
        var operands = graph.nodes().get(product).inputs();
        return graph.type(operands.getFirst()).perExample() ? operands.getFirst() : operands.getLast();
    }

    private static boolean isView(Graph graph, Value value) {
        return switch (graph.node(value).prim()) {
            case Prim.Windows _, Prim.Pad _, Prim.Reshape _, Prim.Transpose _ -> true;
            default -> false;
        };
    }

    /// The product, past the views that alone look at it.
    private static Value linear(Graph graph, int product) {
        int last = product;
        for (int i = product + 1; i < graph.nodes().size(); i++) {
            var node = graph.nodes().get(i);
            if (node.inputs().contains(new Value(last))) {
                boolean goesOn = (node.prim() instanceof Prim.Reshape || node.prim() instanceof Prim.Transpose)
                        && graph.nodes().subList(i + 1, graph.nodes().size()).stream()
                                .noneMatch(containing(last));
                if (!goesOn) {
                    break;
                }
                last = i;
            }
        }
        return new Value(last);
    }

    private static Predicate<Node> containing(int input) {
        return node -> node.inputs().contains(new Value(input));
    }
}
