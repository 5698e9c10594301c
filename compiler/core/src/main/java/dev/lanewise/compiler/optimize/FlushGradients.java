package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Value;
import java.util.BitSet;
import java.util.Set;

/// Cotangents that vanish in saturated layers become 0 before a contraction reads them: there every subnormal number
/// would be met once for each unit, and a processor takes a hundred times as long for it. What is flushed is what is
/// computed for each example and serves gradients alone; the forward values keep every bit.
final class FlushGradients implements Pass {
    /// What a cotangent ends with.
    private static final Set<Op> WRITTEN = Set.of(Op.ADD, Op.SUB, Op.MUL, Op.DIV, Op.FMA, Op.NEG, Op.SELECT);

    @Override
    public Graph apply(Graph graph) {
        var forward = Liveness.live(graph, result -> result.role() != Role.UPDATE && !gives(result.role()));
        var wanted = new BitSet();
        for (int i = 0; i < graph.nodes().size(); i++) {
            var node = graph.nodes().get(i);
            if (node.prim() instanceof Prim.Contract && !forward.get(i)) {
                node.inputs().forEach(input -> want(graph, input, forward, wanted));
            }
        }
        if (wanted.isEmpty()) {
            return graph;
        }
        var out = Graph.builder(graph.nodes().size());
        int[] next = {0};
        var copies = out.copyAll(graph, (node, builder) -> {
            var copy = builder.add(node);
            return wanted.get(next[0]++) ? builder.add(new Prim.Elementwise(Op.FLUSH), node.origin(), copy) : copy;
        });
        for (var result : graph.results()) {
            out.result(result.role(), result.name(), copies.get(result.value().node()));
        }
        return out.build();
    }

    /// Whether the result is a derivative.
    private static boolean gives(Role role) {
        return role == Role.GRADIENT || role == Role.COTANGENT;
    }

    /// Looks through views for the value that is computed.
    private static void want(Graph graph, Value value, BitSet forward, BitSet wanted) {
        int at = value.node();
        while (isView(graph.nodes().get(at))) {
            at = graph.nodes().get(at).inputs().getFirst().node();
        }
        var node = graph.nodes().get(at);
        if (!forward.get(at)
                && node.type().perExample()
                && node.prim() instanceof Prim.Elementwise(var op)
                && WRITTEN.contains(op)) {
            wanted.set(at);
        }
    }

    private static boolean isView(Node node) {
        return switch (node.prim()) {
            case Prim.Reshape _, Prim.Transpose _, Prim.Windows _, Prim.Pad _, Prim.Slice _ -> true;
            default -> false;
        };
    }
}
