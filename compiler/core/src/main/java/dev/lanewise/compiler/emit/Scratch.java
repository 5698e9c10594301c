package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/// How much of every operand a kernel touches when it is warmed up: the first units of one group, one tile at a
/// depth of [#DEPTH].
final class Scratch {
    static final int DEPTH = 16;
    private static final int SEEN = 40;
    /// The most rows of a tile.
    private static final int ROWS = 24;

    private final Map<Integer, Integer> extents = new HashMap<>();
    private long most;

    private Scratch() {}

    /// How many units of a kernel are worked on in a call that warms it up. What has not run yet HotSpot leaves out
    /// only once it came to it [#SEEN] times: else vectors stay objects, in what has run too. So it must see that
    /// often how a sum over the examples ends, where a unit has one.
    static int units(Kernel kernel) {
        return kernel.work() instanceof Kernel.Nest(var body)
                        && !kernel.perGroup()
                        && body.stream().anyMatch(Scratch::isSum)
                ? Math.min(SEEN, kernel.unitsPerGroup())
                : 1;
    }

    private static boolean isSum(Statement statement) {
        return statement instanceof Statement.Vector loop
                && loop.body().stream().anyMatch(inner -> inner instanceof Statement.Groups);
    }

    static long size(Kernel kernel) {
        var scratch = new Scratch();
        int rows = Math.min(ROWS, kernel.unitsPerGroup());
        scratch.extents.put(Kernel.LANE, 32);
        switch (kernel.work()) {
            case Kernel.Nest nest -> {
                scratch.extents.put(Kernel.UNIT, units(kernel));
                scratch.visit(nest.body());
            }
            case Kernel.LaneTile tile -> {
                scratch.extents.put(Kernel.UNIT, rows);
                scratch.visit(tile.store());
                scratch.grow((long) rows * tile.aRow() + (long) DEPTH * tile.aDepth());
                scratch.grow((long) DEPTH * tile.bDepth() + 32);
                if (tile.packed() >= 0) {
                    scratch.grow((long) DEPTH * ROWS);
                }
            }
            case Kernel.ExampleTile tile -> {
                scratch.grow((long) rows * tile.aRow() + 32);
                scratch.grow(32L * 32 * tile.panels().count());
                scratch.grow((long) rows * tile.columns());
            }
            case Kernel.RunTile tile -> {
                var inner = tile.inner();
                scratch.grow(tile.aFirst() + span(tile.rows(), Kernel.Axis::a) + DEPTH * (long) inner.a() + 1);
                scratch.grow((DEPTH + 1) * (long) inner.b());
                scratch.grow(span(tile.rows(), Kernel.Axis::c) + tile.runs().length());
            }
            case Kernel.PatchTile tile -> {
                var last = tile.depth().getLast();
                long a = tile.aFirst() + span(List.of(tile.row()), Kernel.Axis::a) + span(tile.depth(), Kernel.Axis::a);
                scratch.grow(a + DEPTH * (long) last.a() + 1);
                // The next place may be in the same tile.
                long b = (long) tile.bFirst()
                        + tile.places().stream().mapToInt(Kernel.Axis::b).max().orElse(0);
                long c = tile.places().stream().mapToInt(Kernel.Axis::c).max().orElse(0);
                scratch.grow(b + span(tile.depth(), Kernel.Axis::b) + DEPTH * (long) Math.max(0, last.b()) + 32);
                scratch.grow(c + span(List.of(tile.row()), Kernel.Axis::c) + 32);
            }
            case Kernel.RowTile tile -> {
                var first = tile.depth().getFirst();
                var rest = tile.depth().subList(1, tile.depth().size());
                long a = tile.aFirst() + span(List.of(tile.row()), Kernel.Axis::a) + span(rest, Kernel.Axis::a);
                long b = tile.bFirst() + tile.columns() + span(rest, Kernel.Axis::b);
                scratch.grow(a + DEPTH * (long) first.a() + 1);
                scratch.grow(b + DEPTH * (long) first.b());
                scratch.grow(tile.columns() + span(List.of(tile.row()), Kernel.Axis::c));
            }
            case Kernel.Rearrange move -> scratch.grow(32L * 32 * move.panels().count());
            case Kernel.ToRuns move ->
                scratch.grow(32L * move.places() * move.runs().length());
            case Kernel.ClearPadding clear -> scratch.grow(32L * clear.size());
        }
        return scratch.most + 64;
    }

    /// From the first to the last element of these axes.
    private static long span(List<Kernel.Axis> axes, ToIntFunction<Kernel.Axis> stride) {
        return axes.stream()
                .mapToLong(axis -> Math.max(0, (long) stride.applyAsInt(axis) * (axis.extent() - 1)))
                .sum();
    }

    private void grow(long size) {
        most = Math.max(most, size);
    }

    private void visit(List<Statement> statements) {
        Uses.each(statements, statement -> {
            switch (statement) {
                case Statement.For loop -> extents.merge(loop.variable(), loop.extent(), Math::max);
                case Statement.Vector loop -> extents.merge(loop.variable(), loop.extent(), Math::max);
                case Statement.Groups loop -> extents.merge(loop.variable(), 1, Math::max);
                case Statement.Store store -> grow(end(store.index()));
                case Statement.Tree tree -> {
                    grow(Math.max(end(tree.index()) + tree.count(), end(tree.from()) + 32L * tree.count()));
                    // The method that does it is warmed up too, by so many trees.
                    grow(32L * DEPTH);
                }
                case Statement.Let _, Statement.Set _ -> {}
            }
        });
        Uses.expressions(statements, expression -> {
            switch (expression) {
                case Expression.Load load -> grow(end(load.index()));
                case Expression.Splat splat -> grow(end(splat.index()));
                case Expression.Gather gather -> grow((long) gather.rows() * gather.stride() + end(gather.index()));
                default -> {}
            }
        });
    }

    private long end(Index index) {
        long end = index.constant() + 1L;
        for (var term : index.terms()) {
            end += Math.max(0L, (long) term.stride() * (extents.getOrDefault(term.variable(), 1) - 1));
        }
        return end;
    }
}
