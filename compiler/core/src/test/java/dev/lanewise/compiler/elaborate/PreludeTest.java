package dev.lanewise.compiler.elaborate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.compiler.interpret.Outcome;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Parameter;
import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every declaration of the library, without anyone writing a test for it: it is documented, it elaborates, and
/// its gradients are the differences of its values.
final class PreludeTest {
    private static final int EXAMPLES = 5;

    /// First values that depend on data, which have tests of their own.
    private static final Set<String> FITTED = Set.of("lsuv");

    /// What a required parameter is given, by its name.
    private static final Map<String, String> ARGUMENTS = Map.ofEntries(
            Map.entry("units", "3"),
            Map.entry("pieces", "2"),
            Map.entry("filters", "4"),
            Map.entry("kernel", "2"),
            Map.entry("groups", "2"),
            Map.entry("vocabulary", "7"),
            Map.entry("width", "3"),
            Map.entry("rate", "0.05"),
            Map.entry("every", "2"),
            Map.entry("factor", "0.5"),
            Map.entry("value", "0.25"),
            Map.entry("c", "0.01"));

    /// Functions of positive numbers.
    private static final Set<String> POSITIVE = Set.of("log", "log1p", "sqrt");

    /// Functions whose cotangents are not derivatives, on purpose.
    private static final Set<String> CUT = Set.of("stop_gradient()", "threshold(straight_through: true)");

    /// Blocks that are computed once, so that nobody differentiates them.
    private static final Set<String> ONCE = Set.of("whitening");

    private static final List<String> INPUTS = List.of("float[6]", "float[2, 4, 5]", "index[3, 7]");

    private static Stream<Declaration> declarations(Kind... kinds) {
        var wanted = Set.of(kinds);
        return Prelude.files().stream()
                .flatMap(file -> file.declarations().stream())
                .filter(declaration -> wanted.contains(declaration.kind()));
    }

    private static String name(Declaration declaration) {
        return declaration.name().text();
    }

    private static boolean isBuiltin(Declaration declaration) {
        return declaration.definition() instanceof Declaration.Builtin;
    }

    private static String file(Declaration declaration) {
        return declaration.span().source().name();
    }

    /// The required parameters from `first` on, as arguments.
    private static String arguments(Declaration declaration, int first) {
        var arguments = new ArrayList<String>();
        for (var parameter :
                declaration.parameters().subList(first, declaration.parameters().size())) {
            if (!parameter.hasDefault()) {
                var argument = ARGUMENTS.get(parameter.name().text());
                if (argument == null) {
                    fail("what is the parameter " + parameter.name() + " of " + declaration.name() + " given?");
                }
                arguments.add(parameter.name() + ": " + argument);
            }
        }
        return String.join(", ", arguments);
    }

    @TestFactory
    Stream<DynamicTest> everyDeclarationIsDocumented() {
        return declarations(Kind.values())
                .map(declaration -> dynamicTest(name(declaration), () -> {
                    assertFalse(declaration.documentation().lines().isEmpty());
                    assertFalse(declaration.documentation().source().isEmpty());
                }));
    }

    // Functions and blocks

    @TestFactory
    Stream<DynamicTest> gradientsOfFunctionsAreDifferences() {
        return declarations(Kind.FN)
                .filter(declaration -> declaration.parameters().stream()
                                .filter(parameter -> !parameter.hasDefault())
                                .count()
                        == 1)
                .filter(declaration -> !Set.of("positions", "bernoulli").contains(name(declaration)))
                .flatMap(declaration -> calls(declaration)
                        .filter(call -> !CUT.contains(call))
                        .map(call -> dynamicTest(
                                call, () -> checkGradients(layer("float[6]", before(declaration) + call)))));
    }

    @TestFactory
    Stream<DynamicTest> functionsAreGraphsOfTheirOwn() {
        return declarations(Kind.FN)
                .filter(declaration -> Formula.inputs(declaration).size() == 1)
                .filter(declaration -> !Set.of("positions", "bernoulli").contains(name(declaration)))
                .map(declaration -> dynamicTest(name(declaration), () -> {
                    var diagnostics = new Diagnostics();
                    var graph = Formula.of(Library.prelude(), declaration, diagnostics)
                            .orElseThrow(
                                    () -> new AssertionError(diagnostics.all().toString()));
                    var input = Map.of(Formula.inputs(declaration).getFirst(), new double[] {0.5, 2});
                    var values = Elaborated.value(graph, Formula.RESULT, Bindings.of(2, input, Map.of(), 1));
                    assertTrue(Double.isFinite(values[0]) && Double.isFinite(values[1]));
                }));
    }

