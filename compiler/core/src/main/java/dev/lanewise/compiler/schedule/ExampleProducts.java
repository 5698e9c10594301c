package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Contractions over the examples and further axes, the gradients of a convolution's weights. The sums of many
/// columns fill the vectors: one operand is first turned into *runs*, the columns of every place and example side by
/// side, and the result comes out turned, its columns side by side for each row.
///
/// - `rows`, `columns`: which input gives the rows of the result, which its columns.
/// - `rowLetters`, `columnLetters`: the axes of the result that come from each.
record ExampleProducts(int rows, int columns, String rowLetters, String columnLetters) {
    private static final int RUN = 16;
    /// With fewer columns the vectors are mostly empty.
    private static final int FEWEST = 6;

    /// The roles of a contraction's inputs, or null when none can be turned into runs.
    static @Nullable ExampleProducts of(Facts facts, int n) {
        if (!(facts.node(n).prim() instanceof Prim.Contract(var spec))
                || !spec.examples()
                || Tiles.example(facts, n) != null) {
            return null;
        }
        var extents = Tiles.extents(facts, n, spec);
        for (int columns = 0; columns < 2; columns++) {
            var letters = columns == 0 ? spec.left() : spec.right();
            var others = columns == 0 ? spec.right() : spec.left();
            var mine = kept(spec, letters);
            boolean apart = mine.chars().noneMatch(c -> others.indexOf(c) >= 0)
                    && spec.summed().chars().allMatch(c -> others.indexOf(c) >= 0);
            if (apart
                    && letters.equals(mine + spec.summed())
                    && Tiles.product(mine, extents) >= FEWEST
                    && isBuffer(facts, facts.input(n, columns))) {
                return new ExampleProducts(1 - columns, columns, kept(spec, others), mine);
            }
        }
        return null;
    }

    private static String kept(Contraction spec, String letters) {
        var kept = new StringBuilder(letters);
        for (int i = kept.length() - 1; i >= 0; i--) {
            if (spec.result().indexOf(kept.charAt(i)) < 0) {
                kept.deleteCharAt(i);
            }
        }
        return kept.toString();
    }

    private static boolean isBuffer(Facts facts, int n) {
        var node = facts.node(facts.storage(n));
        return node.type().perExample()
                && switch (node.prim()) {
                    case Prim.Elementwise _,
                            Prim.Contract _,
                            Prim.Input _,
                            Prim.Fold _,
                            Prim.Concat _,
                            Prim.Sum _,
                            Prim.Max _ -> true;
                    default -> false;
                };
    }

    /// The length of a run of so many columns: whole vectors.
    static int run(int columns) {
        return Math.ceilDiv(columns, RUN) * RUN;
    }

    private static Operand runs(Facts facts, int n, int columns) {
        return new Operand(facts.storage(n), Operand.Form.RUNS, columns);
    }

    Step lower(Facts facts, Cluster cluster, Values values, Values probe) {
        int n = cluster.root;
        var spec = ((Prim.Contract) facts.node(n).prim()).spec();
        var extents = Tiles.extents(facts, n, spec);
        int count = Tiles.product(columnLetters, extents);
        int run = run(count);
        int places = Tiles.product(spec.summed(), extents);
        var unrolling = Unrolling.of(rowLetters, extents, Unrolling.MOST);
        var blocks = new HashMap<>(extents);
        extents.forEach((letter, extent) -> blocks.put(letter, extent / unrolling.of(letter)));
        char unit = rowLetters.charAt(0);
        for (char letter : rowLetters.toCharArray()) {
            unit = CompilerBug.expect(blocks, letter) > CompilerBug.expect(blocks, unit) ? letter : unit;
        }
        var at = new HashMap<Character, Index>();
        var loops = new ArrayList<Loop>();
        for (char letter : rowLetters.toCharArray()) {
            int extent = CompilerBug.expect(blocks, letter);
            at.put(letter, letter == unit ? Affine.variable(Kernel.UNIT) : open(values, loops, extent));
        }
        int column = values.variable();
        values.open(column, true);
        var rowPlaces = unrolling.places(at);
        var sums = rowPlaces.stream()
                .map(_ -> values.let(new Expression.Constant(0)))
                .toList();
        values.group = values.variable();
        values.open(values.group, false);
        var summed = spec.summed();
        boolean together = !summed.isEmpty() && runsOn(facts, n, spec, probe);
        int separate = together ? summed.length() - 1 : summed.length();
        var place = Affine.ZERO;
        var inner = new ArrayList<Loop>();
        for (int i = 0; i < summed.length(); i++) {
            char letter = summed.charAt(i);
            int extent = CompilerBug.expect(extents, letter);
            var index = i < separate ? open(values, inner, extent) : Affine.ZERO;
            place = Affine.plus(Affine.times(place, extent), index);
            rowPlaces.forEach(row -> row.put(letter, index));
        }
        values.lane = values.variable();
        values.open(values.lane, false);
        int lanes = together ? 32 * CompilerBug.expect(extents, summed.charAt(separate)) : 32;
        var operand = runs(facts, facts.input(n, columns), count);
        var from = Affine.plus(
                Affine.plus(
                        Affine.times(Affine.variable(values.group), places * 32 * run), Affine.times(place, 32 * run)),
                Affine.plus(Affine.times(Affine.variable(values.lane), run), Affine.variable(column)));
        values.operands.reading(operand, from);
        var neighbours = values.let(new Expression.Load(values.operands.number(operand), from));
        for (int r = 0; r < sums.size(); r++) {
            var value = values.at(facts.input(n, rows), Place.of(pick(letters(spec, rows), rowPlaces.get(r))));
            values.add(new Statement.Set(
                    sums.get(r).number(), new Expression.Apply(Op.FMA, List.of(value, neighbours, sums.get(r)))));
        }
        values.closeFor(values.lane, lanes);
        close(values, inner);
        values.closeGroups(values.group);
        var turned = new Operand(n, Operand.Form.TURNED, count);
        for (int r = 0; r < sums.size(); r++) {
            var row = Affine.linear(pick(rowLetters, rowPlaces.get(r)), list(rowLetters, extents));
            var to = Affine.plus(Affine.times(row, run), Affine.variable(column));
            values.operands.writing(turned, to);
            values.add(new Statement.Store(values.operands.number(turned), to, sums.get(r)));
        }
        values.closeVector(column, run);
        close(values, loops);
        int units = CompilerBug.expect(blocks, unit);
        double cost = (double) Tiles.product(rowLetters, extents) / units * run * places * 256 * 0.02;
        return Lowering.finish(facts, cluster, values, false, units, cost, Lowering.nest(values));
    }

