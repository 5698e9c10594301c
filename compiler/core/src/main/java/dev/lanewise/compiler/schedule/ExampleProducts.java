package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.Kernel.Axis;
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

    private static Operand runs(Facts facts, int n, int columns) {
        return new Operand(facts.storage(n), Operand.Form.RUNS, columns);
    }

    /// The kernel, where the operands lie in memory; null otherwise.
    @Nullable
    Step lower(Facts facts, Fusion fusion, Cluster cluster, Values values) {
        int n = cluster.root;
        var strides =
                new Strides(facts, fusion, n, ((Prim.Contract) facts.node(n).prim()).spec());
        var a = strides.operand(rows);
        if (a == null) {
            return null;
        }
        int count = letters(strides, columnLetters);
        var runs = new Kernel.Runs(count);
        var rowAxes = new ArrayList<Axis>();
        int c = runs.length();
        for (char letter : new StringBuilder(rowLetters).reverse().toString().toCharArray()) {
            int extent = strides.extent(letter);
            rowAxes.addFirst(new Axis(extent, 32 * a.stride(strides.variable(letter)), 0, c));
            c = Math.multiplyExact(c, extent);
        }
        values.operands.reading(Operand.of(a.storage()), Affine.constant(-1));
        values.operands.reading(runs(facts, facts.input(n, columns), count), Affine.constant(-1));
        values.operands.writing(new Operand(n, Operand.Form.TURNED, count), Affine.constant(-1));
        int places = letters(strides, strides.spec.summed());
        int block = Math.toIntExact(32 * facts.shape(a.storage()).size());
        var tile = new Kernel.RunTile(
                count, rowAxes, depth(strides, a, runs), 32 * a.index().constant(), block);
        double cost = (double) runs.length() * places * 256 * 0.012;
        int units = letters(strides, rowLetters);
        return Lowering.finish(facts, cluster, values, false, units, cost, tile);
    }

    private static int letters(Strides strides, String letters) {
        return letters.chars().map(letter -> strides.extent((char) letter)).reduce(1, Math::multiplyExact);
    }

    /// The places and the lanes. The examples of the next place often follow those of a place: then one loop runs
    /// over both, as long as what it reads is no more than a block.
    private static List<Axis> depth(Strides strides, Strides.Strided a, Kernel.Runs runs) {
        var depth = new ArrayList<Axis>();
        var inner = new Axis(32, 1, runs.width(), 0);
        int b = 32 * runs.width();
        for (char letter :
                new StringBuilder(strides.spec.summed()).reverse().toString().toCharArray()) {
            int extent = strides.extent(letter);
            int step = 32 * a.stride(strides.variable(letter));
            int together = 1;
            if (depth.isEmpty() && (step == inner.extent() || extent == 1)) {
                for (int i = 1; i <= extent; i++) {
                    boolean fits = (long) i * inner.extent() * runs.length() <= Kernel.RunTile.BLOCK;
                    together = extent % i == 0 && fits ? i : together;
                }
                inner = new Axis(together * inner.extent(), 1, runs.width(), 0);
            }
            if (together < extent) {
                depth.addFirst(new Axis(extent / together, step * together, b * together, 0));
            }
            b = Math.multiplyExact(b, extent);
        }
        depth.add(inner);
        return depth;
    }

    private static List<Index> pick(String letters, Map<Character, Index> at) {
        return letters.chars().mapToObj(c -> CompilerBug.expect(at, (char) c)).toList();
    }

    private static List<Integer> list(String letters, Map<Character, Integer> extents) {
        return letters.chars()
                .mapToObj(c -> CompilerBug.expect(extents, (char) c))
                .toList();
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
        var from = Affine.plus(Affine.times(row, new Kernel.Runs(count).length()), column);
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
