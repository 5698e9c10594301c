package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram.Uniform;
import dev.lanewise.compiler.loops.Statement;
import dev.lanewise.compiler.schedule.Cluster.Level;
import dev.lanewise.compiler.schedule.Values.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Turns a cluster into a kernel.
final class Lowering {
    /// About so many numbers are a unit of flat work.
    private static final int CHUNK = 1024;

    private final Facts facts;
    private final Fusion fusion;
    private final List<Uniform> uniforms;

    Lowering(Facts facts, Fusion fusion, List<Uniform> uniforms) {
        this.facts = facts;
        this.fusion = fusion;
        this.uniforms = uniforms;
    }

    Step lower(Cluster cluster) {
        return switch (cluster.kind) {
            case MAP -> map(cluster);
            case LANE_TILE -> laneTile(cluster);
            case EXAMPLE_TILE -> exampleTile(cluster);
            case OVER_EXAMPLES -> overExamples(cluster);
            case OVER_BATCH -> overBatch(cluster);
            case SINGLE -> new Nests(facts, fusion, uniforms).lower(cluster);
        };
    }

    private boolean loads(Cluster cluster, int n) {
        return fusion.stored[n] && fusion.home[n] != cluster;
    }

    /// Numbers of memory that a batch-wide value takes: whole vectors, and for large ones whole chunks, so that
    /// flat loops have no remainder.
    static long padded(long size) {
        long unit = size <= 32 * CHUNK ? 32 : CHUNK;
        return (size + unit - 1) / unit * unit;
    }

    // Elementwise work

    private Step map(Cluster cluster) {
        if (cluster.inner.isEmpty()) {
            if (cluster.perExample || cluster.full.size() > 1) {
                var flat = flatMap(cluster);
                if (flat != null) {
                    return flat;
                }
            }
            if (!cluster.perExample) {
                int rank = cluster.full.rank();
                var vector = rank > 0 && cluster.full.extent(rank - 1) > 1 ? batchMap(cluster, true) : null;
                return vector != null ? vector : java.util.Objects.requireNonNull(batchMap(cluster, false));
            }
        }
        return new Phases(facts, fusion, uniforms, cluster).lower();
    }

    private @org.jspecify.annotations.Nullable Step flatMap(Cluster cluster) {
        var values = new Values(facts, uniforms, n -> loads(cluster, n));
        long size = cluster.full.size();
        long numbers = cluster.perExample ? size * 32 : padded(size);
        int chunk = 32 * divisor(Math.toIntExact(numbers / 32), CHUNK / 32);
        values.blocks = cluster.perExample;
        int variable = values.variable();
        values.open(variable, true);
        var place =
                Place.flat(Affine.plus(Affine.times(Affine.variable(Kernel.UNIT), chunk), Affine.variable(variable)));
        storeAll(cluster, values, place);
        values.closeVector(variable, chunk);
        if (values.failed) {
            return null;
        }
        int units = Math.toIntExact(numbers / chunk);
        return finish(cluster, values, cluster.perExample, units, Cost.nanos(chunk, cluster.weight), nest(values));
    }

    private static int divisor(int number, int most) {
        for (int d = Math.min(number, most); d > 1; d--) {
            if (number % d == 0) {
                return d;
            }
        }
        return 1;
    }

    private void storeAll(Cluster cluster, Values values, Place place) {
        var stores = new ArrayList<Expression>();
        var nodes = cluster.members.keySet().stream()
                .filter(n -> fusion.stored[n] && fusion.home[n] == cluster)
                .toList();
        if (nodes.size() == 1) {
            values.store(nodes.getFirst(), place, values.at(nodes.getFirst(), place));
            return;
        }
        for (int n : nodes) {
            stores.add(values.held(n, place));
        }
        for (int i = 0; i < nodes.size(); i++) {
            values.store(nodes.get(i), place, stores.get(i));
        }
    }

