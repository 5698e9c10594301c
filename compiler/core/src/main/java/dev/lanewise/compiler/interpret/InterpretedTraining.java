package dev.lanewise.compiler.interpret;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result.Role;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// Training by the interpreter, step after step on one batch: what compiled training is compared with.
public final class InterpretedTraining {
    private final Function<Bindings, Outcome> program;
    private final Map<String, double[]> weights;
    private final Bindings batch;

    /// `step` is the training step with its updates; `weights` are the values to begin with; `batch` holds the
    /// examples, the seed and the run's numbers.
    public InterpretedTraining(Graph step, boolean doublePrecision, Map<String, double[]> weights, Bindings batch) {
        this(new Interpreter(step, doublePrecision)::run, weights, batch);
    }

    /// With anything that runs the training step's graph.
    public InterpretedTraining(Function<Bindings, Outcome> program, Map<String, double[]> weights, Bindings batch) {
        this.program = program;
        this.weights = new LinkedHashMap<>(weights);
        this.batch = batch;
    }

    /// Makes step number `step` (from 1) of epoch `epoch`, and gives its results.
    public Outcome step(long step, long epoch) {
        var outcome = program.apply(
                batch.withWeights(weights).with(RunScalar.STEP, step).with(RunScalar.EPOCH, epoch));
        outcome.all(Role.UPDATE).forEach((name, value) -> weights.put(name, value.data()));
        return outcome;
    }

    /// The present values, by name.
    public Map<String, double[]> weights() {
        return Map.copyOf(weights);
    }
}
