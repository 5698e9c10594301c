package dev.lanewise.compiler.graph;

import dev.lanewise.runtime.Port;
import java.util.List;
import java.util.Map;

/// What elaboration makes of a network: its weights, the computation while training and in prediction, and how it is
/// trained.
///
/// `training` has the results LOSS, OUTPUT, VALUE and, for states that the network writes, UPDATE. `prediction` has
/// OUTPUT, VALUE, and where there is a target LOSS and METRIC_SUM. `rules` holds for each parameter that is trained
/// the update as a graph of its own: leaves `Parameter(name)`, `Input("gradient")`, `State(...)`, `Run`; results
/// UPDATE for the parameter and the optimizer's states. `clip` is what becomes of all gradients before: leaves
/// `Input(parameter)`, the results VALUE are what rules see instead; without results they see the gradients.
public record Model(
        String name,
        List<Port> inputs,
        List<Port> targets,
        List<Port> outputs,
        List<Weight> weights,
        Graph training,
        Graph prediction,
        List<Metric> metrics,
        Map<String, Graph> rules,
        Graph clip,
        TrainSettings train,
        List<Layer> layers) {

    public Model {
        inputs = List.copyOf(inputs);
        targets = List.copyOf(targets);
        outputs = List.copyOf(outputs);
        weights = List.copyOf(weights);
        metrics = List.copyOf(metrics);
        layers = List.copyOf(layers);
    }

    /// The result of one declaration's expansion in the prediction graph, in order: what `stats` and `explain`
    /// list. `kind` is the declaration's name (`dense`, `tanh`), `path` that of the instance.
    public record Layer(String path, String kind, Value value, Origin origin) {}

    /// The same network, computed by other graphs.
    public Model with(Graph newTraining, Graph newPrediction, List<Layer> newLayers) {
        return new Model(
                name,
                inputs,
                targets,
                outputs,
                weights,
                newTraining,
                newPrediction,
                metrics,
                rules,
                clip,
                train,
                newLayers);
    }

    /// The number of learned numbers, frozen ones included.
    public long parameterCount() {
        return weights.stream()
                .filter(w -> w.kind() == Weight.Kind.PARAMETER)
                .mapToLong(w -> w.shape().size())
                .sum();
    }
}
