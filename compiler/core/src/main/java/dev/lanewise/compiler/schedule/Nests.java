package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram.Uniform;
import dev.lanewise.compiler.loops.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Plain nests for single nodes: each is the definition written as loops.
final class Nests {
    /// With more rows side by side, HotSpot leaves a nest that adds each to memory uncompiled in some of its runs.
    private static final int MOST = 10;

    private final Facts facts;
    private final Fusion fusion;
    private final List<Uniform> uniforms;

    Nests(Facts facts, Fusion fusion, List<Uniform> uniforms) {
        this.facts = facts;
        this.fusion = fusion;
        this.uniforms = uniforms;
    }

    Step lower(Cluster cluster) {
        int n = cluster.root;
        return switch (facts.node(n).prim()) {
            case Prim.Contract(var spec) -> {
                var products = ExampleProducts.of(facts, n);
                var tile = products == null ? null : products.lower(facts, fusion, cluster, values(cluster));
                yield tile != null
                        ? tile
                        : spec.examples() ? overExamples(cluster, n, spec) : contract(cluster, n, spec);
            }
            case Prim.Concat(int axis) -> concat(cluster, n, axis);
            case Prim.Fold fold ->
                fusion.home[input(n, 0)] == cluster ? foldedProduct(cluster, n, fold) : fold(cluster, n, fold);
            case Prim.ArgMax(var axes) -> argMax(cluster, n, Cluster.sorted(axes));
            case Prim.Pad pad -> spread(cluster, n, pad);
            case Prim.Literal(var numbers) -> literal(cluster, n, numbers);
            case Prim.ScatterAdd(int _, boolean examples) -> scatterAdd(cluster, n, examples);
            default -> throw new CompilerBug("no nest for " + facts.node(n).prim());
        };
    }

    private Values values(Cluster cluster) {
        return new Values(facts, uniforms, n -> fusion.stored[n] && fusion.home[n] != cluster);
    }

    private Shape shape(int n) {
        return facts.node(n).type().shape();
    }

    private int input(int n, int i) {
        return facts.input(n, i);
    }

    /// Loops over `extents`, the first being the unit when `unit`, around what `body` writes for their indices.
    private static void loops(Values values, List<Integer> extents, boolean unit, Consumer<List<Index>> body) {
        var at = new ArrayList<Index>();
        var variables = new ArrayList<Integer>();
        for (int i = 0; i < extents.size(); i++) {
            if (i == 0 && unit) {
                at.add(Affine.variable(Kernel.UNIT));
            } else {
                int variable = values.variable();
                variables.add(variable);
                at.add(Affine.variable(variable));
                values.open(variable, false);
            }
        }
        body.accept(at);
        for (int i = variables.size() - 1; i >= 0; i--) {
            values.closeFor(variables.get(i), extents.get(extents.size() - variables.size() + i));
        }
    }

    /// A nest whose units are the first axis of `extents`; per-example values have the examples in the lanes.
    private Step nest(
            Cluster cluster, Values values, List<Integer> extents, double costPerElement, Consumer<List<Index>> body) {
        boolean perExample = cluster.perExample;
        if (perExample) {
            values.lane = values.variable();
            values.open(values.lane, true);
        }
        loops(values, extents, true, body);
        if (perExample) {
            values.closeVector(values.lane, 32);
        }
        if (values.failed) {
            throw new CompilerBug("cannot be lowered: " + facts.node(cluster.root));
        }
        long size = 1;
        for (int extent : extents) {
            size *= extent;
        }
        int units = extents.isEmpty() ? 1 : extents.getFirst();
        double cost = costPerElement * size / Math.max(1, units) * (perExample ? 4 : 1);
        return Lowering.finish(facts, cluster, values, perExample, units, cost, Lowering.nest(values));
    }

    private static List<Index> pick(String axes, Map<Character, Index> at) {
        return axes.chars().mapToObj(c -> at.get((char) c)).toList();
    }

    private static void put(Map<Character, Index> at, String letters, List<Index> indices) {
        for (int i = 0; i < letters.length(); i++) {
            at.put(letters.charAt(i), indices.get(i));
        }
    }

    private static List<Integer> extents(String letters, Map<Character, Integer> extents) {
        return letters.chars().mapToObj(c -> extents.get((char) c)).toList();
    }

    /// Where one operand is the same for all examples, several of its rows share what is loaded of the other.
    private Step contract(Cluster cluster, int n, Contraction spec) {
        var values = values(cluster);
        var tile = cluster.perExample
                ? PatchTiles.lower(facts, fusion, cluster, values, spec)
                : RowTiles.lower(facts, fusion, cluster, values, spec);
        if (tile != null) {
            return tile;
        }
        var rows = Rows.of(facts, n, spec);
        return nest(
                cluster,
                values,
                rows.blocks(),
                (double) rows.each() * Tiles.product(spec.summed(), rows.extents()),
                kept -> rows(values, n, rows, kept, (place, sum) -> values.store(n, place, sum)));
    }

