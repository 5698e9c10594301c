package dev.lanewise.compiler.check;

import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.InterpretedRun;
import dev.lanewise.compiler.optimize.Optimizer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// All checks of a network on a few examples: gradients at the start and after a burn-in, and whether it can learn.
public record NetworkCheck(GradientReport start, GradientReport later, List<Finding> sanity) {

    public NetworkCheck {
        sanity = List.copyOf(sanity);
    }

    /// One sanity check: what was expected and what was measured, in words.
    public record Finding(String check, boolean passed, String expected, String measured) {}

    /// `step` is the first step of the differences, `burnIn` the training steps before gradients are compared
    /// again. Gradients are compared on the first `gradientExamples` examples.
    public record Settings(double step, int burnIn, int gradientExamples, long seed) {
        public static Settings standard(long seed) {
            return new Settings(1e-5, 10, 5, seed);
        }
    }

    /// Checks a model that has a loss. `weights` are its first values, fitted ones included; `batch` holds
    /// `examples` examples, at least one, for its inputs and targets.
    public static NetworkCheck of(
            Model model,
            Map<String, double[]> weights,
            Map<String, double[]> batch,
            int examples,
            Settings settings,
            Engine engine) {
        int few = Math.min(examples, settings.gradientExamples());
        var first = Bindings.of(few, first(model, batch, few), weights, settings.seed());
        var parameters = TrainingStep.trained(model);
        var start = GradientCheck.of(model.training(), parameters, first, settings.step(), engine);
        var trained = burnIn(model, weights, batch, examples, settings, engine);
        var later = GradientCheck.of(model.training(), parameters, first.withWeights(trained), settings.step(), engine);
        var sanity = new SanityCheck(model, weights, batch, examples, settings.seed(), engine).all();
        return new NetworkCheck(start, later, sanity);
    }

    public double worst() {
        return Math.max(start.worst(), later.worst());
    }

    public boolean passed() {
        return start.passed() && later.passed() && sanity.stream().allMatch(Finding::passed);
    }

    private static Map<String, double[]> burnIn(
            Model model,
            Map<String, double[]> weights,
            Map<String, double[]> batch,
            int examples,
            Settings settings,
            Engine engine) {
        var optimizer = new Optimizer(false);
        var step = engine.prepare(optimizer.optimize(TrainingStep.of(optimizer.prepare(model))));
        var run = new InterpretedRun(step::run, weights, settings.seed(), settings.burnIn());
        for (int i = 0; i < settings.burnIn(); i++) {
            run.step(examples, batch);
        }
        return run.weights();
    }

    /// The first examples of a batch.
    static Map<String, double[]> first(Model model, Map<String, double[]> batch, int examples) {
        var part = new LinkedHashMap<String, double[]>();
        for (var ports : List.of(model.inputs(), model.targets())) {
            for (var port : ports) {
                double[] data = batch.get(port.name());
                if (data == null) {
                    throw new IllegalArgumentException("the batch has no " + port.name());
                }
                part.put(port.name(), Arrays.copyOf(data, examples * port.size()));
            }
        }
        return part;
    }
}
