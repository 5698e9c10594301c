package dev.lanewise.compiler.elaborate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lanewise.compiler.autodiff.Autodiff;
import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.compiler.interpret.Outcome;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Every declaration of the library, without anyone writing a test for it: it is documented, it elaborates, and
/// its gradients are the differences of its values.
final class PreludeTest {

    /// Functions of positive numbers.
    private static final Set<String> POSITIVE = Set.of("log", "log1p", "sqrt");

    /// Functions whose cotangents are not derivatives, on purpose.
    private static final Set<String> CUT = Set.of("stop_gradient()", "threshold(straight_through: true)");

    /// Blocks that are computed once, so that nobody differentiates them.
    private static final Set<String> ONCE = Set.of("whitening");

    private static final List<String> INPUTS = List.of("float[6]", "float[2, 4, 5]", "index[3, 7]");

    @TestFactory
    Stream<DynamicTest> everyDeclarationIsDocumented() {
        return PreludeCalls.declarations(Kind.values())
                .map(declaration -> dynamicTest(PreludeCalls.name(declaration), () -> {
                    assertFalse(declaration.documentation().lines().isEmpty());
                    assertFalse(declaration.documentation().source().isEmpty());
                }));
    }

    // Functions and blocks

    @TestFactory
    Stream<DynamicTest> gradientsOfFunctionsAreDifferences() {
        return PreludeCalls.declarations(Kind.FN)
                .filter(declaration -> declaration.parameters().stream()
                                .filter(parameter -> !parameter.hasDefault())
                                .count()
                        == 1)
                .filter(declaration -> !Set.of("positions", "bernoulli").contains(PreludeCalls.name(declaration)))
                .flatMap(declaration -> calls(declaration)
                        .filter(call -> !CUT.contains(call))
                        .map(call -> dynamicTest(
                                call, () -> checkGradients(layer("float[6]", before(declaration) + call)))));
    }

