package dev.lanewise.compiler.interpret;

import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Weight;
import java.util.LinkedHashMap;
import java.util.Map;

/// The first values of a model's weights.
public final class InitialWeights {

    private InitialWeights() {}

    /// Every weight's first value, drawn by its initialiser at step 0 of the random numbers of the data's seed;
    /// fitted ones are computed from the inputs of `data`.
    public static Map<String, double[]> of(Model model, Bindings data, boolean doublePrecision) {
        var alone = Bindings.of(1, Map.of(), Map.of(), data.seed()).with(RunScalar.STEP, 0);
        var values = new LinkedHashMap<String, double[]>();
        for (var weight : model.weights()) {
            var bindings = weight.kind() == Weight.Kind.FITTED ? data.withWeights(values) : alone;
            var first = new Interpreter(weight.initial(), doublePrecision).run(bindings);
            values.put(weight.name(), first.tensors().getFirst().data());
        }
        return values;
    }
}
