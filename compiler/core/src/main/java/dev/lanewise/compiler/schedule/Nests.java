package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram.Uniform;
import dev.lanewise.compiler.loops.Statement;
import java.util.ArrayList;
import java.util.List;

/// Plain nests for single nodes: each is the definition written as loops.
final class Nests {
    private final NestForms forms;
    private final Facts facts;
    private final ProductNests products;
    private final FoldNests folds;

    Nests(Facts facts, Fusion fusion, List<Uniform> uniforms) {
        this.forms = new NestForms(facts, fusion, uniforms);
        this.facts = facts;
        this.products = new ProductNests(forms);
        this.folds = new FoldNests(forms, products);
    }

    Step lower(Cluster cluster) {
        int n = cluster.root;
        return switch (facts.node(n).prim()) {
            case Prim.Contract(var spec) -> products.lower(cluster, n, spec);
            case Prim.Concat(int axis) -> concat(cluster, n, axis);
            case Prim.Fold fold -> folds.lower(cluster, n, fold);
            case Prim.ArgMax(var axes) -> argMax(cluster, n, Cluster.sorted(axes));
            case Prim.Pad pad -> spread(cluster, n, pad);
            case Prim.Literal(var numbers) -> literal(cluster, n, numbers);
            case Prim.ScatterAdd(int _, boolean examples) -> scatterAdd(cluster, n, examples);
            default -> throw new CompilerBug("no nest for " + facts.node(n).prim());
        };
    }

    private Step concat(Cluster cluster, int n, int axis) {
        var values = forms.values(cluster);
        double cost = (double) facts.shape(n).size() * (cluster.perExample ? 4 : 1);
        return forms.whole(cluster, values, cost, () -> {
            int before = 0;
            for (var part : facts.node(n).inputs()) {
                var extents = facts.shape(part.node()).extents();
                int offset = before;
                NestForms.loops(values, extents, false, at -> {
                    var to = new ArrayList<>(at);
                    to.set(axis, Affine.plus(at.get(axis), offset));
                    values.store(n, Place.of(to), values.at(part.node(), Place.of(at)));
                });
                before += extents.get(axis);
            }
        });
    }

    private Step argMax(Cluster cluster, int n, List<Integer> axes) {
        var values = forms.values(cluster);
        int source = facts.input(n, 0);
        var from = facts.shape(source);
        var kept = Cluster.kept(axes, from.rank());
        var reduced = axes.stream().map(from::extent).toList();
        return forms.nest(
                cluster,
                values,
                facts.shape(n).extents(),
                (double) from.size() / facts.shape(n).size(),
                outer -> {
                    var best = values.let(new Expression.Constant(Double.NEGATIVE_INFINITY));
                    var place = values.let(new Expression.Constant(0));
                    NestForms.loops(values, reduced, false, inner -> {
                        var at = new Index[from.rank()];
                        for (int i = 0; i < axes.size(); i++) {
                            at[axes.get(i)] = inner.get(i);
                        }
                        for (int i = 0; i < kept.size(); i++) {
                            at[kept.get(i)] = outer.get(i);
                        }
                        var value = values.let(values.at(source, Place.of(List.of(at))));
                        var larger = values.let(new Expression.Apply(Op.LT, List.of(best, value)));
                        var number = new Expression.Position(Affine.linear(inner, reduced));
                        values.add(new Statement.Set(
                                place.number(), new Expression.Apply(Op.SELECT, List.of(larger, number, place))));
                        values.add(new Statement.Set(
                                best.number(), new Expression.Apply(Op.SELECT, List.of(larger, value, best))));
                    });
                    values.store(n, Place.of(outer), place);
                });
    }

    /// Zeros, then the elements at their distance.
    private Step spread(Cluster cluster, int n, Prim.Pad pad) {
        var values = forms.values(cluster);
        int source = facts.input(n, 0);
        double cost = (double) facts.shape(n).size() * (cluster.perExample ? 8 : 2);
        return forms.whole(cluster, values, cost, () -> {
            NestForms.loops(
                    values,
                    facts.shape(n).extents(),
                    false,
                    at -> values.store(n, Place.of(at), new Expression.Constant(0)));
            NestForms.loops(values, facts.shape(source).extents(), false, at -> {
                var to = new ArrayList<>(at);
                to.set(pad.axis(), Affine.plus(Affine.times(at.get(pad.axis()), pad.gap() + 1), pad.before()));
                values.store(n, Place.of(to), values.at(source, Place.of(at)));
            });
        });
    }

    private Step literal(Cluster cluster, int n, List<Double> numbers) {
        var values = forms.values(cluster);
        for (int i = 0; i < numbers.size(); i++) {
            values.store(n, Place.flat(Affine.constant(i)), new Expression.Constant(numbers.get(i)));
        }
        return Lowering.finish(facts, cluster, values, false, 1, numbers.size(), Lowering.nest(values));
    }

    /// For each row of the table, the sum of what was taken from it, example by example; other rows add 0, and so
    /// do padded examples (see `ClearPadding`).
    private Step scatterAdd(Cluster cluster, int n, boolean examples) {
        var values = forms.values(cluster);
        int index = facts.input(n, 0);
        int rows = facts.input(n, 1);
        var places = facts.shape(index).extents();
        double cost = (double) facts.shape(index).size() * (examples ? 256 : 2);
        return forms.nest(cluster, values, facts.shape(n).extents(), cost, at -> {
            var sum = values.let(new Expression.Constant(0));
            int group = Kernel.GROUP;
            if (examples) {
                group = values.variable();
                values.group = group;
                values.open(group, false);
                values.lane = values.variable();
                values.open(values.lane, false);
            }
            NestForms.loops(values, places, false, place -> {
                var from = new ArrayList<>(place);
                from.addAll(at.subList(1, at.size()));
                var row = clamped(
                        values.at(index, Place.of(place)), facts.shape(n).extent(0));
                var mine = new Expression.Apply(Op.EQ, List.of(row, new Expression.Position(at.getFirst())));
                var taken = new Expression.Apply(
                        Op.SELECT, List.of(mine, values.at(rows, Place.of(from)), new Expression.Constant(0)));
                values.add(new Statement.Set(sum.number(), new Expression.Apply(Op.ADD, List.of(sum, taken))));
            });
            if (examples) {
                values.closeFor(values.lane, 32);
                values.closeGroups(group);
            }
            values.store(n, Place.of(at), sum);
        });
    }

    /// As a gather takes its rows.
    private static Expression clamped(Expression index, int rows) {
        var least = new Expression.Apply(Op.MAX, List.of(index, new Expression.Constant(0)));
        var most = new Expression.Apply(Op.MIN, List.of(least, new Expression.Constant(rows - 1)));
        return new Expression.Apply(Op.FLOOR, List.of(most));
    }
}
