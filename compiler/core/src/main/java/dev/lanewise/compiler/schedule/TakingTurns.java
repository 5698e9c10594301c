package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Steps that are done in turns: where sums over the examples read large values that were just made, all of it is
/// done for a few groups of the batch, then for the next ones, so that these values are still in the cache. The sums
/// wait in memory for the next turn; their order stays the same.
final class TakingTurns {
    /// About so many numbers of the examples are gone through in one turn.
    private static final long NEAR = 1 << 16;
    /// Values of a batch that take less than so many turns are near anyhow.
    private static final int LEAST = 4;

    /// The steps from number `first` to before `end`, so many groups at a time.
    record Span(int first, int end, int groups) {}

    private final Facts facts;
    private final Map<Step, Cluster> sums;
    private final Reductions reductions;
    private final List<Step> steps = new ArrayList<>();
    private final List<Span> spans = new ArrayList<>();

    private TakingTurns(Facts facts, Map<Step, Cluster> sums, Reductions reductions) {
        this.facts = facts;
        this.sums = sums;
        this.reductions = reductions;
    }

    /// Replaces steps in their order by those that can be done in turns, and tells which; `sums` are those that
    /// make sums over the examples, with what they were made of.
    static List<Span> divide(
            List<Step> steps, Facts facts, IdentityHashMap<Step, Cluster> sums, Reductions reductions) {
        var turns = new TakingTurns(facts, sums, reductions);
        for (int at = 0; at < steps.size(); ) {
            int end = turns.end(steps, at);
            var span = turns.worthwhile(steps, at, end);
            turns.steps.addAll(steps.subList(at, span.first()));
            turns.take(steps.subList(span.first(), span.end()), span.groups());
            at = span.end();
        }
        steps.clear();
        steps.addAll(turns.steps);
        return turns.spans;
    }

    /// Where the steps from `first` on end that can be done group by group, none needing a sum of another.
    private int end(List<Step> all, int first) {
        var whole = new HashSet<Operand>();
        int end = first;
        for (; end < all.size(); end++) {
            var step = all.get(end);
            if (!step.reads().stream().noneMatch(whole::contains) || !isByGroups(step)) {
                break;
            }
            if (sums.containsKey(step)) {
                whole.addAll(step.writes());
            }
        }
        return end;
    }

    private boolean isByGroups(Step step) {
        if (!facts.fuse || !(step.kernel().work() instanceof Kernel.Nest)) {
            return false;
        }
        boolean draws = step.nodes().stream().anyMatch(n -> facts.node(n).prim() instanceof Prim.Random);
        boolean plain = step.operands().stream()
                .allMatch(o -> o.form() == Operand.Form.PLAIN || o.form() == Operand.Form.SCRATCH);
        return plain
                && !draws
                && (sums.containsKey(step)
                        || step.kernel().perGroup() && step.writes().stream().allMatch(this::isOfExamples));
    }

    private boolean isOfExamples(Operand operand) {
        return operand.form() != Operand.Form.SCRATCH
                && facts.node(operand.node()).type().perExample();
    }

    /// The numbers of an operand in each group.
    private long size(Operand operand) {
        return isOfExamples(operand) ? 32 * facts.shape(operand.node()).size() : 0;
    }

    /// Of the steps from `at` to `end`, from the first whose large values sums need to the last of these sums; none
    /// at the end when there are no such.
    private Span worthwhile(List<Step> all, int at, int end) {
        var made = new HashMap<Operand, Integer>();
        int first = end;
        int last = end;
        for (int i = at; i < end; i++) {
            var step = all.get(i);
            if (sums.containsKey(step)) {
                for (var operand : step.reads()) {
                    int maker = made.getOrDefault(operand, end);
                    if (maker < end) {
                        first = Math.min(first, maker);
                        last = i + 1;
                    }
                }
            } else {
                for (var operand : step.writes()) {
                    if (isLarge(operand)) {
                        made.put(operand, i);
                    }
                }
            }
        }
        if (first == end) {
            int next = Math.max(end, at + 1);
            return new Span(next, next, 0);
        }
        var touched = new HashSet<Operand>();
        all.subList(first, last).forEach(step -> touched.addAll(step.operands()));
        long each = touched.stream().mapToLong(this::size).sum();
        int most = (int) Math.max(1, NEAR / each);
        int groups = Math.ceilDiv(facts.batch, 32);
        return new Span(first, last, Math.ceilDiv(groups, Math.ceilDiv(groups, most)));
    }

    /// Whether values of one turn are near, but not those of a batch.
    private boolean isLarge(Operand operand) {
        long size = size(operand);
        return size <= NEAR && size * facts.batch / 32 >= LEAST * NEAR;
    }

    private void take(List<Step> together, int groups) {
        if (together.isEmpty()) {
            return;
        }
        var after = new ArrayList<Step>();
        var within = new ArrayList<Step>();
        for (var step : together) {
            var cluster = sums.get(step);
            if (cluster == null) {
                within.add(step);
                continue;
            }
            for (int root : cluster.roots) {
                steps.add(clear(step, root));
                after.add(trees(step, root));
            }
            within.add(reductions.overSomeExamples(cluster));
        }
        spans.add(new Span(steps.size(), steps.size() + within.size(), groups));
        steps.addAll(within);
        steps.addAll(after);
    }

    private Step clear(Step step, int root) {
        var waiting = new Operand(root, Operand.Form.WAITING);
        int unit = 32 * together(root);
        var place = Affine.plus(Affine.times(Affine.variable(Kernel.UNIT), unit), Affine.variable(Kernel.LANE));
        var store = new Statement.Store(0, place, new Expression.Constant(Reductions.start(facts, root)));
        var work = new Kernel.Nest(List.of(new Statement.Vector(Kernel.LANE, unit, List.of(store))));
        return of(step, root, work, 0.1 * unit, List.of(waiting), Set.of());
    }

    private Step trees(Step step, int root) {
        var waiting = new Operand(root, Operand.Form.WAITING);
        int count = together(root);
        var unit = Affine.variable(Kernel.UNIT);
        var tree = new Statement.Tree(
                1,
                Affine.times(unit, count),
                0,
                Affine.times(unit, 32 * count),
                count,
                Reductions.isMaximum(facts, root));
        var work = new Kernel.Nest(List.of(tree));
        return of(step, root, work, 6.0 * count, List.of(waiting, Operand.of(root)), Set.of(waiting));
    }

    private int places(int root) {
        return Math.toIntExact(facts.shape(root).size());
    }

    private int together(int root) {
        return Lowering.divisor(places(root), Reductions.TOGETHER);
    }

    private Step of(Step step, int root, Kernel.Work work, double cost, List<Operand> operands, Set<Operand> reads) {
        var kernel = new Kernel(operands.size(), 0, false, places(root) / together(root), cost, work);
        var writes = Set.copyOf(operands);
        return new Step(kernel, operands, List.of(), reads, writes, Set.of(), List.of(root), step.origin());
    }
}
