package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.compiler.loops.LoopProgram.Call;
import dev.lanewise.compiler.loops.LoopProgram.Uniform;
import dev.lanewise.compiler.loops.Statement;
import dev.lanewise.runtime.model.Layout;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// One entry: its steps in order, the updates of weights, and its memory.
final class EntrySchedule {
    private final String name;
    private final Facts facts;
    private final List<Layout.Slot> slots;
    private final MemoryPlan memory;
    private final List<Result> fetched = new ArrayList<>();
    private final Set<String> updated = new HashSet<>();

    final List<Step> steps = new ArrayList<>();
    private final List<TakingTurns.Span> turns;
    private final Map<Integer, InStrips.Span> strips = new HashMap<>();

    /// The entry's own batch-wide values begin at `start`, behind `slots`.
    EntrySchedule(String name, Facts facts, List<Uniform> uniforms, List<Layout.Slot> slots, long start) {
        this.name = name;
        this.facts = facts;
        this.slots = slots;
        var fusion = new Fusion(facts);
        var lowering = new Lowering(facts, fusion, uniforms);
        var sums = new IdentityHashMap<Step, Cluster>();
        var cleared = new HashSet<Integer>();
        var turned = new HashSet<Operand>();
        copyBefore();
        for (var cluster : fusion.clusters()) {
            var step = lowering.lower(cluster);
            prepare(step, cleared, turned);
            steps.add(step);
            if (cluster.kind == Cluster.Kind.OVER_EXAMPLES) {
                sums.put(step, cluster);
            }
            int node = step.nodes().getFirst();
            if (step.kernel().work() instanceof Kernel.RunTile) {
                var products = Objects.requireNonNull(ExampleProducts.of(facts, node));
                steps.add(products.inOrder(facts, node, step.origin()));
            }
        }
        arrangeInputs();
        order();
        var inStrips = InStrips.divide(steps, facts);
        turns = TakingTurns.divide(steps, facts, sums, new Reductions(facts, fusion, uniforms));
        for (var span : inStrips) {
            int first = steps.indexOf(span.first());
            strips.put(first, span);
            turns.add(new TakingTurns.Span(first, first + InStrips.Span.STEPS, 0));
        }
        turns.sort(Comparator.comparingInt(TakingTurns.Span::first));
        var inPlace = updates(fusion);
        var keep = new LinkedHashSet<Operand>();
        for (var result : facts.results) {
            if (result.role() != Role.UPDATE) {
                fetched.add(result);
                keep.add(operand(result));
            }
        }
        memory = new MemoryPlan(facts, slots, start, steps, turns, InStrips.sizes(inStrips, steps), keep, inPlace);
    }

    /// Inputs in lanes, for whoever reads them so.
    private void arrangeInputs() {
        var plain = new LinkedHashSet<Operand>();
        steps.forEach(step -> plain.addAll(step.reads()));
        facts.results.forEach(result -> plain.add(operand(result)));
        for (var lanes : plain) {
            var rows = facts.fed(lanes.node());
            if (rows != null && lanes.form() == Operand.Form.PLAIN && !rows.equals(lanes)) {
                steps.addFirst(rearrange(rows, lanes, facts.node(lanes.node()).origin()));
            }
        }
    }

    private Step rearrange(Operand from, Operand to, Origin origin) {
        int size = Math.toIntExact(facts.shape(to.node()).size());
        return move(
                new Kernel.Rearrange(size, arrangement(from), arrangement(to)).kernel(),
                List.of(from, to),
                from,
                to,
                origin);
    }

    private static Kernel.Arrangement arrangement(Operand operand) {
        return switch (operand.form()) {
            case ROWS -> Kernel.Arrangement.ROWS;
            case PANELS -> Kernel.Arrangement.PANELS;
            default -> Kernel.Arrangement.LANES;
        };
    }

    private void order() {
        var updates = new HashMap<Integer, List<String>>();
        var kept = new HashSet<Integer>();
        for (var result : facts.results) {
            int n = operand(result).node();
            if (result.role() == Role.UPDATE) {
                updates.computeIfAbsent(n, k -> new ArrayList<>()).add(result.name());
            } else {
                kept.add(n);
            }
        }
        var ordered = Order.of(steps, this::weightName, updates, kept);
        steps.clear();
        steps.addAll(ordered);
    }

    private Operand operand(Result result) {
        var operand = Operand.of(facts.storage(result.value().node()));
        var weight = weightName(operand);
        boolean own = result.role() == Role.UPDATE && weight.equals(result.name());
        boolean changes = !own && updated.contains(weight);
        return changes ? new Operand(operand.node(), Operand.Form.BEFORE) : operand;
    }

