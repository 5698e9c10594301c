package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram.Uniform;
import dev.lanewise.compiler.loops.Statement;
import dev.lanewise.compiler.schedule.Cluster.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// A map over the examples in the lanes. Its loops over the inner axes are phases: each reduction ends one, and what
/// needs its result comes in a later one. What a later phase needs once more is computed again when that is cheap,
/// else stored.
final class Phases {
    private final Facts facts;
    private final Fusion fusion;
    private final List<Uniform> uniforms;
    private final Cluster cluster;
    /// The first phase in which a member's inputs are complete.
    private final Map<Integer, Integer> ready = new HashMap<>();
    private final Set<Long> visited = new HashSet<>();
    private int phase;

    Phases(Facts facts, Fusion fusion, List<Uniform> uniforms, Cluster cluster) {
        this.facts = facts;
        this.fusion = fusion;
        this.uniforms = uniforms;
        this.cluster = cluster;
    }

    Step lower() {
        int phases = 1;
        for (int n : cluster.members.keySet()) {
            int at = ready(n);
            phases = Math.max(phases, isReduction(n) || isOuter(n) && !cluster.inner.isEmpty() ? at : at + 1);
        }
        for (int n : List.copyOf(cluster.members.keySet())) {
            if (isReduction(n)) {
                need(facts.input(n, 0), ready(n) - 1);
            } else if (isStored(n) && !isOuter(n)) {
                need(n, ready(n));
            }
        }
        var values = new Values(facts, uniforms, this::loads);
        var at = new Index[cluster.full.rank()];
        values.lane = values.variable();
        values.open(values.lane, true);
        var outer = new ArrayList<Integer>();
        var axes = Cluster.kept(cluster.inner, cluster.full.rank());
        for (int i = 0; i < axes.size(); i++) {
            int variable = i == 0 ? Kernel.UNIT : values.variable();
            at[axes.get(i)] = Affine.variable(variable);
            if (i > 0) {
                outer.add(variable);
                values.open(variable, false);
            }
        }
        var outerPlace = Place.of(axes.stream().map(a -> at[a]).toList());
        for (phase = 0; phase < phases; phase++) {
            storeOuter(values, outerPlace);
            loop(values, at, outerPlace);
        }
        storeOuter(values, outerPlace);
        for (int i = outer.size() - 1; i >= 0; i--) {
            values.closeFor(outer.get(i), cluster.outer.extent(i + 1));
        }
        values.closeVector(values.lane, 32);
        if (values.failed) {
            throw new CompilerBug("cannot be lowered: " + cluster.members.keySet());
        }
        int units = cluster.outer.rank() == 0 ? 1 : cluster.outer.extent(0);
        double cost = Cost.nanos((double) cluster.full.size() / units * 32, cluster.weight);
        return Lowering.finish(facts, cluster, values, true, units, cost, Lowering.nest(values));
    }

    private void storeOuter(Values values, Place place) {
        if (cluster.inner.isEmpty()) {
            return;
        }
        for (int n : cluster.members.keySet()) {
            if (isStored(n) && isOuter(n) && ready(n) == phase) {
                values.store(n, place, values.held(n, place));
            }
        }
    }

    private void loop(Values values, Index[] at, Place outerPlace) {
        var reductions = cluster.members.keySet().stream()
                .filter(n -> isReduction(n) && ready(n) - 1 == phase)
                .toList();
        var stores = cluster.members.keySet().stream()
                .filter(n ->
                        isStored(n) && !isReduction(n) && (cluster.inner.isEmpty() || !isOuter(n)) && ready(n) == phase)
                .toList();
        if (reductions.isEmpty() && stores.isEmpty()) {
            return;
        }
        var sums = new ArrayList<Expression.Temporary>();
        for (int n : reductions) {
            boolean maximum = facts.node(n).prim() instanceof Prim.Max;
            sums.add(values.let(new Expression.Constant(maximum ? Double.NEGATIVE_INFINITY : 0)));
        }
        var variables = new ArrayList<Integer>();
        for (int axis : cluster.inner) {
            int variable = values.variable();
            variables.add(variable);
            at[axis] = Affine.variable(variable);
            values.open(variable, false);
        }
        var place = Place.of(List.of(at));
        var held = new ArrayList<Expression>();
        for (int n : stores) {
            held.add(values.held(n, place));
        }
        for (int i = 0; i < reductions.size(); i++) {
            int n = reductions.get(i);
            var op = facts.node(n).prim() instanceof Prim.Max ? Op.MAX : Op.ADD;
            var next = new Expression.Apply(op, List.of(sums.get(i), values.at(facts.input(n, 0), place)));
            values.add(new Statement.Set(sums.get(i).number(), next));
        }
        for (int i = 0; i < stores.size(); i++) {
            values.store(stores.get(i), place, held.get(i));
        }
        for (int i = variables.size() - 1; i >= 0; i--) {
            values.closeFor(variables.get(i), cluster.full.extent(cluster.inner.get(i)));
        }
        for (int i = 0; i < reductions.size(); i++) {
            values.know(reductions.get(i), outerPlace, sums.get(i));
        }
    }

    private boolean loads(int n) {
        return fusion.stored[n] && (fusion.home[n] != cluster || !isOuter(n) && ready(n) < phase);
    }

    private boolean isStored(int n) {
        return fusion.stored[n] && fusion.home[n] == cluster;
    }

    private boolean isOuter(int n) {
        return Lowering.isOuter(cluster, n);
    }

    private boolean isReduction(int n) {
        return fusion.home[n] == cluster
                && (facts.node(n).prim() instanceof Prim.Sum || facts.node(n).prim() instanceof Prim.Max);
    }

    /// The number of the first phase in which the value can be had.
    private int ready(int n) {
        var known = ready.get(n);
        if (known != null) {
            return known;
        }
        int at = 0;
        if (!facts.isUniform(n) && (!fusion.stored[n] || fusion.home[n] == cluster)) {
            for (var input : facts.node(n).inputs()) {
                at = Math.max(at, ready(input.node()));
            }
            at += isReduction(n) ? 1 : 0;
        }
        ready.put(n, at);
        return at;
    }

    /// Marks what has to be stored for `n` to be had in phase `when`.
    private void need(int n, int when) {
        if (facts.isUniform(n) || isReduction(n) || !visited.add(((long) n << 20) + when)) {
            return;
        }
        if (fusion.stored[n] && (fusion.home[n] != cluster || ready(n) < when || isOuter(n))) {
            return;
        }
        var place = cluster.members.get(n);
        boolean full = place != null && cluster.level(place) == Level.FULL && fusion.home[n] == cluster;
        if (full && ready(n) < when && !Cost.cheap(facts.node(n))) {
            fusion.stored[n] = true;
            need(n, ready(n));
            return;
        }
        for (var input : facts.node(n).inputs()) {
            need(input.node(), when);
        }
    }
}
