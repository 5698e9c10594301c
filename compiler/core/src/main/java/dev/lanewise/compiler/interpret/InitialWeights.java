package dev.lanewise.compiler.interpret;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import java.util.LinkedHashMap;
import java.util.Map;

/// The first values of a model's weights.
public final class InitialWeights {

    private InitialWeights() {}

    /// Every weight's first value, drawn by its initialiser at step 0 of the random numbers of the data's seed, and
    /// then fitted to the inputs of `data` where it asks for that.
    public static Map<String, double[]> of(Model model, Bindings data, boolean doublePrecision) {
        var alone = Bindings.of(1, Map.of(), Map.of(), data.seed()).with(RunScalar.STEP, 0);
        var values = new LinkedHashMap<String, double[]>();
        for (var weight : model.weights()) {
            values.put(weight.name(), value(weight.initial(), alone, doublePrecision));
            if (weight.isFitted()) {
                values.put(weight.name(), value(weight.fit(), data.withWeights(values), doublePrecision));
            }
        }
        return values;
    }

    private static double[] value(Graph graph, Bindings bindings, boolean doublePrecision) {
        return new Interpreter(graph, doublePrecision)
                .run(bindings)
                .tensors()
                .getFirst()
                .data();
    }
}