    /// The sums of products for one block of rows; `store` is told each sum with its place in the result.
    private void rows(
            Values values, int n, Rows rows, List<Index> block, BiConsumer<Place, Expression.Temporary> store) {
        var spec = rows.spec();
        var at = new HashMap<Character, Index>();
        put(at, spec.result(), block);
        var places = rows.unrolling().places(at);
        var sums =
                places.stream().map(_ -> values.let(new Expression.Constant(0))).toList();
        loops(values, extents(spec.summed(), rows.extents()), false, summed -> {
            places.forEach(place -> put(place, spec.summed(), summed));
            if (rows.shared() >= 0) {
                var letters = rows.shared() == 0 ? spec.left() : spec.right();
                values.held(input(n, rows.shared()), Place.of(pick(letters, places.getFirst())));
            }
            for (int i = 0; i < places.size(); i++) {
                multiplyAdd(values, n, spec, places.get(i), sums.get(i));
            }
        });
        for (int i = 0; i < places.size(); i++) {
            store.accept(Place.of(pick(spec.result(), places.get(i))), sums.get(i));
        }
    }

    /// The rows of a product that are computed side by side. `shared` is the input that serves them all: the
    /// per-example one where the other is the same for all examples, else none (-1).
    private record Rows(Contraction spec, Map<Character, Integer> extents, Unrolling unrolling, int shared) {

        static Rows of(Facts facts, int n, Contraction spec) {
            var extents = Tiles.extents(facts, n, spec);
            boolean left = facts.node(facts.input(n, 0)).type().perExample();
            boolean right = facts.node(facts.input(n, 1)).type().perExample();
            int shared = left == right ? -1 : left ? 0 : 1;
            var rows = new StringBuilder();
            if (shared >= 0) {
                var letters = shared == 0 ? spec.left() : spec.right();
                spec.result().chars().filter(c -> letters.indexOf(c) < 0).forEach(c -> rows.append((char) c));
            }
            return new Rows(spec, extents, Unrolling.of(rows.toString(), extents, MOST), shared);
        }

        /// The extents of the result's axes, in blocks of rows.
        List<Integer> blocks() {
            return spec.result()
                    .chars()
                    .mapToObj(c -> CompilerBug.expect(extents, (char) c) / unrolling.of((char) c))
                    .toList();
        }

        /// How many sums are in a block.
        long each() {
            return Tiles.product(spec.result(), extents)
                    / blocks().stream().mapToLong(b -> b).reduce(1, (a, b) -> a * b);
        }
    }

    private void multiplyAdd(
            Values values, int n, Contraction spec, Map<Character, Index> at, Expression.Temporary sum) {
        var left = values.at(input(n, 0), Place.of(pick(spec.left(), at)));
        var right = values.at(input(n, 1), Place.of(pick(spec.right(), at)));
        values.add(new Statement.Set(sum.number(), new Expression.Apply(Op.FMA, List.of(left, right, sum))));
    }

    /// Padded examples of both operands hold 0 (see `ClearPadding`).
    private Step overExamples(Cluster cluster, int n, Contraction spec) {
        var values = values(cluster);
        var extents = Tiles.extents(facts, n, spec);
        var at = new HashMap<Character, Index>();
        return nest(
                cluster,
                values,
                extents(spec.result(), extents),
                Tiles.product(spec.summed(), extents) * 256.0,
                kept -> {
                    put(at, spec.result(), kept);
                    var sum = values.let(new Expression.Constant(0));
                    int group = values.variable();
                    values.group = group;
                    values.open(group, false);
                    loops(values, extents(spec.summed(), extents), false, summed -> {
                        put(at, spec.summed(), summed);
                        values.lane = values.variable();
                        values.open(values.lane, false);
                        multiplyAdd(values, n, spec, at, sum);
                        values.closeFor(values.lane, 32);
                    });
                    values.closeGroups(group);
                    values.store(n, Place.of(kept), sum);
                });
    }

    private Step concat(Cluster cluster, int n, int axis) {
        var values = values(cluster);
        boolean perExample = cluster.perExample;
        if (perExample) {
            values.lane = values.variable();
            values.open(values.lane, true);
        }
        int before = 0;
        for (var part : facts.node(n).inputs()) {
            var extents = shape(part.node()).extents();
            int offset = before;
            loops(values, extents, false, at -> {
                var to = new ArrayList<>(at);
                to.set(axis, Affine.plus(at.get(axis), offset));
                values.store(n, Place.of(to), values.at(part.node(), Place.of(at)));
            });
            before += extents.get(axis);
        }
        if (perExample) {
            values.closeVector(values.lane, 32);
        }
        double cost = (double) shape(n).size() * (perExample ? 4 : 1);
        return Lowering.finish(facts, cluster, values, perExample, 1, cost, Lowering.nest(values));
    }

