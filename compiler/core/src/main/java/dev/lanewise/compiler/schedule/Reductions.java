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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Sums and maxima whose result is batch-wide: over the examples, or over elements of a batch-wide value. Both go to
/// 32 partial sums, which a fixed tree adds up, so that the result does not depend on vectors and threads.
final class Reductions {
    /// Elements whose maximum takes no longer one by one than in lanes.
    private static final int FEW = 64;
    /// The most sums over the examples that one kernel makes for each unit.
    static final int ROOTS = 4;
    /// A unit makes sums of so many places at most, one behind the other, so that their trees are gone through
    /// together.
    static final int TOGETHER = 32;
    /// Places whose sum takes far longer than its tree.
    private static final int LONG = 128;

    private final Facts facts;
    private final Fusion fusion;
    private final List<Uniform> uniforms;

    Reductions(Facts facts, Fusion fusion, List<Uniform> uniforms) {
        this.facts = facts;
        this.fusion = fusion;
        this.uniforms = uniforms;
    }

    private Values values(Cluster cluster) {
        return new Values(facts, uniforms, n -> fusion.stored[n] && fusion.home[n] != cluster);
    }

    Step overExamples(Cluster cluster) {
        return overExamples(cluster, false);
    }

    /// Adds some groups of the batch to sums that wait in memory for others, and for the trees.
    Step overSomeExamples(Cluster cluster) {
        return overExamples(cluster, true);
    }

    private Step overExamples(Cluster cluster, boolean waiting) {
        var values = values(cluster);
        var at = new Index[cluster.full.rank()];
        int together = together(cluster);
        var outer = outerLoops(cluster, values, at, together);
        var kept = kept(cluster, at);
        int within = together > 1 ? values.variable() : -1;
        if (together > 1) {
            at[Cluster.kept(cluster.inner, cluster.full.rank()).getFirst()] =
                    Affine.plus(kept.getFirst(), Affine.variable(within));
            values.open(within, false);
        }
        values.lane = values.variable();
        int group = values.variable();
        values.open(values.lane, true);
        var sums = new ArrayList<Expression.Temporary>();
        var place = Affine.times(Affine.linear(kept(cluster, at), cluster.outer.extents()), 32);
        for (int root : cluster.roots) {
            sums.add(values.let(
                    waiting
                            ? values.waiting(root, Affine.plus(place, Affine.variable(values.lane)))
                            : new Expression.Constant(start(root))));
        }
        values.group = group;
        values.open(group, false);
        var inner = innerLoops(cluster, values, at);
        for (int i = 0; i < sums.size(); i++) {
            int root = cluster.roots.get(i);
            var lane = Affine.variable(values.lane);
            var value = values.at(facts.input(root, 0), Place.of(List.of(at)));
            var sum = sums.get(i);
            Expression next;
            if (facts.node(root).prim() instanceof Prim.SumOfProducts) {
                var other = values.at(facts.input(root, 1), Place.of(List.of(at)));
                var more = new Expression.Apply(Op.FMA, List.of(value, other, sum));
                next = new Expression.WhereReal(group, lane, more, sum);
            } else {
                var real = new Expression.WhereReal(group, lane, value, new Expression.Constant(start(root)));
                next = new Expression.Apply(isMaximum(root) ? Op.MAX : Op.ADD, List.of(sum, real));
            }
            values.add(new Statement.Set(sum.number(), next));
        }
        closeInner(cluster, values, inner);
        values.closeGroups(group);
        int scratch = waiting ? -1 : values.operands.number(Operand.SCRATCH);
        for (int i = 0; i < sums.size(); i++) {
            if (waiting) {
                var operand = new Operand(cluster.roots.get(i), Operand.Form.WAITING);
                var index = Affine.plus(place, Affine.variable(values.lane));
                values.operands.writing(operand, index);
                values.add(new Statement.Store(values.operands.number(operand), index, sums.get(i)));
                continue;
            }
            var index = Affine.plus(Affine.variable(values.lane), 32 * together * i);
            if (together > 1) {
                index = Affine.plus(index, Affine.times(Affine.variable(within), 32));
            }
            values.add(new Statement.Store(scratch, index, sums.get(i)));
        }
        values.closeVector(values.lane, 32);
        if (together > 1) {
            values.closeFor(within, together);
        }
        for (int i = 0; i < sums.size() && !waiting; i++) {
            tree(cluster.roots.get(i), values, kept, 32 * together * i, together);
        }
        closeOuter(cluster, values, outer);
        int units = units(cluster) / together;
        double cost = Cost.nanos((double) cluster.full.size() / units * 32 * 8, cluster.weight);
        return Lowering.finish(facts, cluster, values, false, units, cost, Lowering.nest(values));
    }

    /// How many sums a unit makes: those of the only axis that is left, where they lie side by side. Long sums are
    /// units of their own, so that several workers share them.
    private static int together(Cluster cluster) {
        int places = Math.toIntExact(cluster.full.size() / cluster.outer.size());
        int most = Math.min(TOGETHER, Math.min(Kernel.SCRATCH / 32 / cluster.roots.size(), 1 + LONG / places));
        int together = cluster.outer.rank() == 1 ? Math.min(most, units(cluster)) : 1;
        while (units(cluster) % together != 0) {
            together--;
        }
        return together;
    }

