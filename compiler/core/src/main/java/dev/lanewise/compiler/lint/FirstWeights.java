package dev.lanewise.compiler.lint;

import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Weight;
import java.util.LinkedHashMap;
import java.util.Map;

/// The weights of a model, and what their first values look like.
final class FirstWeights {
    private final Map<String, Weight> weights = new LinkedHashMap<>();
    private final Map<String, Signal> signals = new LinkedHashMap<>();
    private final Model model;

    FirstWeights(Model model) {
        this.model = model;
        model.weights().forEach(weight -> weights.put(weight.name(), weight));
    }

    Weight weight(String name) {
        var weight = weights.get(name);
        if (weight == null) {
            throw new IllegalArgumentException("no weight " + name);
        }
        return weight;
    }

    Signal signal(String name) {
        return signals.computeIfAbsent(name, _ -> Propagation.first(model, weight(name)));
    }

    /// Whether all elements begin as the same number.
    boolean isEqual(String name) {
        return signal(name).isConstant();
    }
}
