package dev.lanewise.compiler.interpret;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result.Role;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/// Training by the interpreter: the graph of a step, the weights, and the number of steps made.
public final class InterpretedRun {

    private final Function<Bindings, Outcome> step;
    private final long seed;
    private final long steps;
    private Map<String, double[]> weights;
    private long made;

    /// `weights` are the first values of all weights, states of the optimizer included; `steps` is the length of
    /// the whole run, for schedules.
    public InterpretedRun(Graph step, boolean doublePrecision, Map<String, double[]> weights, long seed, long steps) {
        this(new Interpreter(step, doublePrecision)::run, weights, seed, steps);
    }

    /// With something else that runs the step's graph.
    public InterpretedRun(Function<Bindings, Outcome> step, Map<String, double[]> weights, long seed, long steps) {
        this.step = step;
        this.weights = new LinkedHashMap<>(weights);
        this.seed = seed;
        this.steps = steps;
    }

    /// Makes one step on a batch and gives all results; the loss is that before the step.
    public Outcome step(int examples, Map<String, double[]> batch, double epoch, double validationLoss) {
        made++;
        var bindings = Bindings.of(examples, batch, weights, seed)
                .with(RunScalar.STEP, made)
                .with(RunScalar.STEPS, steps)
                .with(RunScalar.EPOCH, epoch)
                .with(RunScalar.VALIDATION_LOSS, validationLoss);
        var outcome = step.apply(bindings);
        var updated = new LinkedHashMap<>(weights);
        outcome.all(Role.UPDATE).forEach((name, tensor) -> updated.put(name, tensor.data()));
        weights = updated;
        return outcome;
    }

    /// A step of the first epoch.
    public Outcome step(int examples, Map<String, double[]> batch) {
        return step(examples, batch, 1, Double.POSITIVE_INFINITY);
    }

    /// The present weights.
    public Map<String, double[]> weights() {
        return new LinkedHashMap<>(weights);
    }

    public long made() {
        return made;
    }
}