    /// Patches are added one after the other onto zeros, position by position.
    private Step fold(Cluster cluster, int n, Prim.Fold fold) {
        var values = values(cluster);
        boolean perExample = cluster.perExample;
        if (perExample) {
            values.lane = values.variable();
            values.open(values.lane, true);
        }
        loops(values, shape(n).extents(), false, at -> values.store(n, Place.of(at), new Expression.Constant(0)));
        int source = input(n, 0);
        loops(values, shape(source).extents(), false, at -> add(values, n, fold, at, values.at(source, Place.of(at))));
        if (perExample) {
            values.closeVector(values.lane, 32);
        }
        double cost = (double) shape(source).size() * (perExample ? 8 : 2);
        return Lowering.finish(facts, cluster, values, perExample, 1, cost, Lowering.nest(values));
    }

    /// Adds one element of a patch to what is there.
    private void add(Values values, int n, Prim.Fold fold, List<Index> at, Expression value) {
        var to = new ArrayList<>(at);
        var kernel = to.remove(fold.axis() + 1);
        int first = Prim.Windows.first(shape(input(n, 0)).extent(fold.axis() + 1), fold.dilation());
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
                && Rows.of(facts, source, spec).shared() >= 0;
    }

    /// Patches that are made and added position by position, in the order of `fold`.
    private Step foldedProduct(Cluster cluster, int n, Prim.Fold fold) {
        int source = input(n, 0);
        var spec = ((Prim.Contract) facts.node(source).prim()).spec();
        var rows = Rows.of(facts, source, spec);
        var values = values(cluster);
        values.lane = values.variable();
        values.open(values.lane, true);
        var zeros = new ArrayList<>(shape(n).extents());
        int beside = rows.unrolling().of(spec.result().charAt(0));
        zeros.set(0, beside);
        loops(values, zeros, false, at -> {
            var place = new ArrayList<>(at);
            place.set(0, Affine.plus(Affine.times(Affine.variable(Kernel.UNIT), beside), at.getFirst()));
            values.store(n, Place.of(place), new Expression.Constant(0));
        });
        loops(
                values,
                rows.blocks(),
                true,
                block -> rows(values, source, rows, block, (place, sum) -> add(values, n, fold, place.axes(), sum)));
        values.closeVector(values.lane, 32);
        int units = rows.blocks().getFirst();
        double cost = 4.0
                * Tiles.product(spec.result(), rows.extents())
                / units
                * Tiles.product(spec.summed(), rows.extents());
        return Lowering.finish(facts, cluster, values, true, units, cost, Lowering.nest(values));
    }

    private Step argMax(Cluster cluster, int n, List<Integer> axes) {
        var values = values(cluster);
        int source = input(n, 0);
        var from = shape(source);
        var kept = Cluster.kept(axes, from.rank());
        var reduced = axes.stream().map(from::extent).toList();
        return nest(cluster, values, shape(n).extents(), (double) from.size() / shape(n).size(), outer -> {
            var best = values.let(new Expression.Constant(Double.NEGATIVE_INFINITY));
            var place = values.let(new Expression.Constant(0));
            loops(values, reduced, false, inner -> {
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
        var values = values(cluster);
        boolean perExample = cluster.perExample;
        if (perExample) {
            values.lane = values.variable();
            values.open(values.lane, true);
        }
        int source = input(n, 0);
        loops(values, shape(n).extents(), false, at -> values.store(n, Place.of(at), new Expression.Constant(0)));
        loops(values, shape(source).extents(), false, at -> {
            var to = new ArrayList<>(at);
            to.set(pad.axis(), Affine.plus(Affine.times(at.get(pad.axis()), pad.gap() + 1), pad.before()));
            values.store(n, Place.of(to), values.at(source, Place.of(at)));
        });
        if (perExample) {
            values.closeVector(values.lane, 32);
        }
        double cost = (double) shape(n).size() * (perExample ? 8 : 2);
        return Lowering.finish(facts, cluster, values, perExample, 1, cost, Lowering.nest(values));
    }

    private Step literal(Cluster cluster, int n, List<Double> numbers) {
        var values = values(cluster);
        for (int i = 0; i < numbers.size(); i++) {
            values.store(n, Place.flat(Affine.constant(i)), new Expression.Constant(numbers.get(i)));
        }
        return Lowering.finish(facts, cluster, values, false, 1, numbers.size(), Lowering.nest(values));
    }

    /// For each row of the table, the sum of what was taken from it, example by example; other rows add 0, and so
    /// do padded examples (see `ClearPadding`).
    private Step scatterAdd(Cluster cluster, int n, boolean examples) {
        var values = values(cluster);
        int index = input(n, 0);
        int rows = input(n, 1);
        var places = shape(index).extents();
        double cost = (double) shape(index).size() * (examples ? 256 : 2);
        return nest(cluster, values, shape(n).extents(), cost, at -> {
            var sum = values.let(new Expression.Constant(0));
            int group = Kernel.GROUP;
            if (examples) {
                group = values.variable();
                values.group = group;
                values.open(group, false);
                values.lane = values.variable();
                values.open(values.lane, false);
            }
            loops(values, places, false, place -> {
                var from = new ArrayList<>(place);
                from.addAll(at.subList(1, at.size()));
                var row = clamped(values.at(index, Place.of(place)), shape(n).extent(0));
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
