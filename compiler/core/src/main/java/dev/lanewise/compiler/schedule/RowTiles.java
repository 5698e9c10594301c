package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.Kernel.Axis;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The contractions of batch-wide values whose last axis lies side by side in one operand and is missing in the
/// other: `Kernel.RowTile`. Both operands are looked at through views.
final class RowTiles {
    /// Fewer neighbours are worked on one by one.
    private static final int LEAST = 4;

    private final Facts facts;
    private final Fusion fusion;
    private final int node;
    private final Contraction spec;
    private final Map<Character, Integer> extents;
    private final Map<Character, Integer> variables = new HashMap<>();

    private RowTiles(Facts facts, Fusion fusion, int node, Contraction spec) {
        this.facts = facts;
        this.fusion = fusion;
        this.node = node;
        this.spec = spec;
        this.extents = Tiles.extents(facts, node, spec);
        for (char c : (spec.result() + spec.summed()).toCharArray()) {
            variables.put(c, variables.size());
        }
    }

    /// The kernel, where there is one; `values` then knows its operands.
    static @Nullable Step lower(Facts facts, Fusion fusion, Cluster cluster, Values values, Contraction spec) {
        return new RowTiles(facts, fusion, cluster.root, spec).lower(cluster, values);
    }

    /// Where an operand lies, and how its axes run through memory.
    private record Strided(int storage, Index index) {
        int stride(int variable) {
            return Affine.stride(index, variable);
        }
    }

    private int extent(char axis) {
        return CompilerBug.expect(extents, axis);
    }

    private int variable(char axis) {
        return CompilerBug.expect(variables, axis);
    }

    private @Nullable Strided operand(int input, String axes) {
        var at = axes.chars().mapToObj(c -> Affine.variable(variable((char) c))).toList();
        return place(facts.input(node, input), at);
    }

    /// The element `at` of a value; null where it is not in memory.
    private @Nullable Strided place(int n, List<Index> at) {
        int storage = facts.storage(n);
        if (facts.isUniform(storage)) {
            return null;
        }
        var shape = facts.node(n).type().shape();
        if (fusion.stored[storage]) {
            return new Strided(storage, Affine.linear(at, shape.extents()));
        }
        var prim = facts.node(n).prim();
        return switch (prim) {
            case Prim.StopGradient _, Prim.Broadcast _, Prim.Transpose _, Prim.Slice _, Prim.Windows _ -> {
                var from = facts.node(facts.input(n, 0)).type().shape();
                yield place(facts.input(n, 0), Views.input(prim, from, at));
            }
            case Prim.Reshape _ -> {
                var from = facts.node(facts.input(n, 0)).type().shape();
                yield Views.squeezes(from, shape) ? place(facts.input(n, 0), Views.squeeze(at, from, shape)) : null;
            }
            default -> null;
        };
    }

    private @Nullable Step lower(Cluster cluster, Values values) {
        var left = operand(0, spec.left());
        var right = operand(1, spec.right());
        if (left == null
                || right == null
                || left.storage() == right.storage()
                || spec.result().isEmpty()) {
            return null;
        }
        char last = spec.result().charAt(spec.result().length() - 1);
        int column = variable(last);
        boolean leftColumns = left.stride(column) == 1 && right.stride(column) == 0;
        if (extent(last) < LEAST || !leftColumns && (left.stride(column) != 0 || right.stride(column) != 1)) {
            return null;
        }
        var a = leftColumns ? right : left;
        var b = leftColumns ? left : right;
        var outer = new ArrayList<Axis>();
        var row = new Axis(1, 0, 0, 0);
        int c = extent(last);
        for (int i = spec.result().length() - 2; i >= 0; i--) {
            char letter = spec.result().charAt(i);
            var axis = axis(letter, a, b, c);
            c = Math.multiplyExact(c, axis.extent());
            if (axis.extent() > 1 && axis.b() == 0 && row.extent() == 1) {
                row = axis;
            } else if (axis.extent() > 1) {
                outer.addFirst(axis);
            }
        }
        values.operands.reading(Operand.of(a.storage()), Affine.constant(-1));
        values.operands.reading(Operand.of(b.storage()), Affine.constant(-1));
        values.operands.writing(Operand.of(node), Affine.constant(-1));
        var depth = depth(a, b);
        var tile = new Kernel.RowTile(
                outer, row, depth, extent(last), a.index().constant(), b.index().constant());
        int units = outer.stream().mapToInt(Axis::extent).reduce(1, Math::multiplyExact);
        double products = depth.stream().mapToDouble(Axis::extent).reduce(1, (x, y) -> x * y);
        double cost = products * row.extent() * extent(last) * 0.05 + 4;
        return Lowering.finish(facts, cluster, values, false, units, cost, tile);
    }

    private Axis axis(char letter, Strided a, Strided b, int c) {
        int variable = variable(letter);
        return new Axis(extent(letter), a.stride(variable), b.stride(variable), c);
    }

    /// The summed axes; neighbours that run through both operands as one are one.
    private List<Axis> depth(Strided a, Strided b) {
        var depth = new ArrayList<Axis>();
        for (char letter : spec.summed().toCharArray()) {
            var axis = axis(letter, a, b, 0);
            if (axis.extent() == 1) {
                continue;
            }
            var before = depth.isEmpty() ? axis : depth.getLast();
            boolean joins = before.a() == axis.a() * axis.extent() && before.b() == axis.b() * axis.extent();
            if (!depth.isEmpty() && joins) {
                depth.removeLast();
                axis = new Axis(before.extent() * axis.extent(), axis.a(), axis.b(), 0);
            }
            depth.add(axis);
        }
        return depth.isEmpty() ? List.of(new Axis(1, 0, 0, 0)) : depth;
    }
}
