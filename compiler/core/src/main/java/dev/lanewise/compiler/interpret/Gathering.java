package dev.lanewise.compiler.interpret;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim.Contract;
import dev.lanewise.compiler.graph.Prim.Max;
import dev.lanewise.compiler.graph.Prim.Sum;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/// A reduction over examples that come in parts, each but the last a multiple of 32 of them; in the order of one
/// batch.
record Gathering(BiConsumer<List<Tensor>, Integer> part, Supplier<Tensor> end) {

    static Gathering of(Node node, Graph graph, boolean doublePrecision) {
        var type = node.type();
        return switch (node.prim()) {
            case Sum(var axes, var _) -> lanes(node, graph, axes, false, doublePrecision);
            case Max(var axes, var _) -> lanes(node, graph, axes, true, doublePrecision);
            case Contract(var spec) -> {
                double[] sums = new double[Math.toIntExact(type.shape().size())];
                var contractions = new Contractions(doublePrecision);
                yield new Gathering(
                        (inputs, examples) ->
                                contractions.add(spec, inputs.get(0), inputs.get(1), type, examples, sums),
                        () -> new Tensor(type, 1, sums));
            }
            default -> throw new CompilerBug("a statistic of " + node.prim());
        };
    }

    private static Gathering lanes(
            Node node, Graph graph, List<Integer> axes, boolean maximum, boolean doublePrecision) {
        var shape = graph.type(node.inputs().getFirst()).shape();
        var lanes = new Reductions(doublePrecision).overExamples(shape, axes, maximum);
        return new Gathering((inputs, _) -> lanes.add(inputs.getFirst()), () -> lanes.result(node.type()));
    }

    void add(List<Tensor> inputs, int examples) {
        part.accept(inputs, examples);
    }

    Tensor result() {
        return end.get();
    }
}