    private static String before(Declaration declaration) {
        return POSITIVE.contains(name(declaration)) ? "dense(6) |> softplus |> " : "dense(6) |> ";
    }

    @TestFactory
    Stream<DynamicTest> gradientsOfBlocksAreDifferences() {
        return declarations(Kind.BLOCK)
                .filter(declaration ->
                        !isBuiltin(declaration) && !file(declaration).endsWith("losses.net"))
                .filter(declaration -> !ONCE.contains(name(declaration)))
                .flatMap(declaration ->
                        calls(declaration).map(call -> dynamicTest(call, () -> checkGradients(fitting(call)))));
    }

    /// The call with its defaults, and once more for each other word and the other truth of an argument.
    private static Stream<String> calls(Declaration declaration) {
        var required = arguments(declaration, 1);
        var calls = new ArrayList<String>();
        calls.add(name(declaration) + "(" + required + ")");
        for (var parameter : declaration.parameters()) {
            var others = new ArrayList<String>();
            if (parameter.marker() instanceof Parameter.Words words) {
                words.words().stream()
                        .skip(1)
                        .forEach(word -> others.add(word.text().equals("number") ? "1" : word.text()));
            }
            if (parameter.hasDefault() && parameter.initial().span().text().matches("true|false")) {
                others.add(parameter.initial().span().text().equals("true") ? "false" : "true");
            }
            if (parameter.hasDefault() && parameter.initial().span().text().equals("1")) {
                others.add("2");
            }
            for (var other : others) {
                var more = (required.isEmpty() ? "" : required + ", ") + parameter.name() + ": " + other;
                calls.add(name(declaration) + "(" + more + ")");
            }
        }
        return calls.stream();
    }

    /// A network around the call with the first input that it takes.
    private static String fitting(String call) {
        for (var input : INPUTS) {
            var dense = input.equals("float[6]") ? "dense(6) |> " : "";
            for (var way : List.of(dense + call, call)) {
                var text = layer(input, way);
                var diagnostics = new Diagnostics();
                if (Elaborated.elaborate(text, Map.of(), Options.none(), diagnostics)
                        .isPresent()) {
                    return text;
                }
            }
        }
        return fail("no input fits " + call + ": " + Elaborated.messages(layer("float[6]", call)));
    }

    private static String layer(String input, String call) {
        return """
            network Net {
              input x: %s
              target y: float
              h = x |> %s
              output z = h |> flatten |> dense(1, init: uniform(0.2, 0.9))
              loss mse(z, y) + 0.1 * mean((h - 0.3) ^ 2)
              train { optimizer: sgd(rate: 0.1) }
            }
            """.formatted(input, call);
    }

    // Losses

    @TestFactory
    Stream<DynamicTest> gradientsOfLossesAreDifferences() {
        return declarations(Kind.BLOCK)
                .filter(declaration -> file(declaration).endsWith("losses.net"))
                .map(declaration -> dynamicTest(name(declaration), () -> {
                    boolean penalty =
                            declaration.parameters().getFirst().name().text().equals("w");
                    var targets = penalty ? List.of("float[4]") : List.of("class[4]", "float[4]");
                    int checked = 0;
                    for (var target : targets) {
                        var loss = penalty
                                ? "mse(z, y) + " + name(declaration) + "(weights, 0.01)"
                                : name(declaration) + "(z, y)";
                        var prediction = name(declaration).equals("kl") ? " |> softmax" : "";
                        var text = """
                            network Net {
                              input x: float[3]
                              target y: %s
                              z = x |> dense(4)%s
                              output o = z
                              loss %s
                              train { optimizer: sgd(rate: 0.1) }
                            }
                            """.formatted(target, prediction, loss);
                        if (Elaborated.elaborate(text, Map.of(), Options.none(), new Diagnostics())
                                .isPresent()) {
                            checkGradients(text);
                            checked++;
                        }
                    }
                    assertTrue(checked > 0, () -> "no target fits " + name(declaration));
                }));
    }

    // Metrics

    @TestFactory
    Stream<DynamicTest> metricsAreFigures() {
        return declarations(Kind.METRIC)
                .filter(declaration -> !isBuiltin(declaration))
                .map(declaration -> dynamicTest(name(declaration), () -> {
                    var model = Elaborated.model("""
                        network Net {
                          input x: float[3]
                          target y: %s
                          output z = x |> dense(%s)
                          loss mean(z)
                          metric %s(z, y)
                        }
                        """.formatted(
                            name(declaration).matches("mse|mae|r2") ? "float[4]" : "class[4]", "4", name(declaration)));
                    var bindings = bindings(model);
                    var figure = metric(model, bindings.withWeights(Elaborated.weights(model, bindings)));
                    assertTrue(Double.isFinite(figure), () -> "the metric is " + figure);
                }));
    }