    private @org.jspecify.annotations.Nullable Step batchMap(Cluster cluster, boolean vector) {
        var values = new Values(facts, uniforms, n -> loads(cluster, n));
        var extents = cluster.full.extents();
        int rank = extents.size();
        boolean split = rank > (vector ? 1 : 0);
        var at = new ArrayList<Index>();
        var variables = new ArrayList<Integer>();
        for (int axis = 0; axis < rank; axis++) {
            if (axis == 0 && split) {
                at.add(Affine.variable(Kernel.UNIT));
                continue;
            }
            int variable = values.variable();
            variables.add(variable);
            at.add(Affine.variable(variable));
            values.open(variable, vector && axis == rank - 1);
        }
        storeAll(cluster, values, Place.of(at));
        for (int i = variables.size() - 1; i >= 0; i--) {
            int extent = extents.get(rank - variables.size() + i);
            if (vector && i == variables.size() - 1) {
                values.closeVector(variables.get(i), extent);
            } else {
                values.closeFor(variables.get(i), extent);
            }
        }
        if (values.failed) {
            return null;
        }
        int units = split ? extents.getFirst() : 1;
        double perUnit = (double) cluster.full.size() / units;
        return finish(
                cluster, values, false, units, Cost.nanos(perUnit, cluster.weight) * (vector ? 1 : 8), nest(values));
    }

    // Contractions

    private Step laneTile(Cluster cluster) {
        var tile = java.util.Objects.requireNonNull(Tiles.lane(facts, cluster.root));
        var values = new Values(facts, uniforms, n -> loads(cluster, n));
        values.lane = values.variable();
        var sum = values.temporary();
        var a = Operand.of(facts.storage(tile.batch()));
        var b = Operand.of(facts.storage(tile.example()));
        values.reading(a, Affine.constant(-1));
        values.reading(b, Affine.constant(-1));
        var rank = cluster.full.rank();
        var place = rank > 1
                ? Place.flat(Affine.variable(Kernel.UNIT))
                : Place.of(rank == 0 ? List.of() : List.of(Affine.variable(Kernel.UNIT)));
        values.open(values.lane, true);
        values.know(cluster.root, place, sum);
        storeAll(cluster, values, place);
        var store = Tidy.statements(values.innermost(), 1);
        int bGroup = Math.toIntExact(facts.node(tile.example()).type().shape().size() * 32);
        var work = new Kernel.LaneTile(tile.depth(), tile.aRow(), tile.aDepth(), bGroup, tile.bDepth(), store);
        return finish(cluster, values, true, tile.rows(), tile.depth() * 0.8 + 4, work);
    }

    private Step exampleTile(Cluster cluster) {
        var tile = java.util.Objects.requireNonNull(Tiles.example(facts, cluster.root));
        int a = facts.input(cluster.root, tile.rows());
        int b = facts.input(cluster.root, tile.columns());
        var values = new Values(facts, uniforms, n -> loads(cluster, n));
        int rows = Math.toIntExact(facts.node(a).type().shape().size());
        int columns = Math.toIntExact(facts.node(b).type().shape().size());
        values.reading(Operand.of(facts.storage(a)), Affine.ZERO);
        values.reading(new Operand(facts.storage(b), Operand.Form.ROWS), Affine.ZERO);
        values.writing(Operand.of(cluster.root), Affine.constant(-1));
        var work = new Kernel.ExampleTile(columns, rows * 32, 32, columns);
        return finish(cluster, values, false, rows, columns * 8 * 0.8 + 4, work);
    }

    // Reductions over examples and over elements

    private Step overExamples(Cluster cluster) {
        var values = new Values(facts, uniforms, n -> loads(cluster, n));
        var at = new Index[cluster.full.rank()];
        var outer = outerLoops(cluster, values, at);
        values.lane = values.variable();
        int group = values.variable();
        var kept = new ArrayList<Index>();
        for (int axis : Cluster.kept(cluster.inner, cluster.full.rank())) {
            kept.add(at[axis]);
        }
        values.open(values.lane, true);
        var sums = new ArrayList<Expression.Temporary>();
        for (int root : cluster.roots) {
            sums.add(values.let(new Expression.Constant(start(root))));
        }
        values.group = group;
        values.open(group, false);
        var inner = innerLoops(cluster, values, at);
        for (int i = 0; i < sums.size(); i++) {
            int root = cluster.roots.get(i);
            var value = values.at(facts.input(root, 0), Place.of(List.of(at)));
            var real = new Expression.WhereReal(group, values.lane, value, start(root));
            var next = new Expression.Apply(isMaximum(root) ? Op.MAX : Op.ADD, List.of(sums.get(i), real));
            values.add(new Statement.Set(sums.get(i).number(), next));
        }
        closeInner(cluster, values, inner);
        values.closeGroups(group);
        int scratch = values.operand(Operand.SCRATCH);
        for (int i = 0; i < sums.size(); i++) {
            var index = Affine.plus(Affine.variable(values.lane), 32 * i);
            values.add(new Statement.Store(scratch, index, sums.get(i)));
        }
        values.closeVector(values.lane, 32);
        for (int i = 0; i < sums.size(); i++) {
            tree(cluster.roots.get(i), values, kept, 32 * i);
        }
        closeOuter(cluster, values, outer);
        int units = units(cluster);
        double cost = Cost.nanos((double) cluster.full.size() / units * 32 * 8, cluster.weight);
        return finish(cluster, values, false, units, cost, nest(values));
    }