    /// Whether the examples of the next place along the last summed axis follow those of a place in the operand
    /// that gives the rows.
    private boolean runsOn(Facts facts, int n, Contraction spec, Values probe) {
        probe.group = probe.variable();
        probe.lane = probe.variable();
        int last = probe.variable();
        var at = new HashMap<Character, Index>();
        letters(spec, rows).chars().forEach(c -> at.put((char) c, Affine.ZERO));
        at.put(spec.summed().charAt(spec.summed().length() - 1), Affine.variable(last));
        return probe.at(facts.input(n, rows), Place.of(pick(letters(spec, rows), at))) instanceof Expression.Load load
                && Affine.stride(load.index(), last) == 32
                && Affine.stride(load.index(), probe.lane) == 1;
    }

    private static String letters(Contraction spec, int input) {
        return input == 0 ? spec.left() : spec.right();
    }

    /// A loop that is open.
    private record Loop(int variable, int extent) {}

    private static Index open(Values values, List<Loop> loops, int extent) {
        int variable = values.variable();
        values.open(variable, false);
        loops.add(new Loop(variable, extent));
        return Affine.variable(variable);
    }

    private static void close(Values values, List<Loop> loops) {
        loops.reversed().forEach(loop -> values.closeFor(loop.variable(), loop.extent()));
    }

    private static List<Index> pick(String letters, Map<Character, Index> at) {
        return letters.chars().mapToObj(c -> CompilerBug.expect(at, (char) c)).toList();
    }

    private static List<Integer> list(String letters, Map<Character, Integer> extents) {
        return letters.chars()
                .mapToObj(c -> CompilerBug.expect(extents, (char) c))
                .toList();
    }

    /// The kernel that turns a value in lanes into runs: `[group][place][32][run]`, zeros behind the columns.
    static Kernel toRuns(long size, int columns) {
        int run = run(columns);
        int places = Math.toIntExact(size / columns);
        int lane = Kernel.LANE;
        int column = lane + 1;
        var from = index(Kernel.GROUP, columns * places * 32, Kernel.UNIT, 32, lane, 1, column, places * 32);
        var to = index(Kernel.GROUP, places * 32 * run, Kernel.UNIT, 32 * run, lane, run, column, 1);
        var body = new ArrayList<Statement>();
        body.add(new Statement.For(column, columns, List.of(new Statement.Store(1, to, new Expression.Load(0, from)))));
        if (run > columns) {
            var behind = new Statement.Store(1, Affine.plus(to, columns), new Expression.Constant(0));
            body.add(new Statement.For(column, run - columns, List.of(behind)));
        }
        var nest = new Kernel.Nest(List.of(new Statement.For(lane, 32, body)));
        return new Kernel(2, 0, true, places, 32.0 * run, nest);
    }

    private static Index index(int... variablesAndStrides) {
        var index = Affine.ZERO;
        for (int i = 0; i < variablesAndStrides.length; i += 2) {
            index = Affine.plus(
                    index, Affine.times(Affine.variable(variablesAndStrides[i]), variablesAndStrides[i + 1]));
        }
        return index;
    }

    /// The step that puts the turned result of node `n` in order.
    Step inOrder(Facts facts, int n, Origin origin) {
        var spec = ((Prim.Contract) facts.node(n).prim()).spec();
        var extents = Tiles.extents(facts, n, spec);
        int count = Tiles.product(columnLetters, extents);
        var letters = spec.result();
        var at = new HashMap<Character, Index>();
        for (int i = 0; i < letters.length(); i++) {
            at.put(letters.charAt(i), Affine.variable(i == 0 ? Kernel.UNIT : Kernel.UNIT + i));
        }
        var row = Affine.linear(pick(rowLetters, at), list(rowLetters, extents));
        var column = Affine.linear(pick(columnLetters, at), list(columnLetters, extents));
        var from = Affine.plus(Affine.times(row, run(count)), column);
        Statement body = new Statement.Store(
                1, Affine.linear(pick(letters, at), list(letters, extents)), new Expression.Load(0, from));
        for (int i = letters.length() - 1; i > 0; i--) {
            body = new Statement.For(Kernel.UNIT + i, CompilerBug.expect(extents, letters.charAt(i)), List.of(body));
        }
        int units = CompilerBug.expect(extents, letters.charAt(0));
        double cost = (double) Tiles.product(letters, extents) / units;
        var turned = new Operand(n, Operand.Form.TURNED, count);
        return new Step(
                new Kernel(2, 0, false, units, cost, new Kernel.Nest(List.of(body))),
                List.of(turned, Operand.of(n)),
                List.of(),
                Set.of(turned),
                Set.of(Operand.of(n)),
                Set.of(),
                List.of(n),
                origin);
    }
}