    /// The only metric's figure.
    static double metric(Model model, Bindings bindings) {
        var metric = model.metrics().getFirst();
        var sums = new Interpreter(model.prediction(), true).run(bindings);
        var inputs = new HashMap<String, double[]>();
        metric.sums()
                .forEach(sum -> inputs.put(sum, sums.of(Role.METRIC_SUM, sum).data()));
        var run = new Bindings(bindings.examples(), inputs, Map.of(), bindings.run(), 0);
        return Elaborated.value(metric.formula(), metric.name(), run)[0];
    }

    // Initialisers

    @TestFactory
    Stream<DynamicTest> initialisersHaveTheVarianceThatTheyState() {
        var deviations = new LinkedHashMap<String, Double>();
        deviations.put("normal", 1.0);
        deviations.put("truncated_normal", 0.8796);
        deviations.put("uniform", 0.1 / Math.sqrt(12));
        deviations.put("glorot_normal", Math.sqrt(2.0 / 160));
        deviations.put("glorot_uniform", Math.sqrt(2.0 / 160));
        deviations.put("he_normal", Math.sqrt(2.0 / 100));
        deviations.put("he_uniform", Math.sqrt(2.0 / 100));
        deviations.put("lecun_normal", 0.1);
        deviations.put("lecun_uniform", 0.1);
        deviations.put("fan_in", 0.1);
        deviations.put("orthogonal", 0.1);
        deviations.put("random_walk", Math.sqrt(2.0 / 100) * Math.exp(1.2 / 97.6));
        deviations.put("sparse", Math.sqrt(0.15));
        deviations.put("zeros", 0.0);
        deviations.put("ones", 0.0);
        deviations.put("constant", 0.0);
        deviations.put("identity", Math.sqrt(0.01 * 0.99));
        return declarations(Kind.INIT)
                .filter(declaration -> !FITTED.contains(name(declaration)))
                .map(declaration -> dynamicTest(name(declaration), () -> {
                    var expected = deviations.get(name(declaration));
                    assertTrue(expected != null, "what deviation is to be expected?");
                    var given = arguments(declaration, 0);
                    var init = name(declaration) + (given.isEmpty() ? "" : "(" + given + ")");
                    var model = Elaborated.model("""
                        network Net {
                          input x: float[100]
                          output y = x |> dense(60, init: %s)
                        }
                        """.formatted(init));
                    var w = Elaborated.weights(model, bindings(model)).get("dense_1.weight");
                    double mean =
                            Stream.of(w).mapToDouble(a -> sum(a) / a.length).sum();
                    double square = 0;
                    for (double each : w) {
                        square += (each - mean) * (each - mean);
                    }
                    assertEquals(expected, Math.sqrt(square / w.length), 0.04 * Math.max(expected, 0.01));
                }));
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }

    // Optimizers and schedules

    @TestFactory
    Stream<DynamicTest> optimizersMakeTheLossSmaller() {
        return declarations(Kind.OPTIMIZER)
                .map(declaration -> dynamicTest(name(declaration), () -> {
                    var given = arguments(declaration, 0);
                    var model = Elaborated.model(trained(name(declaration) + "(" + given + ")", "constant"));
                    var losses = losses(model, 30, 30);
                    assertTrue(losses.getLast() < 0.99 * losses.getFirst(), losses::toString);
                }));
    }

    @TestFactory
    Stream<DynamicTest> schedulesChangeTheRate() {
        return declarations(Kind.SCHEDULE)
                .map(declaration -> dynamicTest(name(declaration), () -> {
                    var given = arguments(declaration, 0);
                    var model = Elaborated.model(
                            trained("sgd(rate: 0.05)", name(declaration) + (given.isEmpty() ? "" : "(" + given + ")")));
                    var losses = losses(model, 30, 6);
                    assertTrue(losses.getLast() < losses.getFirst(), losses::toString);
                }));
    }

    private static String trained(String optimizer, String schedule) {
        return """
            network Net {
              input x: float[3]
              target y: float[2]
              output z = x |> dense(2)
              loss mse(z, y)
              train { optimizer: %s; schedule: %s }
            }
            """.formatted(optimizer, schedule);
    }

