package dev.lanewise.compiler.check;

import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.InterpretedTraining;
import dev.lanewise.compiler.optimize.Optimizer;
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
    /// again, `gradientExamples` how many examples they are compared on.
    public record Settings(double step, int burnIn, int gradientExamples) {
        public static final Settings STANDARD = new Settings(1e-5, 10, 5);
    }

    /// Checks a model that has a loss. `at` holds at least one example for its inputs and targets (a few hundred
    /// are plenty), the first values of all weights, fitted ones and the optimizer's included, and the seed.
    public static NetworkCheck of(Model model, Bindings at, Settings settings, Engine engine) {
        var few = spread(model, at, settings.gradientExamples());
        var parameters = TrainingStep.trained(model);
        var start = GradientCheck.of(model.training(), parameters, few, settings.step(), engine);
        var trained = few.withWeights(burnIn(model, at, settings.burnIn(), engine));
        var later = GradientCheck.of(model.training(), parameters, trained, settings.step(), engine);
        return new NetworkCheck(start, later, new SanityCheck(model, at, engine).all());
    }

    /// The largest relative error of a gradient.
    public double worst() {
        return Math.max(start.worst(), later.worst());
    }

    public boolean passed() {
        return start.passed() && later.passed() && sanity.stream().allMatch(Finding::passed);
    }

    private static Map<String, double[]> burnIn(Model model, Bindings at, int steps, Engine engine) {
        var optimizer = new Optimizer(false);
        var step = engine.prepare(optimizer.optimize(TrainingStep.of(optimizer.prepare(model))));
        var run = new InterpretedTraining(step::run, at.weights(), at.with(RunScalar.STEPS, steps));
        for (int i = 1; i <= steps; i++) {
            run.step(i, 1);
        }
        return run.weights();
    }

    /// At most `count` examples, evenly spread: data files are often in the order of their classes.
    static Bindings spread(Model model, Bindings at, int count) {
        int examples = Math.min(count, at.examples());
        var part = new LinkedHashMap<String, double[]>();
        for (var ports : List.of(model.inputs(), model.targets())) {
            for (var port : ports) {
                double[] data = CompilerBug.expect(at.inputs(), port.name());
                int size = port.size();
                double[] taken = new double[examples * size];
                for (int i = 0; i < examples; i++) {
                    int example = (int) ((long) i * at.examples() / examples);
                    System.arraycopy(data, example * size, taken, i * size, size);
                }
                part.put(port.name(), taken);
            }
        }
        return Bindings.of(examples, part, at.weights(), at.seed());
    }
}
