package dev.lanewise.cli;

import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.runtime.Dataset;

/// Values that are computed once over the training data, as those of standardize. They may read those before them.
final class Fitted {

    private Fitted() {}

    /// Sets them from `training`.
    static void fit(CompiledNetwork compiled, Dataset training) {
        var model = compiled.compilation().model();
        if (model.weights().stream().noneMatch(w -> w.kind() == Weight.Kind.FITTED)) {
            return;
        }
        var bindings = InterpretedStepping.bindings(compiled, training);
        for (var weight : model.weights()) {
            if (weight.kind() == Weight.Kind.FITTED) {
                var outcome = new Interpreter(weight.initial(), model.train().doublePrecision()).run(bindings);
                double[] value = outcome.tensors().getFirst().data();
                compiled.network().weights().set(weight.name(), value);
                bindings = bindings.withWeight(weight.name(), value);
            }
        }
    }
}
