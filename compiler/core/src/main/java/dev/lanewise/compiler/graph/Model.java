package dev.lanewise.compiler.graph;

import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

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
        List<Layer> layers,
        Pretraining pretraining) {

    public Model {
        inputs = List.copyOf(inputs);
        targets = List.copyOf(targets);
        outputs = List.copyOf(outputs);
        weights = List.copyOf(weights);
        metrics = List.copyOf(metrics);
        layers = List.copyOf(layers);
    }

    /// A network that is not pretrained.
    public Model(
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
        this(
                name,
                inputs,
                targets,
                outputs,
                weights,
                training,
                prediction,
                metrics,
                rules,
                clip,
                train,
                layers,
                Pretraining.NONE);
    }

    /// What is trained before the network itself, so many epochs each.
    public record Pretraining(int epochs, List<Stage> stages) {
        public static final Pretraining NONE = new Pretraining(0, List.of());

        public Pretraining {
            stages = List.copyOf(stages);
        }

        /// The same stages with other graphs.
        public Pretraining map(UnaryOperator<Stage> change) {
            return new Pretraining(epochs, stages.stream().map(change).toList());
        }
    }

    /// A layer that is trained alone. `training` and `rules` are as the model's; the parameters that have a rule
    /// are the ones that are trained, those of the layer and, of kind OPTIMIZER, what it needs for this alone.
    public record Stage(String layer, Graph training, Map<String, Graph> rules) {}

    /// The network as one stage trains it.
    public Model at(Stage stage) {
        var own = weights.stream()
                .map(weight -> weight.trainedIf(stage.rules().containsKey(weight.name())))
                .toList();
        return new Model(
                name,
                inputs,
                targets,
                List.of(),
                own,
                stage.training(),
                Graph.EMPTY,
                List.of(),
                stage.rules(),
                Graph.EMPTY,
                train,
                List.of());
    }

    /// The same network, pretrained so.
    public Model with(Pretraining newPretraining) {
        return new Model(
                name,
                inputs,
                targets,
                outputs,
                weights,
                training,
                prediction,
                metrics,
                rules,
                clip,
                train,
                layers,
                newPretraining);
    }

    /// A value that can be watched, in the training graph as it was elaborated: what the user's own text applied,
    /// or named. `name` is the name that it was bound to, where nothing else is, and otherwise its kind, counted
    /// (`block_1.tanh_2`). `kind` is the declaration's name (`dense`, `tanh`), `value` for other expressions. An
    /// `activation` is what stands between layers: a function, or a block of the library's activations, whose
    /// result does not add up its inputs.
    public record Layer(String name, String kind, boolean activation, Value value, Origin origin) {
        /// The same in another graph.
        public Layer at(Value other) {
            return new Layer(name, kind, activation, other, origin);
        }
    }

    /// The model whose training graph also gives these layers: results LAYER, and COTANGENT once it is
    /// differentiated. Without names, all activations.
    public Model watching(Set<String> names) {
        var results = new ArrayList<>(training.results());
        for (var layer : layers) {
            if (names.isEmpty() ? layer.activation() : names.contains(layer.name())) {
                results.add(new Result(Result.Role.LAYER, layer.name(), layer.value()));
            }
        }
        return with(new Graph(training.nodes(), results), prediction, layers);
    }

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
                newLayers,
                pretraining);
    }

    /// Whether it can be trained.
    public boolean hasLoss() {
        return training.results().stream().anyMatch(result -> result.role() == Result.Role.LOSS);
    }

    /// The number of learned numbers, frozen ones included.
    public long parameterCount() {
        return weights.stream()
                .filter(w -> w.kind() == Weight.Kind.PARAMETER)
                .mapToLong(w -> w.shape().size())
                .sum();
    }
}
