package dev.lanewise.compiler.check;

import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.check.NetworkCheck.Finding;
import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.InterpretedTraining;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.compiler.interpret.Outcome;
import dev.lanewise.compiler.optimize.DropDead;
import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// What should hold before long training: fresh weights know nothing, penalties count, a few examples can be learned
/// by heart, and the input matters.
final class SanityCheck {

    private static final int EXAMPLES = 20;
    private static final int STEPS = 2000;
    /// What a network gets that need not learn them.
    private static final int HOPELESS_STEPS = 20;
    /// How often the learned examples are looked at.
    private static final int PATIENCE = 20;
    /// The share of the first loss that counts as near 0.
    private static final double LEARNED = 0.05;

    private static final String CROSS_ENTROPY = "cross_entropy";

    /// The first rate; it falls to a hundredth of it.
    private static final double RATE = 1e-2;

    /// In a network of many weights each step moves all of them: at the rate of small ones its units die.
    private static final double RATE_OF_LARGE = 2e-3;

    private static final long MANY_PARAMETERS = 200_000;

    private final Model model;
    private final StepCompiler compiler;
    private final int most;
    private final Bindings all;
    private final Bindings few;

    SanityCheck(Model model, Bindings at, boolean hopeless, StepCompiler compiler) {
        this.model = model;
        this.compiler = compiler;
        this.most = hopeless ? HOPELESS_STEPS : STEPS;
        this.all = at;
        this.few = NetworkCheck.spread(model, at, EXAMPLES);
    }

    List<Finding> all() {
        var findings = new ArrayList<Finding>();
        chance().ifPresent(findings::add);
        regularisation().ifPresent(findings::add);
        findings.addAll(overfitAndInput());
        return findings;
    }

    /// The cross entropy of fresh weights; a loss without one has no such figure to be compared with.
    private Optional<Finding> chance() {
        var target = classTarget();
        var surprise = crossEntropy();
        if (target.isEmpty() || surprise.isEmpty()) {
            return Optional.empty();
        }
        double expected = Math.log(target.get().classes());
        double measured = Arrays.stream(new Interpreter(surprise.get(), true)
                        .run(all)
                        .tensors()
                        .getFirst()
                        .data())
                .average()
                .orElse(Double.NaN);
        boolean passed = Math.abs(measured - expected) <= 0.3 * expected;
        return Optional.of(new Finding(
                "chance",
                passed,
                text(
                        "%s %.4f, log %d, within 30 %%",
                        CROSS_ENTROPY, expected, target.get().classes()),
                number(measured)));
    }

    /// The graph of what the library's cross entropy gives for an example, where it enters the loss.
    private Optional<Graph> crossEntropy() {
        var training = DropDead.keeping(model.training(), result -> result.role() == Role.LOSS);
        for (int i = training.nodes().size() - 1; i >= 0; i--) {
            var node = training.nodes().get(i);
            boolean isScalar = node.type().equals(Type.example(Shape.SCALAR));
            if (isScalar && node.origin().declaration().equals(CROSS_ENTROPY)) {
                var result = new Result(Role.VALUE, CROSS_ENTROPY, new Value(i));
                return Optional.of(new Graph(training.nodes(), List.of(result)));
            }
        }
        return Optional.empty();
    }

    private Optional<Finding> regularisation() {
        if (!Surgery.hasPenalties(model.training())) {
            return Optional.empty();
        }
        double plain = loss(model.training(), all);
        if (plain == loss(Surgery.scalePenalties(model.training(), 0), all)) {
            return Optional.empty(); // ten times nothing
        }
        double more = loss(Surgery.scalePenalties(model.training(), 10), all);
        return Optional.of(new Finding("regularisation", more > plain, "more than " + number(plain), number(more)));
    }

    /// Learns a few examples by heart with Adam, then takes the input away.
    private List<Finding> overfitAndInput() {
        var plain = Surgery.withoutDraws(Surgery.scalePenalties(model.training(), 0));
        try (var step = compiler.compile(learning(plain))) {
            return overfitAndInput(plain, step);
        }
    }

    private List<Finding> overfitAndInput(Graph plain, StepCompiler.Step step) {
        var start = new LinkedHashMap<>(few.weights());
        model.weights().stream()
                .filter(weight -> weight.kind() == Weight.Kind.OPTIMIZER)
                .forEach(weight -> start.remove(weight.name()));
        TrainingStep.trained(model).forEach((name, shape) -> {
            int size = Math.toIntExact(shape.size());
            start.put(first(name), new double[size]);
            start.put(second(name), new double[size]);
        });
        var run = new InterpretedTraining(step, start, few);
        long made = 1;
        var outcome = run.step(made, 1);
        double before = outcome.loss();
        boolean learned = isLearned(outcome, before);
        while (!learned && made < most) {
            made++;
            outcome = run.step(made, 1);
            learned = made % PATIENCE == 0 && isLearned(outcome, before);
        }
        var expected = classOutput(outcome).isPresent()
                ? "100 % of " + few.examples() + " examples"
                : "a loss of at most " + number(LEARNED * before);
        var findings = new ArrayList<Finding>();
        findings.add(new Finding(
                "overfit",
                learned,
                expected,
                accuracy(outcome) + text("loss %s after %d steps", number(outcome.loss()), made)));
        input(plain, run.weights()).ifPresent(findings::add);
        return findings;
    }

