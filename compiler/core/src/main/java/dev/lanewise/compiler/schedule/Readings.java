package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.schedule.Cluster.At;
import dev.lanewise.compiler.schedule.Use.Need;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// Which kernels read each value, where in their loops, and in which form they need it: known of a value as soon as
/// all that is computed from it has a kernel.
final class Readings {
    private final Facts facts;
    private final List<List<Use>> uses = new ArrayList<>();

    Readings(Facts facts) {
        this.facts = facts;
        for (int n = 0; n < facts.graph.nodes().size(); n++) {
            uses.add(new ArrayList<>());
        }
    }

    List<Use> of(int n) {
        return uses.get(n);
    }

    void add(int n, Cluster cluster, At at, Need need) {
        if (!facts.isUniform(n)) {
            uses.get(n).add(new Use(cluster, at, need));
        }
    }

    /// What a view's readers ask of its input.
    void throughView(int n, List<Use> mine) {
        var node = facts.node(n);
        if (node.inputs().isEmpty()) {
            return;
        }
        int input = facts.input(n, 0);
        var from = facts.node(input).type();
        for (var use : mine) {
            var cluster = use.cluster();
            switch (node.prim()) {
                case Prim.StopGradient _ -> add(input, cluster, use.at(), use.need());
                case Prim.Reshape _ -> {
                    boolean sameAxes = from.shape().equals(node.type().shape());
                    boolean squeezes = Views.squeezes(from.shape(), node.type().shape());
                    add(
                            input,
                            cluster,
                            sameAxes ? use.at() : At.Plain.ELSEWHERE,
                            use.need() == Need.BUFFER ? Need.BUFFER : squeezes ? use.need() : Need.BUFFER);
                }
                case Prim.Broadcast(var shape, var axes, var _) -> {
                    var need = use.need() == Need.VALUE ? Need.CHEAP : use.need();
                    if (from.perExample() != node.type().perExample()) {
                        add(input, cluster, At.Plain.ELSEWHERE, need);
                    } else if (axes.size() == shape.rank() && from.shape().equals(shape)) {
                        add(input, cluster, use.at(), use.need());
                    } else {
                        boolean whole = use.at() == At.Plain.FULL || use.at() == At.Plain.BASE && !cluster.extended;
                        boolean repeats =
                                whole && from.shape().equals(Cluster.without(shape, Cluster.kept(axes, shape.rank())));
                        add(input, cluster, repeats ? new At.Axes(axes) : At.Plain.ELSEWHERE, need);
                    }
                }
                case Prim.Windows _ ->
                    add(input, cluster, At.Plain.ELSEWHERE, use.need() == Need.VALUE ? Need.CHEAP : use.need());
                default -> add(input, cluster, At.Plain.ELSEWHERE, use.need());
            }
        }
    }

    /// What work on single elements, or a lookup in a table, reads.
    void byWork(int n, Cluster cluster, At at, Need need) {
        var node = facts.node(n);
        if (node.prim() instanceof Prim.Gather) {
            add(facts.input(n, 0), cluster, At.Plain.ELSEWHERE, Need.BUFFER);
            add(facts.input(n, 1), cluster, At.Plain.ELSEWHERE, Need.CHEAP);
            return;
        }
        for (var input : new LinkedHashSet<>(node.inputs())) {
            add(input.node(), cluster, at, need);
        }
    }

    /// A kernel reads all inputs of node `n` from memory.
    void fromMemory(int n, Cluster cluster) {
        for (var input : new LinkedHashSet<>(facts.node(n).inputs())) {
            add(input.node(), cluster, At.Plain.ELSEWHERE, Need.STORED);
        }
    }
}
