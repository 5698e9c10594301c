package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Kernel;
import java.util.ArrayList;
import java.util.List;

/// Plain nests that add overlapping patches up.
record FoldNests(NestForms forms, ProductNests products) {

    Step lower(Cluster cluster, int n, Prim.Fold fold) {
        boolean made = forms.fusion().home[facts().input(n, 0)] == cluster;
        return made ? foldedProduct(cluster, n, fold) : fold(cluster, n, fold);
    }

    private Facts facts() {
        return forms.facts();
    }

    /// Patches are added one after the other onto zeros, position by position.
    private Step fold(Cluster cluster, int n, Prim.Fold fold) {
        var values = forms.values(cluster);
        int source = facts().input(n, 0);
        double cost = (double) facts().shape(source).size() * (cluster.perExample ? 8 : 2);
        return forms.whole(cluster, values, cost, () -> {
            NestForms.loops(
                    values,
                    facts().shape(n).extents(),
                    false,
                    at -> values.store(n, Place.of(at), new Expression.Constant(0)));
            NestForms.loops(
                    values,
                    facts().shape(source).extents(),
                    false,
                    at -> add(values, n, fold, at, values.at(source, Place.of(at))));
        });
    }

    /// Adds one element of a patch to what is there.
    private void add(Values values, int n, Prim.Fold fold, List<Index> at, Expression value) {
        var to = new ArrayList<>(at);
        var kernel = to.remove(fold.axis() + 1);
        int first = Prim.Windows.first(facts().shape(facts().input(n, 0)).extent(fold.axis() + 1), fold.dilation());
        to.set(
                fold.axis(),
                Affine.plus(
                        Affine.plus(Affine.times(at.get(fold.axis()), fold.stride()), first),
                        Affine.times(kernel, fold.dilation())));
        var place = Place.of(to);
        var index = values.index(n, place);
        var before = new Expression.Load(values.operands.number(Operand.of(n)), index);
        values.store(n, place, new Expression.Apply(Op.ADD, List.of(before, value)));
    }

    /// Whether the patches that `fold` adds up are sums of products that can be added where they are made, without
    /// being stored: one operand is the same for all examples, and the units are not what is folded.
    static boolean foldsProduct(Facts facts, int n) {
        if (!(facts.node(n).prim() instanceof Prim.Fold fold)
                || !(facts.node(facts.input(n, 0)).prim() instanceof Prim.Contract(var spec))
                || !facts.node(n).type().perExample()) {
            return false;
        }
        int source = facts.input(n, 0);
        return fold.axis() > 0
                && !spec.examples()
                && Tiles.lane(facts, source) == null
                && ProductNests.Rows.of(facts, source, spec).shared() >= 0;
    }

    /// Patches that are made and added position by position, in the order of `fold`.
    private Step foldedProduct(Cluster cluster, int n, Prim.Fold fold) {
        int source = facts().input(n, 0);
        var spec = ((Prim.Contract) facts().node(source).prim()).spec();
        var rows = ProductNests.Rows.of(facts(), source, spec);
        var values = forms.values(cluster);
        values.lane = values.variable();
        values.open(values.lane, true);
        var zeros = new ArrayList<>(facts().shape(n).extents());
        int beside = rows.unrolling().of(spec.result().charAt(0));
        zeros.set(0, beside);
        NestForms.loops(values, zeros, false, at -> {
            var place = new ArrayList<>(at);
            place.set(0, Affine.plus(Affine.times(Affine.variable(Kernel.UNIT), beside), at.getFirst()));
            values.store(n, Place.of(place), new Expression.Constant(0));
        });
        NestForms.loops(
                values,
                rows.blocks(),
                true,
                block -> products.rows(
                        values, source, rows, block, (place, sum) -> add(values, n, fold, place.axes(), sum)));
        values.closeVector(values.lane, 32);
        int units = rows.blocks().getFirst();
        double cost = 4.0
                * Tiles.product(spec.result(), rows.extents())
                / units
                * Tiles.product(spec.summed(), rows.extents());
        return forms.finish(cluster, values, units, cost);
    }
}