    /// The loss of each of `steps` steps on one batch, `epochs` of them.
    private static List<Double> losses(Model model, int steps, int epochs) {
        var bindings = bindings(model);
        var weights = new HashMap<>(Elaborated.weights(model, bindings));
        var interpreter = new Interpreter(TrainingStep.of(model), true);
        var losses = new ArrayList<Double>();
        for (int step = 1; step <= steps; step++) {
            var now = bindings.withWeights(weights)
                    .with(RunScalar.STEP, step)
                    .with(RunScalar.STEPS, steps)
                    .with(RunScalar.EPOCH, 1 + (step - 1) * epochs / steps);
            var outcome = interpreter.run(now);
            losses.add(outcome.loss());
            outcome.all(Role.UPDATE).forEach((name, tensor) -> weights.put(name, tensor.data()));
        }
        return losses;
    }

    // Central differences

    private static void checkGradients(String text) {
        var model = Elaborated.model(text);
        var bindings = bindings(model);
        var weights = Elaborated.weights(model, bindings);
        var step = new Interpreter(TrainingStep.of(model), true);
        var at = step.run(bindings.withWeights(weights));
        var random = new SplittableRandom(7);
        double slope = 0;
        var direction = new HashMap<String, double[]>();
        for (var parameter : TrainingStep.trained(model).keySet()) {
            var gradient = at.of(Role.GRADIENT, parameter).data();
            var along = new double[gradient.length];
            for (int i = 0; i < along.length; i++) {
                along[i] = random.nextGaussian();
                slope += along[i] * gradient[i];
            }
            direction.put(parameter, along);
        }
        var best = new double[] {Double.POSITIVE_INFINITY};
        for (double h : new double[] {1e-4, 1e-5, 1e-6}) {
            double difference =
                    (loss(step, bindings, weights, direction, h) - loss(step, bindings, weights, direction, -h))
                            / (2 * h);
            best[0] = Math.min(best[0], Math.abs(difference - slope) / (1 + Math.abs(slope)));
        }
        double found = slope;
        assertTrue(best[0] < 1e-7, () -> "gradient " + found + " off by " + best[0] + "\n" + text);
        assertTrue(Double.isFinite(found), () -> "gradient " + found + "\n" + text);
        checkPrediction(model, bindings, weights, at);
    }

    private static double loss(
            Interpreter step,
            Bindings bindings,
            Map<String, double[]> weights,
            Map<String, double[]> direction,
            double h) {
        var moved = new HashMap<>(weights);
        direction.forEach((name, along) -> {
            var w = weights.get(name).clone();
            for (int i = 0; i < w.length; i++) {
                w[i] += h * along[i];
            }
            moved.put(name, w);
        });
        return step.run(bindings.withWeights(moved)).loss();
    }

    private static void checkPrediction(
            Model model, Bindings bindings, Map<String, double[]> weights, Outcome training) {
        var outcome = new Interpreter(model.prediction(), true).run(bindings.withWeights(weights));
        for (var port : model.outputs()) {
            var output = outcome.of(Role.OUTPUT, port.name());
            assertEquals(training.of(Role.OUTPUT, port.name()).type(), output.type());
            assertTrue(Double.isFinite(sum(output.data())), "a prediction that is not finite");
        }
    }

    /// A batch of seeded normal numbers, and classes in turn.
    private static Bindings bindings(Model model) {
        var random = new SplittableRandom(3);
        var inputs = new HashMap<String, double[]>();
        for (var port :
                Stream.concat(model.inputs().stream(), model.targets().stream()).collect(Collectors.toList())) {
            var values = new double[EXAMPLES * port.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = port.kind() == Port.Kind.FLOAT ? random.nextGaussian() : random.nextInt(port.classes());
            }
            inputs.put(port.name(), values);
        }
        return Bindings.of(EXAMPLES, inputs, Map.of(), 11);
    }

    @TestFactory
    Stream<DynamicTest> weightsHaveTheKindsThatTheyAreDeclaredWith() {
        return Stream.of(dynamicTest("batch_norm", () -> {
            var model = Elaborated.model(fitting("batch_norm"));
            var kinds = new LinkedHashMap<String, Weight.Kind>();
            model.weights().forEach(weight -> kinds.put(weight.name(), weight.kind()));
            assertEquals(Weight.Kind.STATE, kinds.get("batch_norm_1.running_mean"));
            assertEquals(Weight.Kind.PARAMETER, kinds.get("batch_norm_1.weight"));
        }));
    }
}
