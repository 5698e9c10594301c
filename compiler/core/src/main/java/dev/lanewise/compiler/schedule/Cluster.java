package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// Nodes that become one kernel. Its values stand at one of two levels: *outer*, one for each element of `outer`, and
/// *full*, one for each element of `full`, which has the axes `inner` in addition; reductions over these axes lead
/// from full to outer, broadcasts back.
final class Cluster {
    enum Kind {
        /// Elementwise work, with reductions over `inner`.
        MAP,
        /// A contraction with the examples in the lanes and elementwise work on its sums.
        LANE_TILE,
        /// A contraction over the examples.
        EXAMPLE_TILE,
        /// A reduction over the examples and `inner` of per-example values.
        OVER_EXAMPLES,
        /// A reduction of a batch-wide value over `inner`.
        OVER_BATCH,
        /// One node in a nest of its own.
        SINGLE
    }

    enum Level {
        OUTER,
        FULL
    }

    /// Where a value is read by a cluster. BASE is where the cluster began: the outer level if it was extended by
    /// `inner`, else the full level.
    sealed interface At {
        enum Plain implements At {
            BASE,
            FULL,
            OUTER,
            /// At places of its own.
            ELSEWHERE
        }

        /// Through a broadcast from these axes of the full level.
        record Axes(List<Integer> axes) implements At {}
    }

    Kind kind;
    /// Position in order of creation; clusters run from the last to the first.
    final int number;
    /// The node that gives the kernel its form, or -1.
    int root;
    final boolean perExample;
    Shape outer;
    Shape full;
    List<Integer> inner = List.of();
    boolean extended;
    /// Only work that a tile's store can hold may be added: a contraction is to come.
    boolean forTile;
    int weight;
    /// The reductions of OVER_EXAMPLES.
    final List<Integer> roots = new ArrayList<>();
    /// The nodes that are computed here, and where.
    final Map<Integer, At> members = new TreeMap<>();

    Cluster(Kind kind, int number, int root, boolean perExample, Shape shape) {
        this.kind = kind;
        this.number = number;
        this.root = root;
        this.perExample = perExample;
        this.outer = shape;
        this.full = shape;
    }

    /// The level of a value that is read at `at`, or null when it is read at places of its own.
    @Nullable
    Level level(At at) {
        return switch (at) {
            case At.Axes(var axes) -> !inner.isEmpty() && axes.equals(kept(inner, full.rank())) ? Level.OUTER : null;
            case At.Plain.BASE -> extended ? Level.OUTER : Level.FULL;
            case At.Plain.FULL -> Level.FULL;
            case At.Plain.OUTER -> Level.OUTER;
            case At.Plain.ELSEWHERE -> null;
        };
    }

    void add(int node, At at) {
        members.putIfAbsent(node, at);
    }

    /// Adds the axes `added` of `shape`, which vanish in reductions: what the cluster holds so far becomes its
    /// outer level.
    void extend(Shape shape, List<Integer> added) {
        full = shape;
        inner = sorted(added);
        extended = true;
    }

    /// Makes the axes other than `axes` inner ones: what the cluster holds so far is its full level.
    void split(List<Integer> axes) {
        inner = kept(axes, full.rank());
        outer = without(full, inner);
    }

    static List<Integer> sorted(List<Integer> axes) {
        var list = new ArrayList<>(axes);
        Collections.sort(list);
        return List.copyOf(list);
    }

    /// The axes of a value of `rank` other than `axes`.
    static List<Integer> kept(List<Integer> axes, int rank) {
        return IntStream.range(0, rank).filter(a -> !axes.contains(a)).boxed().toList();
    }

    static Shape without(Shape shape, List<Integer> axes) {
        return new Shape(kept(axes, shape.rank()).stream().map(shape::extent).toList());
    }
}
