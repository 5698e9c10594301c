package dev.lanewise.compiler.fit;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.compiler.optimize.Optimizer;
import dev.lanewise.compiler.schedule.Scheduler;
import dev.lanewise.runtime.model.FitPlan;
import dev.lanewise.runtime.model.Layout;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToIntFunction;

/// What makes a model's weights from the training data, in double precision whatever the run's is: the plan, the
/// program that it runs, and the graphs of the program's entries.
public record FitProgram(FitPlan plan, LoopProgram program, List<Graph> graphs) {

    public FitProgram {
        graphs = List.copyOf(graphs);
    }

    /// Whether no weight comes from the data.
    public boolean isEmpty() {
        return plan.fits().isEmpty();
    }

    /// `first` gives the hash of a parameter's first value.
    public static FitProgram of(Model model, Optimizer optimizer, ToIntFunction<Weight> first) {
        var entries = new LinkedHashMap<String, Graph>();
        var fits = new ArrayList<FitPlan.Fit>();
        var slots = new LinkedHashMap<String, Layout.Slot>();
        var weights = new LinkedHashMap<String, Weight>();
        model.weights().forEach(weight -> weights.put(weight.name(), weight));
        for (var weight : model.weights()) {
            if (!weight.isFitted()) {
                continue;
            }
            read(weight, weights, slots);
            var cut = new Stages(weight.name(), weight.fit());
            cut.states()
                    .forEach((name, shape) ->
                            slots.put(name, new Layout.Slot(name, FitPlan.BETWEEN, shape.extents(), 0)));
            var stages = new ArrayList<FitPlan.Stage>();
            for (var stage : cut.stages()) {
                stages.add(new FitPlan.Stage(stage.kind(), entries.size(), stage.from(), stage.to()));
                if (!stage.graph().results().isEmpty()) {
                    entries.put("fit" + entries.size(), optimizer.optimize(stage.graph()));
                }
            }
            boolean isPreparation = weight.kind() == Weight.Kind.FITTED;
            int hash = isPreparation ? 0 : first.applyAsInt(weight);
            fits.add(new FitPlan.Fit(weight.name(), isPreparation, hash, stages));
        }
        var options = new Scheduler.Options(Set.of(), true);
        var program = Scheduler.schedule(List.copyOf(slots.values()), entries, options);
        return new FitProgram(new FitPlan(program.layout(), fits), program, List.copyOf(entries.values()));
    }

    /// Notes the weights that a fit reads, and the one that it makes.
    private static void read(Weight weight, Map<String, Weight> weights, Map<String, Layout.Slot> slots) {
        var names = new ArrayList<>(List.of(weight.name()));
        for (Node node : weight.fit().nodes()) {
            switch (node.prim()) {
                case Prim.Parameter(var name) -> names.add(name);
                case Prim.State(var name) -> names.add(name);
                default -> {}
            }
        }
        for (var name : names) {
            var read = weights.get(name);
            if (read != null) {
                slots.put(
                        name,
                        new Layout.Slot(name, read.kind().name(), read.shape().extents(), 0));
            }
        }
    }
}