    @TestFactory
    Stream<DynamicTest> functionsAreGraphsOfTheirOwn() {
        return PreludeCalls.declarations(Kind.FN)
                .filter(declaration -> Formula.inputs(declaration).size() == 1)
                .filter(declaration -> !Set.of("positions", "bernoulli").contains(PreludeCalls.name(declaration)))
                .map(declaration -> dynamicTest(PreludeCalls.name(declaration), () -> {
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
        return POSITIVE.contains(PreludeCalls.name(declaration)) ? "dense(6) |> softplus |> " : "dense(6) |> ";
    }

    @TestFactory
    Stream<DynamicTest> gradientsOfBlocksAreDifferences() {
        return PreludeCalls.declarations(Kind.BLOCK)
                .filter(declaration -> !PreludeCalls.isBuiltin(declaration)
                        && !PreludeCalls.file(declaration).endsWith("losses.net"))
                .filter(declaration -> !ONCE.contains(PreludeCalls.name(declaration)))
                .flatMap(declaration ->
                        calls(declaration).map(call -> dynamicTest(call, () -> checkGradients(fitting(call)))));
    }

    /// The call with its defaults, and once more for each other word and the other truth of an argument.
    private static Stream<String> calls(Declaration declaration) {
        var required = PreludeCalls.arguments(declaration, 1);
        var calls = new ArrayList<String>();
        calls.add(PreludeCalls.name(declaration) + "(" + required + ")");
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
                calls.add(PreludeCalls.name(declaration) + "(" + more + ")");
            }
        }
        return calls.stream();
    }

    /// How what is built in is called with `h`, six numbers of an example.
    private static final Map<String, String> BUILTIN_CALLS = Map.ofEntries(
            Map.entry("where", "where(h > 0.1, h ^ 2, 3 * h)"),
            Map.entry("min", "min(h, 0.3 * h + 0.1)"),
            Map.entry("max", "max(h ^ 2, h)"),
            Map.entry("sum", "sum(h ^ 2)"),
            Map.entry("mean", "mean(h ^ 2)"),
            Map.entry("variance", "variance(h)"),
            Map.entry("minimum", "minimum(h)"),
            Map.entry("maximum", "maximum(h)"),
            Map.entry("gather", "gather(reshape(h, [3, 2]), argmax(slice(h, axis: 0, from: 0, to: 3)))"),
            Map.entry("reshape", "reshape(h, [2, 3])"),
            Map.entry("transpose", "transpose(reshape(h, [2, 3])) * reshape(h, [3, 2])"),
            Map.entry("slice", "slice(h, axis: 0, from: 1, to: 4)"),
            Map.entry("pad", "pad(h, axis: 0, before: 1, after: 2)"),
            Map.entry("concat", "concat(h, h ^ 2)"),
            Map.entry("windows", "windows(reshape(h, [1, 2, 3]), kernel: 2)"),
            Map.entry("fold", "fold(reshape(h, [1, 1, 2, 1, 3]), stride: 2)"),
            Map.entry("contract", "contract(\"i,j->ij\", h, h)"),
            Map.entry("along", "reshape(h, [2, 3]) * along(slice(h, axis: 0, from: 1, to: 3), channels)"),
            Map.entry("gradient", "gradient(sum(h ^ 3), wrt: h)"));

    /// What gives whole numbers, draws, or what is known before a network runs, or is computed once.
    private static final Set<String> CONSTANT = Set.of(
            "covariance",
            "bernoulli",
            "uniform",
            "normal",
            "positions",
            "count",
            "argmax",
            "one_hot",
            "orthonormal",
            "eigenvectors",
            "shape",
            "rank",
            "size",
            "channels",
            "classes",
            "extent");

    @TestFactory
    Stream<DynamicTest> gradientsOfWhatIsBuiltInAreDifferences() {
        return PreludeCalls.declarations(Kind.FN, Kind.BLOCK)
                .filter(PreludeCalls::isBuiltin)
                .filter(declaration -> declaration.kind() == Kind.BLOCK
                        || declaration.parameters().size() > 1)
                .filter(declaration -> !CONSTANT.contains(PreludeCalls.name(declaration)))
                .map(declaration -> dynamicTest(PreludeCalls.name(declaration), () -> {
                    var call = BUILTIN_CALLS.get(PreludeCalls.name(declaration));
                    assertTrue(call != null, "a call of it to differentiate");
                    checkGradients("""
                        network Net {
                          input x: float[6]
                          target y: float
                          h = x |> dense(6) |> tanh
                          g = %s
                          loss mean(g ^ 2) + mse(h |> dense(1), y)
                        }
                        """.formatted(call));
                }));
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
        return PreludeCalls.declarations(Kind.BLOCK)
                .filter(declaration -> PreludeCalls.file(declaration).endsWith("losses.net"))
                .map(declaration -> dynamicTest(PreludeCalls.name(declaration), () -> {
                    boolean penalty =
                            declaration.parameters().getFirst().name().text().equals("w");
                    var targets = penalty ? List.of("float[4]") : List.of("class[4]", "float[4]");
                    int checked = 0;
                    for (var target : targets) {
                        var loss = penalty
                                ? "mse(z, y) + " + PreludeCalls.name(declaration) + "(weights, 0.01)"
                                : PreludeCalls.name(declaration) + "(z, y)";
                        var prediction = PreludeCalls.name(declaration).equals("kl") ? " |> softmax" : "";
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
                    assertTrue(checked > 0, () -> "no target fits " + PreludeCalls.name(declaration));
                }));
    }

    // Metrics

    @TestFactory
    Stream<DynamicTest> metricsAreFigures() {
        return PreludeCalls.declarations(Kind.METRIC)
                .filter(declaration -> !PreludeCalls.isBuiltin(declaration))
                .map(declaration -> dynamicTest(PreludeCalls.name(declaration), () -> {
                    var model = Elaborated.model("""
                        network Net {
                          input x: float[3]
                          target y: %s
                          output z = x |> dense(%s)
                          loss mean(z)
                          metric %s(z, y)
                        }
                        """.formatted(
                                    PreludeCalls.name(declaration).matches("mse|mae|r2") ? "float[4]" : "class[4]",
                                    "4",
                                    PreludeCalls.name(declaration)));
                    var bindings = PreludeCalls.bindings(model);
                    var figure = PreludeCalls.metric(model, bindings.withWeights(Elaborated.weights(model, bindings)));
                    assertTrue(Double.isFinite(figure), () -> "the metric is " + figure);
                }));
    }

    // Central differences

    private static void checkGradients(String text) {
        var model = Autodiff.expand(Elaborated.model(text));
        var bindings = PreludeCalls.bindings(model);
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
            assertTrue(Double.isFinite(PreludeCalls.sum(output.data())), "a prediction that is not finite");
        }
    }

    /// A batch of seeded normal numbers, and classes in turn.

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
