package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.Kernel.Axis;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// The contractions of batch-wide values whose last axis lies side by side in one operand and is missing in the
/// other: `Kernel.RowTile`.
final class RowTiles {
    /// Fewer neighbours are worked on one by one.
    private static final int LEAST = 4;

    private RowTiles() {}

    /// The kernel, where there is one; `values` then knows its operands.
    static @Nullable Step lower(Facts facts, Fusion fusion, Cluster cluster, Values values, Contraction spec) {
        int node = cluster.root;
        var strides = new Strides(facts, fusion, node, spec);
        var left = strides.operand(0);
        var right = strides.operand(1);
        if (left == null
                || right == null
                || left.storage() == right.storage()
                || spec.result().isEmpty()) {
            return null;
        }
        char last = spec.result().charAt(spec.result().length() - 1);
        int column = strides.variable(last);
        boolean leftColumns = left.stride(column) == 1 && right.stride(column) == 0;
        if (strides.extent(last) < LEAST || !leftColumns && (left.stride(column) != 0 || right.stride(column) != 1)) {
            return null;
        }
        var a = leftColumns ? right : left;
        var b = leftColumns ? left : right;
        var outer = new ArrayList<Axis>();
        var row = new Axis(1, 0, 0, 0);
        int c = strides.extent(last);
        for (int i = spec.result().length() - 2; i >= 0; i--) {
            char letter = spec.result().charAt(i);
            var axis = strides.axis(letter, a, b, c);
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
        var depth = strides.depth(a, b);
        var tile = new Kernel.RowTile(
                outer,
                row,
                depth,
                strides.extent(last),
                a.index().constant(),
                b.index().constant());
        int units = outer.stream().mapToInt(Axis::extent).reduce(1, Math::multiplyExact);
        double products = depth.stream().mapToDouble(Axis::extent).reduce(1, (x, y) -> x * y);
        double cost = products * row.extent() * strides.extent(last) * 0.05 + 4;
        return Lowering.finish(facts, cluster, values, false, units, cost, tile);
    }
}
