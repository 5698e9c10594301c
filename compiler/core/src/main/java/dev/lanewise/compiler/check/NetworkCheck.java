package dev.lanewise.compiler.check;

import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Operations;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.InterpretedTraining;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.compiler.interpret.Outcome;
import dev.lanewise.compiler.optimize.Optimizer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/// All checks of a network on a few examples: the gradients that compiled code computes at the start, after a burn-in
/// and at a point where no unit is asleep ([LivelyWeights]), and whether the network can learn.
public record NetworkCheck(GradientReport start, GradientReport later, GradientReport lively, List<Finding> sanity) {

    /// How far compiled code may be from the interpreter: |a - b| / max(1, |b|).
    private static final double SAME = 1e-12;

    /// Examples that gradients are compared on, and where each takes many floating-point operations.
    private static final int EXAMPLES = 5;

    private static final int FEW_EXAMPLES = 2;
    private static final long MANY_OPERATIONS = 400_000;

    /// Examples of a step of the burn-in.
    private static final int BATCH = 32;

    public NetworkCheck {
        sanity = List.copyOf(sanity);
    }

    /// One sanity check: what was expected and what was measured, in words.
    public record Finding(String check, boolean passed, String expected, String measured) {}

    /// `step` is the first step of the differences, `burnIn` the training steps before gradients are compared
    /// again, `hopeless` whether the network may fail to learn by heart: then that is tried for a few steps only.
    public record Settings(double step, int burnIn, boolean hopeless) {
        public static final Settings STANDARD = new Settings(1e-5, 10, false);
    }

    /// Checks a model that has a loss. `at` holds at least one example for its inputs and targets (a few hundred
    /// are plenty), the first values of all weights, fitted ones and the optimizer's included, and the seed.
    /// `compiled` is one training step in double precision, with the results LOSS, GRADIENT and UPDATE: what is
    /// held against differences, and against the interpreter. `compiler` makes the steps that it learns by.
    public static NetworkCheck of(
            Model model, Bindings at, Settings settings, Function<Bindings, Outcome> compiled, StepCompiler compiler) {
        var optimizer = new Optimizer(false);
        var interpreted = new Interpreter(optimizer.optimize(TrainingStep.of(optimizer.prepare(model))), true);
        var few = spread(model, at, isCostly(model) ? FEW_EXAMPLES : EXAMPLES);
        var points = List.of(
                few,
                few.withWeights(burnIn(spread(model, at, BATCH), settings.burnIn(), compiled)),
                few.withWeights(LivelyWeights.of(TrainingStep.trained(model), at)));
        var reports = new ArrayList<GradientReport>();
        double apart = 0;
        for (var point : points) {
            var outcome = compiled.apply(point);
            apart = Math.max(apart, apart(outcome, interpreted.run(point)));
            reports.add(GradientCheck.of(model.training(), gradients(outcome), point, settings.step()));
        }
        var findings = new ArrayList<Finding>();
        findings.add(new Finding(
                "compiled",
                apart <= SAME,
                String.format(Locale.ROOT, "the interpreter's numbers, to %.0e", SAME),
                apart == 0 ? "the same numbers" : String.format(Locale.ROOT, "difference %.2g", apart)));
        if (!model.pretraining().stages().isEmpty()) {
            findings.add(pretraining(model, at, few, settings));
        }
        findings.addAll(new SanityCheck(model, at, settings.hopeless(), compiler).all());
        return new NetworkCheck(reports.get(0), reports.get(1), reports.get(2), findings);
    }

    private static boolean isCostly(Model model) {
        return Operations.ofContractions(model.training(), 1) > MANY_OPERATIONS;
    }

    /// The gradients by which layers are pretrained, each layer's at lively weights of its own.
    private static Finding pretraining(Model model, Bindings at, Bindings few, Settings settings) {
        var optimizer = new Optimizer(false);
        double worst = 0;
        var layer = "";
        for (var stage : model.pretraining().stages()) {
            var alone = model.at(stage);
            var point = few.withWeights(LivelyWeights.of(TrainingStep.trained(alone), at));
            var step = optimizer.optimize(TrainingStep.of(optimizer.prepare(alone)));
            var gradients = gradients(new Interpreter(step, true).run(point));
            double error = GradientCheck.of(alone.training(), gradients, point, settings.step())
                    .worst();
            if (layer.isEmpty() || error > worst) {
                worst = error;
                layer = stage.layer();
            }
        }
        return new Finding(
                "pretraining",
                GradientReport.Verdict.of(worst).compareTo(GradientReport.Verdict.GOOD) <= 0,
                "each layer's gradients, as differences say",
                String.format(Locale.ROOT, "worst relative error %.1e, of %s", worst, layer));
    }

    /// The reports of the gradients, in the order of the points.
    public List<GradientReport> gradients() {
        return List.of(start, later, lively);
    }

    /// The largest relative error of a gradient.
    public double worst() {
        return gradients().stream().mapToDouble(GradientReport::worst).max().orElse(0);
    }

    public boolean passed() {
        return gradients().stream().allMatch(GradientReport::passed)
                && sanity.stream().allMatch(Finding::passed);
    }

    private static Map<String, double[]> gradients(Outcome outcome) {
        var gradients = new LinkedHashMap<String, double[]>();
        outcome.all(Role.GRADIENT).forEach((name, tensor) -> gradients.put(name, tensor.data()));
        return gradients;
    }

    private static double apart(Outcome compiled, Outcome interpreted) {
        double most = 0;
        for (int i = 0; i < compiled.results().size(); i++) {
            var result = compiled.results().get(i);
            double[] a = compiled.tensors().get(i).data();
            double[] b = interpreted.of(result.role(), result.name()).data();
            for (int k = 0; k < b.length; k++) {
                if (Double.compare(a[k], b[k]) != 0) {
                    double difference = Math.abs(a[k] - b[k]) / Math.max(1, Math.abs(b[k]));
                    most = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(most, difference);
                }
            }
        }
        return most;
    }

    private static Map<String, double[]> burnIn(Bindings at, int steps, Function<Bindings, Outcome> step) {
        var run = new InterpretedTraining(step, at.weights(), at.with(RunScalar.STEPS, steps));
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
