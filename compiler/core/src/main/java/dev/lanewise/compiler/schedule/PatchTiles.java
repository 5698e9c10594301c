package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.Kernel.Axis;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The contractions of a batch-wide value with patches of a per-example one, as a convolution is: `Kernel.PatchTile`.
final class PatchTiles {
    /// With fewer rows each number of a patch serves too few products.
    private static final int LEAST = 4;

    private PatchTiles() {}

    /// The kernel, where there is one; `values` then knows its operands.
    static @Nullable Step lower(Facts facts, Fusion fusion, Cluster cluster, Values values, Contraction spec) {
        int node = cluster.root;
        boolean leftExample = facts.node(facts.input(node, 0)).type().perExample();
        if (leftExample == facts.node(facts.input(node, 1)).type().perExample()) {
            return null;
        }
        var strides = new Strides(facts, fusion, node, spec);
        var a = strides.operand(leftExample ? 1 : 0);
        var b = strides.operand(leftExample ? 0 : 1);
        if (a == null || b == null) {
            return null;
        }
        var row = new Axis(1, 0, 0, 0);
        var places = new ArrayList<Axis>();
        int c = 32;
        for (int i = spec.result().length() - 1; i >= 0; i--) {
            var axis = strides.axis(spec.result().charAt(i), a, b, c);
            c = Math.multiplyExact(c, axis.extent());
            if (axis.b() == 0 && axis.extent() > row.extent()) {
                add(places, row);
                row = axis;
            } else {
                add(places, axis);
            }
        }
        if (row.extent() < LEAST) {
            return null;
        }
        values.operands.reading(Operand.of(a.storage()), Affine.constant(-1));
        values.operands.reading(Operand.of(b.storage()), Affine.constant(-1));
        values.operands.writing(Operand.of(node), Affine.constant(-1));
        var depth = strides.depth(a, b).stream().map(PatchTiles::inLanes).toList();
        var tile = new Kernel.PatchTile(
                places.stream().map(PatchTiles::inLanes).toList(),
                row,
                depth,
                a.index().constant(),
                32 * b.index().constant(),
                Math.toIntExact(32 * facts.shape(b.storage()).size()),
                c);
        int units = places.stream().mapToInt(Axis::extent).reduce(1, Math::multiplyExact);
        double cost = tile.products() * (double) row.extent() * 0.8 + 4;
        return Lowering.finish(facts, cluster, values, true, units, cost, tile);
    }

    private static void add(List<Axis> places, Axis axis) {
        if (axis.extent() > 1) {
            places.addFirst(axis);
        }
    }

    /// The strides of the second operand count its numbers, not its examples.
    private static Axis inLanes(Axis axis) {
        return new Axis(axis.extent(), axis.a(), 32 * axis.b(), axis.c());
    }
}