    private static List<Index> kept(Cluster cluster, Index[] at) {
        return Cluster.kept(cluster.inner, cluster.full.rank()).stream()
                .map(axis -> at[axis])
                .toList();
    }

    private boolean isMaximum(int root) {
        return isMaximum(facts, root);
    }

    static boolean isMaximum(Facts facts, int root) {
        return facts.node(root).prim() instanceof Prim.Max;
    }

    private double start(int root) {
        return start(facts, root);
    }

    /// What a sum or a maximum begins with.
    static double start(Facts facts, int root) {
        return isMaximum(facts, root) ? Double.NEGATIVE_INFINITY : 0;
    }

    private void tree(int root, Values values, List<Index> kept, int from, int count) {
        var index = values.index(root, Place.of(kept));
        values.operands.writing(Operand.of(root), index);
        int operand = values.operands.number(Operand.of(root));
        int scratch = values.operands.number(Operand.SCRATCH);
        values.add(new Statement.Tree(operand, index, scratch, Affine.constant(from), count, isMaximum(root)));
    }

    private static int units(Cluster cluster) {
        return cluster.outer.rank() == 0 ? 1 : cluster.outer.extent(0);
    }

    /// Opens loops over the outer axes but the first, whose places `together` make a unit.
    private static List<Integer> outerLoops(Cluster cluster, Values values, Index[] at, int together) {
        return outerLoops(cluster, values, at, together, false);
    }

    private static List<Integer> outerLoops(Cluster cluster, Values values, Index[] at, int together, boolean vector) {
        var variables = new ArrayList<Integer>();
        var axes = Cluster.kept(cluster.inner, cluster.full.rank());
        for (int i = 0; i < axes.size(); i++) {
            if (i == 0) {
                at[axes.get(0)] = Affine.times(Affine.variable(Kernel.UNIT), together);
            } else {
                int variable = values.variable();
                variables.add(variable);
                at[axes.get(i)] = Affine.variable(variable);
                values.open(variable, vector && i == axes.size() - 1);
            }
        }
        return variables;
    }

    private static void closeOuter(Cluster cluster, Values values, List<Integer> variables) {
        closeOuter(cluster, values, variables, false);
    }

    private static void closeOuter(Cluster cluster, Values values, List<Integer> variables, boolean vector) {
        for (int i = variables.size() - 1; i >= 0; i--) {
            if (vector && i == variables.size() - 1) {
                values.closeVector(variables.get(i), cluster.outer.extent(i + 1));
            } else {
                values.closeFor(variables.get(i), cluster.outer.extent(i + 1));
            }
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

    /// 32 partial sums, element j going to sum j mod 32, then the tree. A maximum is the same in any order: that of
    /// few elements is found one after the other.
    Step overBatch(Cluster cluster) {
        if (isMaximum(cluster.root) && cluster.full.size() / cluster.outer.size() < FEW) {
            var vector = cluster.outer.rank() > 1 ? maximumOfFew(cluster, true) : null;
            return vector != null ? vector : Objects.requireNonNull(maximumOfFew(cluster, false));
        }
        for (var form : BatchForm.values()) {
            var lowered = overBatch(cluster, form);
            if (lowered != null) {
                return lowered;
            }
        }
        throw new CompilerBug("no form for " + facts.node(cluster.root));
    }

    /// `vector` goes along the last of the axes that are left, where its places are neighbours in memory.
    private @Nullable Step maximumOfFew(Cluster cluster, boolean vector) {
        var values = values(cluster);
        var at = new Index[cluster.full.rank()];
        var outer = outerLoops(cluster, values, at, 1, vector);
        var most = values.let(new Expression.Constant(start(cluster.root)));
        var inner = innerLoops(cluster, values, at);
        var value = values.at(facts.input(cluster.root, 0), Place.of(List.of(at)));
        values.add(new Statement.Set(most.number(), new Expression.Apply(Op.MAX, List.of(most, value))));
        closeInner(cluster, values, inner);
        var kept = kept(cluster, at);
        values.store(cluster.root, Place.of(kept), most);
        closeOuter(cluster, values, outer, vector);
        if (values.failed) {
            return null;
        }
        double cost = cluster.full.size() * (1.0 + cluster.weight) / units(cluster) / (vector ? 8 : 1);
        return Lowering.finish(facts, cluster, values, false, units(cluster), cost, Lowering.nest(values));
    }

    private enum BatchForm {
        VECTOR,
        SCALAR,
        ANY_ORDER
    }

    private @Nullable Step overBatch(Cluster cluster, BatchForm form) {
        boolean maximum = isMaximum(cluster.root);
        var values = values(cluster);
        var at = new Index[cluster.full.rank()];
        var outer = outerLoops(cluster, values, at, 1);
        var kept = kept(cluster, at);
        int count = Math.toIntExact(cluster.full.size() / cluster.outer.size());
        double start = start(cluster.root);
        var op = maximum ? Op.MAX : Op.ADD;
        int input = facts.input(cluster.root, 0);
        int scratch = values.operands.number(Operand.SCRATCH);
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
        tree(cluster.root, values, kept, 0, 1);
        closeOuter(cluster, values, outer);
        if (values.failed) {
            return null;
        }
        double cost = Cost.nanos(count, cluster.weight) * (form == BatchForm.VECTOR ? 1 : 8);
        return Lowering.finish(facts, cluster, values, false, units(cluster), cost, Lowering.nest(values));
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
}
