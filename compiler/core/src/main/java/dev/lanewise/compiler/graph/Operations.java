package dev.lanewise.compiler.graph;

/// Counts what a graph costs.
public final class Operations {

    private Operations() {}

    /// The floating-point operations of all contractions for so many examples: two for each multiply-add.
    public static long ofContractions(Graph graph, int examples) {
        long sum = 0;
        for (var node : graph.nodes()) {
            if (node.prim() instanceof Prim.Contract(var spec)) {
                sum = Math.addExact(sum, Math.multiplyExact(2L, multiplyAdds(graph, node, spec, examples)));
            }
        }
        return sum;
    }

    private static long multiplyAdds(Graph graph, Node node, Contraction spec, int examples) {
        long product = node.type().perExample() || spec.examples() ? examples : 1;
        var letters = spec.result() + spec.summed();
        for (int i = 0; i < letters.length(); i++) {
            product = Math.multiplyExact(product, (long) extent(graph, node, spec, letters.charAt(i)));
        }
        return product;
    }

    private static int extent(Graph graph, Node node, Contraction spec, char letter) {
        int left = spec.left().indexOf(letter);
        if (left >= 0) {
            return graph.type(node.inputs().get(0)).shape().extent(left);
        }
        return graph.type(node.inputs().get(1)).shape().extent(spec.right().indexOf(letter));
    }
}