    private boolean isMaximum(int root) {
        return facts.node(root).prim() instanceof Prim.Max;
    }

    private double start(int root) {
        return isMaximum(root) ? Double.NEGATIVE_INFINITY : 0;
    }

    private void tree(int root, Values values, List<Index> kept, int from) {
        var index = values.index(root, Place.of(kept));
        values.writing(Operand.of(root), index);
        int operand = values.operand(Operand.of(root));
        int scratch = values.operand(Operand.SCRATCH);
        values.add(new Statement.Tree(operand, index, scratch, Affine.constant(from), isMaximum(root)));
    }

    private static int units(Cluster cluster) {
        return cluster.outer.rank() == 0 ? 1 : cluster.outer.extent(0);
    }

    /// Opens loops over the outer axes but the first, which is the unit.
    private static List<Integer> outerLoops(Cluster cluster, Values values, Index[] at) {
        var variables = new ArrayList<Integer>();
        var axes = Cluster.kept(cluster.inner, cluster.full.rank());
        for (int i = 0; i < axes.size(); i++) {
            if (i == 0) {
                at[axes.get(0)] = Affine.variable(Kernel.UNIT);
            } else {
                int variable = values.variable();
                variables.add(variable);
                at[axes.get(i)] = Affine.variable(variable);
                values.open(variable, false);
            }
        }
        return variables;
    }

    private static void closeOuter(Cluster cluster, Values values, List<Integer> variables) {
        for (int i = variables.size() - 1; i >= 0; i--) {
            values.closeFor(variables.get(i), cluster.outer.extent(i + 1));
        }
    }

    private static List<Integer> innerLoops(Cluster cluster, Values values, Index[] at) {
        var variables = new ArrayList<Integer>();
        for (int axis : cluster.inner) {
            int variable = values.variable();
            variables.add(variable);
            at[axis] = Affine.variable(variable);
            values.open(variable, false);
        }
        return variables;
    }

    private static void closeInner(Cluster cluster, Values values, List<Integer> variables) {
        for (int i = variables.size() - 1; i >= 0; i--) {
            values.closeFor(variables.get(i), cluster.full.extent(cluster.inner.get(i)));
        }
    }

    /// 32 partial sums, element j going to sum j mod 32, then the tree.
    private Step overBatch(Cluster cluster) {
        for (var form : BatchForm.values()) {
            var lowered = overBatch(cluster, form);
            if (lowered != null) {
                return lowered;
            }
        }
        throw new IllegalStateException("no form for " + facts.node(cluster.root));
    }

    private enum BatchForm {
        VECTOR,
        SCALAR,
        ANY_ORDER
    }

