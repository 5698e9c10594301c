package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Meanwhile;
import dev.lanewise.compiler.graph.Metric;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.compiler.loops.LoopProgram.Uniform;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.train.Pretraining;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Turns the graphs of a network into one program: kernels, the calls of each entry, and where everything lies.
public final class Scheduler {

    /// `keep`: results of these roles (GRADIENT, VALUE) can be read after a run, too. Without `fuse` every node has
    /// a kernel of its own and its value is stored (views alone are looked through): a walk from node to node with
    /// fast kernels, which fusion is measured against.
    public record Options(Set<Role> keep, boolean doublePrecision, boolean fuse) {
        public Options {
            keep = Set.copyOf(keep);
        }

        public Options(Set<Role> keep, boolean doublePrecision) {
            this(keep, doublePrecision, true);
        }
    }

    private final Options options;
    private final Uniforms uniforms = new Uniforms();
    private final Map<Kernel, Integer> kernels;
    private final List<Layout.Slot> slots = new ArrayList<>();
    private long weightsEnd;
    /// The examples that a batch of training probably has; 0 where nothing is trained.
    private int batch;

    private Scheduler(Options options, Map<Kernel, Integer> kernels) {
        this.options = options;
        this.kernels = kernels;
    }

    /// The program whose entries are these graphs, by name, of whose results the updates are wanted. `slots` are
    /// all weights that they read or write; their places follow.
    public static LoopProgram schedule(List<Layout.Slot> slots, Map<String, Graph> entries, Options options) {
        var scheduler = new Scheduler(options, new LinkedHashMap<>());
        slots.forEach(slot -> scheduler.place(slot.name(), slot.kind(), slot.shape()));
        var wanted = new ArrayList<Wanted>();
        entries.forEach((name, graph) -> wanted.add(
                scheduler.wanted(name, graph, EnumSet.of(Role.UPDATE), scheduler.slots, scheduler.weightsEnd)));
        return scheduler.program(wanted, scheduler.weightsEnd, List.of());
    }

    /// `trainingStep` is the training graph with gradients and updates; it has no results in a network that cannot
    /// be trained.
    public static LoopProgram schedule(Model model, Graph trainingStep, Graph prediction, Options options) {
        return schedule(model, trainingStep, prediction, Map.of(), options, new LinkedHashMap<>());
    }

    /// As the other, with the training steps of pretraining by their layers, for one of several programs that share
    /// their kernels: `kernels` are those so far and their numbers, to which new ones are added.
    public static LoopProgram schedule(
            Model model,
            Graph trainingStep,
            Graph prediction,
            Map<String, Graph> stages,
            Options options,
            Map<Kernel, Integer> kernels) {
        return new Scheduler(options, kernels).schedule(model, trainingStep, prediction, stages);
    }

    private LoopProgram schedule(Model model, Graph trainingStep, Graph prediction, Map<String, Graph> stages) {
        batch = model.train().batch();
        for (var weight : model.weights()) {
            place(weight.name(), weight.kind().name(), weight.shape().extents());
        }
        var train = EnumSet.of(Role.LOSS, Role.METRIC_SUM, Role.AUC, Role.UPDATE);
        if (options.keep().contains(Role.VALUE)) {
            train.add(Role.OUTPUT);
        }
        train.addAll(options.keep());
        var evaluate = EnumSet.of(Role.LOSS, Role.OUTPUT, Role.METRIC_SUM, Role.AUC, Role.CONFUSION);
        evaluate.addAll(options.keep());
        var one = OneExample.of(prediction);
        var shared = new ArrayList<>(slots);
        long preparedEnd = weightsEnd;
        for (var prepared : one.prepared().entrySet()) {
            var slot = new Layout.Slot(
                    prepared.getKey(), "PREPARED", prepared.getValue().extents(), preparedEnd);
            shared.add(slot);
            preparedEnd += MemoryPlan.size(slot);
        }
        var entries = new ArrayList<>(List.of(
                wanted("train", trainingStep, train, slots, weightsEnd),
                wanted("evaluate", prediction, evaluate, slots, weightsEnd),
                wanted("predict", prediction, EnumSet.of(Role.OUTPUT), slots, weightsEnd),
                wanted("prepare", one.prepare(), EnumSet.of(Role.UPDATE), shared, preparedEnd),
                wanted("one", one.graph(), EnumSet.of(Role.OUTPUT), shared, preparedEnd)));
        stages.forEach((layer, step) -> entries.add(
                wanted(Pretraining.ENTRY + layer, step, EnumSet.of(Role.LOSS, Role.UPDATE), slots, weightsEnd)));
        return program(entries, preparedEnd, model.metrics());
    }

    /// The first entry is the training step, with more to do than all the others.
    private LoopProgram program(List<Wanted> wanted, long preparedEnd, List<Metric> metrics) {
        var all = uniforms.all();
        int first = Math.min(1, wanted.size());
        var others = Meanwhile.start(() -> scheduled(wanted.subList(first, wanted.size()), all));
        var entries = new ArrayList<>(scheduled(wanted.subList(0, first), all));
        entries.addAll(others.get());
        long batchArena =
                entries.stream().mapToLong(EntrySchedule::batchArena).max().orElse(weightsEnd);
        var layout = new Layout(
                options.doublePrecision(),
                batchArena,
                preparedEnd,
                uniforms.all().size(),
                slots,
                entries.stream().map(EntrySchedule::layout).toList(),
                metrics.stream()
                        .map(m -> new Layout.MetricSlot(m.name(), m.sums()))
                        .toList());
        var calls = entries.stream().map(e -> e.calls(kernels)).toList();
        return new LoopProgram(layout, List.copyOf(kernels.keySet()), uniforms.all(), calls, metrics);
    }

    private void place(String name, String kind, List<Integer> shape) {
        var slot = new Layout.Slot(name, kind, shape, weightsEnd);
        slots.add(slot);
        weightsEnd += MemoryPlan.size(slot);
    }

    /// An entry to be. `memory` is what lies in the batch arena before the entry's own values, which begin at
    /// `start`.
    private record Wanted(String name, Facts facts, List<Layout.Slot> memory, long start) {}

    private Wanted wanted(String name, Graph graph, Set<Role> roles, List<Layout.Slot> memory, long start) {
        var results =
                graph.results().stream().filter(r -> roles.contains(r.role())).toList();
        var facts = new Facts(graph, results, uniforms, options.fuse(), batch);
        return new Wanted(name, facts, memory, start);
    }

    private static List<EntrySchedule> scheduled(List<Wanted> wanted, List<Uniform> uniforms) {
        return wanted.stream()
                .map(w -> new EntrySchedule(w.name(), w.facts(), uniforms, w.memory(), w.start()))
                .toList();
    }
}
