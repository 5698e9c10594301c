package dev.lanewise.compiler.check;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.Fill;
import dev.lanewise.compiler.graph.Prim.Input;
import dev.lanewise.compiler.graph.Prim.Parameter;
import dev.lanewise.compiler.graph.Prim.Random;
import dev.lanewise.compiler.graph.Prim.Reshape;
import dev.lanewise.compiler.graph.Prim.Run;
import dev.lanewise.compiler.graph.Prim.Sum;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Predicate;

/// Variants of a training graph: with more or less of its penalties on weights, without its draws.
public final class Surgery {

    private Surgery() {}

    /// The terms of the loss that depend on parameters and not on the data, multiplied by `factor`.
    public static Graph scalePenalties(Graph graph, double factor) {
        var penalties = penalties(graph);
        var out = Graph.builder();
        var copies = new ArrayList<Value>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            var node = graph.nodes().get(i);
            var inputs = node.inputs().stream().map(v -> copies.get(v.node())).toList();
            var copy = out.add(new Node(node.prim(), inputs, node.type(), node.origin()));
            var math = new Arithmetic(out, node.origin());
            copies.add(penalties.get(i) ? math.mul(copy, factor) : copy);
        }
        for (var result : graph.results()) {
            out.result(result.role(), result.name(), copies.get(result.value().node()));
        }
        return out.build();
    }

    /// Whether the loss has terms of parameters alone.
    public static boolean hasPenalties(Graph graph) {
        return !penalties(graph).isEmpty();
    }

    /// Every draw at the value that drops nothing and adds nothing.
    static Graph withoutDraws(Graph graph) {
        return graph.rebuild((node, out) -> node.prim() instanceof Random(var normal, var _)
                ? new Arithmetic(out, node.origin()).fill(normal ? 0 : 1e-6, node.type())
                : out.add(node));
    }

    private static BitSet penalties(Graph graph) {
        var data = dependents(graph, node -> node.prim() instanceof Input);
        var learned = dependents(graph, node -> node.prim() instanceof Parameter);
        var constants = dependents(
                graph,
                node -> !(node.prim() instanceof Fill || node.prim() instanceof Run)
                        && node.inputs().isEmpty());
        var terms = new BitSet();
        graph.results().stream()
                .filter(r -> r.role() == Role.LOSS)
                .forEach(r -> terms.set(r.value().node()));
        var penalties = new BitSet();
        for (int i = graph.nodes().size() - 1; i >= 0; i--) {
            if (!terms.get(i)) {
                continue;
            }
            if (!data.get(i)) {
                penalties.set(i, learned.get(i));
                continue;
            }
            for (var input : addends(graph.nodes().get(i), constants)) {
                terms.set(input.node());
            }
        }
        return penalties;
    }

    /// The inputs in which a node is linear, with a constant factor.
    private static List<Value> addends(Node node, BitSet varying) {
        var in = node.inputs();
        return switch (node.prim()) {
            case Sum _, Broadcast _, Reshape _ -> in;
            case Elementwise(var op) when op == Op.ADD || op == Op.SUB || op == Op.NEG -> in;
            case Elementwise(var op) when op == Op.FMA -> List.of(in.get(2));
            case Elementwise(var op)
            when op == Op.MUL ->
                !varying.get(in.get(1).node())
                        ? List.of(in.get(0))
                        : !varying.get(in.get(0).node()) ? List.of(in.get(1)) : List.of();
            case Elementwise(var op)
            when op == Op.DIV -> !varying.get(in.get(1).node()) ? List.of(in.get(0)) : List.of();
            default -> List.of();
        };
    }

    private static BitSet dependents(Graph graph, Predicate<Node> source) {
        var depends = new BitSet();
        for (int i = 0; i < graph.nodes().size(); i++) {
            var node = graph.nodes().get(i);
            depends.set(i, source.test(node) || node.inputs().stream().anyMatch(v -> depends.get(v.node())));
        }
        return depends;
    }
}