    private Optional<Finding> input(Graph plain, Map<String, double[]> learned) {
        if (!targetsDiffer()) {
            return Optional.empty();
        }
        var blank = new LinkedHashMap<>(few.inputs());
        for (var port : model.inputs()) {
            blank.put(port.name(), new double[few.examples() * port.size()]);
        }
        double seeing = loss(plain, few.withWeights(learned));
        double blind = loss(plain, Bindings.of(few.examples(), blank, learned, few.seed()));
        return Optional.of(new Finding("input", !(blind <= seeing), "more than " + number(seeing), number(blind)));
    }

    private boolean targetsDiffer() {
        for (var port : model.targets()) {
            double[] data = few.inputs().getOrDefault(port.name(), new double[0]);
            for (int i = port.size(); i < data.length; i++) {
                if (data[i] != data[i % port.size()]) {
                    return true;
                }
            }
        }
        return false;
    }

    /// The model with Adam for every parameter, whatever its own rules are; in single precision, which is faster
    /// and enough to learn by.
    private Model learning(Graph training) {
        double rate = model.parameterCount() > MANY_PARAMETERS ? RATE_OF_LARGE : RATE;
        var rules = new LinkedHashMap<String, Graph>();
        var weights = new ArrayList<Weight>();
        for (var weight : model.weights()) {
            if (weight.kind() != Weight.Kind.OPTIMIZER) {
                weights.add(weight);
            }
        }
        TrainingStep.trained(model).forEach((name, shape) -> {
            rules.put(name, adam(name, shape, rate));
            weights.add(moment(first(name), shape));
            weights.add(moment(second(name), shape));
        });
        return new Model(
                model.name(),
                model.inputs(),
                model.targets(),
                model.outputs(),
                weights,
                training,
                Graph.EMPTY,
                List.of(),
                rules,
                Graph.EMPTY,
                model.train().inSinglePrecision(),
                List.of());
    }

    private static Weight moment(String name, Shape shape) {
        var zeros = Graph.builder();
        zeros.result(Role.VALUE, name, new Arithmetic(zeros, Origin.UNKNOWN).fill(0, Type.batch(shape)));
        return new Weight(
                name, shape, Weight.Kind.OPTIMIZER, false, false, zeros.build(), Graph.EMPTY, "zeros", Origin.UNKNOWN);
    }

    private static String first(String parameter) {
        return "optimizer.check_m." + parameter;
    }

    private static String second(String parameter) {
        return "optimizer.check_v." + parameter;
    }

    /// Kingma and Ba 2014, with a rate that falls.
    private static Graph adam(String name, Shape shape, double initialRate) {
        var builder = Graph.builder();
        var math = new Arithmetic(builder, Origin.UNKNOWN);
        var type = Type.batch(shape);
        var weight = builder.leaf(new Prim.Parameter(name), type, Origin.UNKNOWN);
        var gradient = builder.leaf(new Prim.Input("gradient"), type, Origin.UNKNOWN);
        var m0 = builder.leaf(new Prim.State(first(name)), type, Origin.UNKNOWN);
        var v0 = builder.leaf(new Prim.State(second(name)), type, Origin.UNKNOWN);
        var step = math.run(RunScalar.STEP);
        var m = math.add(math.mul(m0, 0.9), math.mul(gradient, 0.1));
        var v = math.add(math.mul(v0, 0.999), math.mul(math.mul(gradient, gradient), 0.001));
        var one = math.fill(1);
        var mean = math.div(m, math.sub(one, math.apply(Op.POW, math.fill(0.9), step)));
        var square = math.div(v, math.sub(one, math.apply(Op.POW, math.fill(0.999), step)));
        var rate = math.mul(math.apply(Op.POW, math.fill(0.01), math.div(step, math.fill(STEPS))), initialRate);
        var move = math.div(math.mul(mean, rate), math.add(math.apply(Op.SQRT, square), math.fill(1e-8)));
        builder.result(Role.UPDATE, first(name), m);
        builder.result(Role.UPDATE, second(name), v);
        builder.result(Role.UPDATE, name, math.sub(weight, move));
        return builder.build();
    }

    private boolean isLearned(Outcome outcome, double before) {
        var output = classOutput(outcome);
        return output.isPresent()
                ? correct(outcome, output.get()) == few.examples()
                : outcome.loss() <= LEARNED * before;
    }

    private Optional<Port> classTarget() {
        return model.targets().size() == 1 && model.targets().getFirst().kind() == Port.Kind.CLASS
                ? Optional.of(model.targets().getFirst())
                : Optional.empty();
    }

    /// The output that has a number for each class of the target.
    private Optional<String> classOutput(Outcome outcome) {
        return classTarget()
                .flatMap(target -> outcome.all(Role.OUTPUT).entrySet().stream()
                        .filter(output -> output.getValue().type().equals(Type.example(Shape.of(target.classes()))))
                        .map(Map.Entry::getKey)
                        .findFirst());
    }

    private int correct(Outcome outcome, String output) {
        double[] scores = outcome.of(Role.OUTPUT, output).data();
        double[] classes = few.inputs().getOrDefault(model.targets().getFirst().name(), new double[0]);
        int width = scores.length / few.examples();
        int correct = 0;
        for (int e = 0; e < few.examples(); e++) {
            int best = 0;
            for (int c = 1; c < width; c++) {
                best = scores[e * width + c] > scores[e * width + best] ? c : best;
            }
            correct += best == (int) classes[e] ? 1 : 0;
        }
        return correct;
    }

    private String accuracy(Outcome outcome) {
        var output = classOutput(outcome);
        return output.isPresent() ? text("%d of %d, ", correct(outcome, output.get()), few.examples()) : "";
    }

    private static double loss(Graph training, Bindings at) {
        return new Interpreter(GradientCheck.losses(training), true).run(at).loss();
    }

    private static String number(double value) {
        return text("%.4g", value);
    }

    private static String text(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