    /// Results that are weights as they were before their update.
    private void copyBefore() {
        for (var result : facts.results) {
            if (result.role() == Role.UPDATE) {
                updated.add(result.name());
            }
        }
        var before = new HashSet<Operand>();
        for (var result : facts.results) {
            var operand = operand(result);
            if (operand.form() == Operand.Form.BEFORE && before.add(operand)) {
                long size = facts.shape(operand.node()).size();
                steps.add(copy(Operand.of(operand.node()), operand, Lowering.padded(size), result));
            }
        }
    }

    /// Products over the examples need zeros for the examples that are not there, and one operand in panels or
    /// runs.
    private void prepare(Step step, Set<Integer> cleared, Set<Operand> turned) {
        boolean tile = step.kernel().work() instanceof Kernel.ExampleTile
                || step.kernel().work() instanceof Kernel.RunTile;
        boolean nest = step.kernel().work() instanceof Kernel.Nest
                && step.nodes().stream()
                        .map(n -> facts.node(n).prim())
                        .anyMatch(p -> p instanceof Prim.Contract(var spec) && spec.examples()
                                || p instanceof Prim.ScatterAdd(int _, boolean examples) && examples);
        if (!tile && !nest) {
            return;
        }
        for (var operand : step.operands()) {
            if (!step.reads().contains(operand)
                    || !facts.node(operand.node()).type().perExample()) {
                continue;
            }
            int n = operand.node();
            var lanes = Operand.of(n);
            int size = Math.toIntExact(facts.shape(n).size());
            var rows = facts.fed(n);
            if (operand.form() == Operand.Form.PANELS && rows != null && !rows.equals(lanes)) {
                // The other operand is 0 where there is no example.
                if (turned.add(operand)) {
                    steps.add(rearrange(rows, operand, step.origin()));
                }
                continue;
            }
            if (cleared.add(n)) {
                var clear = new Kernel(1, 0, false, 1, size, new Kernel.ClearPadding(size));
                steps.add(move(clear, List.of(lanes), lanes, lanes, step.origin()));
            }
            if (operand.form() != Operand.Form.PLAIN && turned.add(operand)) {
                if (operand.form() == Operand.Form.PANELS) {
                    steps.add(rearrange(lanes, operand, step.origin()));
                } else {
                    var runs = new Kernel.ToRuns(operand.columns(), size / operand.columns()).kernel();
                    steps.add(move(runs, List.of(lanes, operand), lanes, operand, step.origin()));
                }
            }
        }
    }

    private static Step move(Kernel kernel, List<Operand> operands, Operand from, Operand to, Origin origin) {
        return new Step(kernel, operands, List.of(), Set.of(from), Set.of(to), Set.of(), List.of(from.node()), origin);
    }

    /// Finds the new values that can be stored right into their weight, and adds copies for the others.
    private Map<Integer, Integer> updates(Fusion fusion) {
        var weights = new HashMap<String, Integer>();
        for (int i = 0; i < slots.size(); i++) {
            weights.put(slots.get(i).name(), i);
        }
        var lastRead = new HashMap<String, Integer>();
        var writer = new HashMap<Integer, Integer>();
        for (int i = 0; i < steps.size(); i++) {
            for (var operand : steps.get(i).reads()) {
                var weight = weightName(operand);
                if (!weight.isEmpty()) {
                    boolean harmless = steps.get(i).replaceable().contains(operand);
                    lastRead.merge(weight, harmless ? 2 * i : 2 * i + 1, Math::max);
                }
            }
            for (var operand : steps.get(i).writes()) {
                if (operand.form() != Operand.Form.WAITING) {
                    writer.merge(operand.node(), i, (a, b) -> -1);
                }
            }
        }
        var inPlace = new HashMap<Integer, Integer>();
        var copies = new ArrayList<Step>();
        for (var result : facts.results) {
            if (result.role() != Role.UPDATE) {
                continue;
            }
            var from = operand(result);
            if (weightName(from).equals(result.name())) {
                continue;
            }
            int weight = CompilerBug.expect(weights, result.name());
            int at = writer.getOrDefault(from.node(), -1);
            if (from.form() == Operand.Form.PLAIN
                    && fusion.home[from.node()] != null
                    && at >= 0
                    && !inPlace.containsKey(from.node())
                    && lastRead.getOrDefault(result.name(), -1) <= 2 * at) {
                inPlace.put(from.node(), weight);
            } else {
                copies.add(copy(
                        from, new Operand(weight, Operand.Form.WEIGHT), MemoryPlan.size(slots.get(weight)), result));
            }
        }
        steps.addAll(copies);
        return inPlace;
    }