    private @org.jspecify.annotations.Nullable Step overBatch(Cluster cluster, BatchForm form) {
        boolean maximum = isMaximum(cluster.root);
        var values = new Values(facts, uniforms, n -> loads(cluster, n));
        var at = new Index[cluster.full.rank()];
        var outer = outerLoops(cluster, values, at);
        var kept = new ArrayList<Index>();
        for (int axis : Cluster.kept(cluster.inner, cluster.full.rank())) {
            kept.add(at[axis]);
        }
        int count = Math.toIntExact(cluster.full.size() / cluster.outer.size());
        double start = start(cluster.root);
        var op = maximum ? Op.MAX : Op.ADD;
        int input = facts.input(cluster.root, 0);
        int scratch = values.operand(Operand.SCRATCH);
        int lane = values.variable();
        if (form == BatchForm.ANY_ORDER) {
            values.open(lane, false);
            var sum = values.let(new Expression.Constant(start));
            var inner = innerLoops(cluster, values, at);
            var number = Affine.ZERO;
            for (int axis : cluster.inner) {
                number = Affine.plus(Affine.times(number, cluster.full.extent(axis)), at[axis]);
            }
            // The element belongs to this partial sum when (number - lane) / 32 is whole.
            var quotient = new Expression.Apply(
                    Op.MUL,
                    List.of(
                            new Expression.Position(Affine.plus(number, Affine.times(Affine.variable(lane), -1))),
                            new Expression.Constant(1.0 / 32)));
            var mine =
                    new Expression.Apply(Op.EQ, List.of(quotient, new Expression.Apply(Op.FLOOR, List.of(quotient))));
            var value = values.at(input, Place.of(List.of(at)));
            var next = new Expression.Apply(op, List.of(sum, value));
            values.add(new Statement.Set(sum.number(), new Expression.Apply(Op.SELECT, List.of(mine, next, sum))));
            closeInner(cluster, values, inner);
            values.add(new Statement.Store(scratch, Affine.variable(lane), sum));
            values.closeFor(lane, 32);
        } else {
            boolean vector = form == BatchForm.VECTOR;
            values.open(lane, vector);
            var sum = values.let(new Expression.Constant(start));
            int block = values.variable();
            values.open(block, false);
            var element = Affine.plus(Affine.times(Affine.variable(block), 32), Affine.variable(lane));
            var value = values.at(input, reduced(cluster, values, at, kept, element, count));
            values.add(new Statement.Set(sum.number(), new Expression.Apply(op, List.of(sum, value))));
            values.closeFor(block, count / 32);
            values.add(new Statement.Store(scratch, Affine.variable(lane), sum));
            if (vector) {
                values.closeVector(lane, 32);
            } else {
                values.closeFor(lane, 32);
            }
            if (count % 32 != 0) {
                int rest = values.variable();
                values.open(rest, false);
                var last = Affine.plus(Affine.variable(rest), count / 32 * 32);
                var more = values.at(input, reduced(cluster, values, at, kept, last, count));
                var before = new Expression.Load(scratch, Affine.variable(rest));
                values.add(new Statement.Store(
                        scratch, Affine.variable(rest), new Expression.Apply(op, List.of(before, more))));
                values.closeFor(rest, count % 32);
            }
        }
        tree(cluster.root, values, kept, 0);
        closeOuter(cluster, values, outer);
        if (values.failed) {
            return null;
        }
        double cost = Cost.nanos(count, cluster.weight) * (form == BatchForm.VECTOR ? 1 : 8);
        return finish(cluster, values, false, units(cluster), cost, nest(values));
    }

    /// The place of reduced element number `element`.
    private static Place reduced(
            Cluster cluster, Values values, Index[] at, List<Index> kept, Index element, int count) {
        if (cluster.inner.size() == 1) {
            at[cluster.inner.getFirst()] = element;
            return Place.of(List.of(at));
        }
        int rank = cluster.full.rank();
        for (int i = 0; i < cluster.inner.size(); i++) {
            if (cluster.inner.get(i) != rank - cluster.inner.size() + i) {
                values.failed = true;
                return Place.of(Values.zeros(rank));
            }
        }
        return Place.flat(Affine.plus(Affine.times(Affine.linear(kept, cluster.outer.extents()), count), element));
    }

    private Step finish(
            Cluster cluster, Values values, boolean perGroup, int units, double unitCost, Kernel.Work work) {
        return finish(facts, cluster, values, perGroup, units, unitCost, work);
    }

    static Kernel.Nest nest(Values values) {
        return new Kernel.Nest(Tidy.statements(values.statements(), 0));
    }

    static Step finish(
            Facts facts,
            Cluster cluster,
            Values values,
            boolean perGroup,
            int units,
            double unitCost,
            Kernel.Work work) {
        var operands = values.operands();
        var kernel = new Kernel(operands.size(), values.scalars().size(), perGroup, units, unitCost, work);
        boolean plain =
                cluster.kind == Cluster.Kind.LANE_TILE || cluster.kind == Cluster.Kind.MAP && cluster.inner.isEmpty();
        return new Step(
                kernel,
                operands,
                values.scalars(),
                Set.copyOf(values.reads()),
                Set.copyOf(values.writes()),
                plain ? values.sameIndex() : Set.of(),
                List.copyOf(cluster.members.keySet()),
                origin(facts, cluster));
    }

    private static Origin origin(Facts facts, Cluster cluster) {
        int n = cluster.root >= 0
                ? cluster.root
                : cluster.members.keySet().iterator().next();
        return facts.node(n).origin();
    }

    static Shape shape(Facts facts, int n) {
        return facts.node(n).type().shape();
    }

    static boolean isOuter(Cluster cluster, int n) {
        var at = cluster.members.get(n);
        return at != null && cluster.level(at) == Level.OUTER;
    }
}
