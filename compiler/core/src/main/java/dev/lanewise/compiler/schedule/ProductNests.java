package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/// Plain nests of contractions that no tile takes.
final class ProductNests {
    /// With more rows side by side, HotSpot leaves a nest that adds each to memory uncompiled in some of its runs.
    private static final int MOST = 10;

    private final NestForms forms;
    private final Facts facts;

    ProductNests(NestForms forms) {
        this.forms = forms;
        this.facts = forms.facts();
    }

    Step lower(Cluster cluster, int n, Contraction spec) {
        var products = ExampleProducts.of(facts, n);
        var tile = products == null ? null : products.lower(facts, forms.fusion(), cluster, forms.values(cluster));
        return tile != null ? tile : spec.examples() ? overExamples(cluster, n, spec) : contract(cluster, n, spec);
    }

    /// Where one operand is the same for all examples, several of its rows share what is loaded of the other.
    private Step contract(Cluster cluster, int n, Contraction spec) {
        var values = forms.values(cluster);
        var tile = cluster.perExample
                ? PatchTiles.lower(facts, forms.fusion(), cluster, values, spec)
                : RowTiles.lower(facts, forms.fusion(), cluster, values, spec);
        if (tile != null) {
            return tile;
        }
        var rows = Rows.of(facts, n, spec);
        return forms.nest(
                cluster,
                values,
                rows.blocks(),
                (double) rows.each() * Tiles.product(spec.summed(), rows.extents()),
                kept -> rows(values, n, rows, kept, (place, sum) -> values.store(n, place, sum)));
    }

    /// The sums of products for one block of rows; `store` is told each sum with its place in the result.
    void rows(Values values, int n, Rows rows, List<Index> block, BiConsumer<Place, Expression.Temporary> store) {
        var spec = rows.spec();
        var at = new HashMap<Character, Index>();
        put(at, spec.result(), block);
        var places = rows.unrolling().places(at);
        var sums =
                places.stream().map(_ -> values.let(new Expression.Constant(0))).toList();
        NestForms.loops(values, extents(spec.summed(), rows.extents()), false, summed -> {
            places.forEach(place -> put(place, spec.summed(), summed));
            if (rows.shared() >= 0) {
                var letters = rows.shared() == 0 ? spec.left() : spec.right();
                values.held(facts.input(n, rows.shared()), Place.of(pick(letters, places.getFirst())));
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
    record Rows(Contraction spec, Map<Character, Integer> extents, Unrolling unrolling, int shared) {

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
        var left = values.at(facts.input(n, 0), Place.of(pick(spec.left(), at)));
        var right = values.at(facts.input(n, 1), Place.of(pick(spec.right(), at)));
        values.add(new Statement.Set(sum.number(), new Expression.Apply(Op.FMA, List.of(left, right, sum))));
    }

    /// Padded examples of both operands hold 0 (see `ClearPadding`).
    private Step overExamples(Cluster cluster, int n, Contraction spec) {
        var values = forms.values(cluster);
        var extents = Tiles.extents(facts, n, spec);
        var at = new HashMap<Character, Index>();
        return forms.nest(
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
                    NestForms.loops(values, extents(spec.summed(), extents), false, summed -> {
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
}