    private String weightName(Operand operand) {
        if (operand.form() != Operand.Form.PLAIN) {
            return "";
        }
        return switch (facts.node(operand.node()).prim()) {
            case Prim.Parameter(var weight) -> weight;
            case Prim.State(var state) -> state;
            default -> "";
        };
    }

    private Step copy(Operand from, Operand to, long numbers, Result result) {
        int size = Math.toIntExact(numbers);
        int variable = Kernel.LANE;
        var index = Affine.variable(variable);
        var store = new Statement.Store(1, index, new Expression.Load(0, index));
        var nest = new Kernel.Nest(List.of(new Statement.Vector(variable, size, List.of(store))));
        return move(
                new Kernel(2, 0, false, 1, size / 8.0, nest),
                List.of(from, to),
                from,
                to,
                facts.graph.node(result.value()).origin());
    }

    long batchArena() {
        return memory.batch.end();
    }

    Layout.Entry layout() {
        var feeds = new ArrayList<Layout.Feed>();
        memory.numbers.forEach((operand, buffer) -> {
            if (memory.isFeed(operand) && facts.node(operand.node()).prim() instanceof Prim.Input(var port)) {
                feeds.add(new Layout.Feed(port, buffer));
            }
        });
        var fetches = fetched.stream()
                .map(r -> new Layout.Fetch(
                        r.role().name(),
                        r.name(),
                        facts.graph.type(r.value()).shape().extents(),
                        CompilerBug.expect(memory.numbers, operand(r))))
                .toList();
        return new Layout.Entry(name, memory.examples.end(), memory.buffers, feeds, fetches);
    }

    /// The calls; kernels that are not yet in `kernels` are added to it.
    LoopProgram.Entry calls(Map<Kernel, Integer> kernels) {
        var calls = new ArrayList<Call>();
        var inTurns = new ArrayList<LoopProgram.Turns>();
        var inStrips = new ArrayList<LoopProgram.Strips>();
        var barriers = new Barriers(memory.buffers);
        for (var span : turns) {
            steps.subList(calls.size(), span.first()).forEach(step -> calls.add(call(step, barriers, kernels)));
            var once = steps.subList(span.first(), span.end());
            var strip = strips.get(span.first());
            if (strip != null) {
                inStrips.add(strip(span, strip));
                stripCalls(once, strip, barriers, kernels, calls);
                continue;
            }
            var first = once.stream().map(step -> call(step, barriers, kernels)).toList();
            // What a turn does, the next one finds done.
            var next = once.stream().map(step -> call(step, barriers, kernels)).toList();
            for (int i = 0; i < first.size(); i++) {
                calls.add(next.get(i).barrier() ? next.get(i) : first.get(i));
            }
            inTurns.add(new LoopProgram.Turns(span.first(), span.end(), span.groups(), memory.within(span)));
        }
        steps.subList(calls.size(), steps.size()).forEach(step -> calls.add(call(step, barriers, kernels)));
        return new LoopProgram.Entry(calls, inTurns, inStrips);
    }

    private LoopProgram.Strips strip(TakingTurns.Span span, InStrips.Span strip) {
        var stay = memory.within(span).stream()
                .filter(numbers(strip.stay())::contains)
                .toList();
        return new LoopProgram.Strips(
                span.first(), span.end(), strip.strips(), strip.distances(), stay, InStrips.room(strip));
    }

    /// Workers meet before the first if at all: between them, each reads what it has made itself.
    private void stripCalls(
            List<Step> once, InStrips.Span strip, Barriers barriers, Map<Kernel, Integer> kernels, List<Call> calls) {
        var reads = new LinkedHashSet<Operand>();
        var writes = new LinkedHashSet<Operand>();
        once.forEach(step -> {
            reads.addAll(step.reads());
            writes.addAll(step.writes());
        });
        boolean barrier = barriers.before(numbers(reads), numbers(writes), false);
        for (var step : once) {
            calls.add(call(step, barrier, strip.strips(), kernels));
            barrier = false;
        }
    }

    private List<Integer> numbers(Collection<Operand> operands) {
        return operands.stream()
                .map(operand -> CompilerBug.expect(memory.numbers, operand))
                .toList();
    }

    private Call call(Step step, Barriers barriers, Map<Kernel, Integer> kernels) {
        boolean barrier = barriers.before(
                numbers(step.reads()), numbers(step.writes()), step.kernel().isAlone());
        return call(step, barrier, 1, kernels);
    }

    private Call call(Step step, boolean barrier, int times, Map<Kernel, Integer> kernels) {
        var number = kernels.computeIfAbsent(step.kernel(), k -> kernels.size());
        return new Call(number, numbers(step.operands()), step.uniforms(), barrier, step.origin(), times);
    }
}
