package dev.lanewise.compiler;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Prim.Input;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.Weights;
import dev.lanewise.runtime.random.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Values that come from the training data before the first step: input preparation, over all examples, and
/// parameters that are scaled to the data, over some. All in double precision; examples are read in parts, so that
/// memory does not grow with the data.
public final class Fitting {
    /// Examples that parameters are scaled with.
    private static final int SOME = 1024;

    private final Model model;
    private final Dataset data;
    private final Map<String, double[]> weights = new LinkedHashMap<>();

    private Fitting(Model model, Dataset data, Weights weights) {
        this.model = model;
        this.data = data;
        model.weights().forEach(weight -> this.weights.put(weight.name(), weights.get(weight.name())));
    }

    /// Fits what the model wants fitted. Preparation that was fitted before stays, and so does a parameter that has
    /// left its first value, by training or loading.
    public static void fit(Model model, Dataset data, Weights weights) {
        if (model.weights().stream().anyMatch(Weight::isFitted)) {
            new Fitting(model, data, weights).run(weights);
        }
    }

    private void run(Weights store) {
        int[] all = {};
        int[] some = data.size() <= SOME
                ? all
                : Arrays.copyOf(CounterRandom.permutation(model.train().seed(), 0, data.size()), SOME);
        boolean isPrepared = model.weights().stream()
                .filter(weight -> weight.kind() == Weight.Kind.FITTED)
                .anyMatch(weight -> Arrays.stream(store.get(weight.name())).anyMatch(number -> number != 0));
        for (var weight : model.weights()) {
            boolean isPreparation = weight.kind() == Weight.Kind.FITTED;
            if (weight.isFitted() && (isPreparation ? !isPrepared : isFirst(weight))) {
                double[] value = value(weight.fit(), isPreparation ? all : some);
                store.set(weight.name(), value);
                weights.put(weight.name(), value);
            }
        }
    }

    private boolean isFirst(Weight weight) {
        var train = model.train();
        var bindings = Bindings.of(1, Map.of(), Map.of(), train.seed()).with(RunScalar.STEP, 0);
        var first = new Interpreter(weight.initial(), train.doublePrecision()).run(bindings);
        return Arrays.equals(first.tensors().getFirst().data(), weights.get(weight.name()));
    }

    /// The graph's value over the examples of these numbers; over all, when there is none.
    private double[] value(Graph graph, int[] numbers) {
        int size = numbers.length == 0 ? data.size() : numbers.length;
        var names = new ArrayList<String>();
        for (var node : graph.nodes()) {
            if (node.prim() instanceof Input(var name)) {
                names.add(name);
            }
        }
        var bindings = Bindings.of(size, Map.of(), weights, model.train().seed());
        return new Interpreter(graph, true)
                .over((from, count) -> read(names, numbers, from, count), bindings)
                .tensors()
                .getFirst()
                .data();
    }

    private Map<String, double[]> read(List<String> names, int[] numbers, int from, int count) {
        var inputs = new LinkedHashMap<String, double[]>();
        var ports = data.ports().stream().map(Port::name).toList();
        for (var name : names) {
            int port = ports.indexOf(name);
            int size = data.ports().get(port).size();
            double[] values = new double[Math.multiplyExact(size, count)];
            for (int e = 0; e < count; e++) {
                data.read(port, numbers.length == 0 ? from + e : numbers[from + e], values, e * size);
            }
            inputs.put(name, values);
        }
        return inputs;
    }
}
