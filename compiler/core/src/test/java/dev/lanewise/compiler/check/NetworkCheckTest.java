package dev.lanewise.compiler.check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Compiler;
import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.check.GradientReport.Verdict;
import dev.lanewise.compiler.check.NetworkCheck.Finding;
import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.RandomGraphs;
import dev.lanewise.compiler.graph.RandomGraphs.Features;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.InitialWeights;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.compiler.interpret.Outcome;
import dev.lanewise.compiler.interpret.Tensor;
import dev.lanewise.compiler.optimize.Optimizer;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkCheckTest {

    private static Model model(String text) {
        var diagnostics = new Diagnostics();
        return Compiler.model(
                        new Source("test.net", text), SourceFolder.empty(), CompileOptions.standard(), diagnostics)
                .orElseThrow(() -> new AssertionError(diagnostics.all().toString()));
    }

    private static final String CLASSIFIER = """
        network classifier {
          input x: float[6]
          target y: class[4]
          h = x |> dense(24) |> ACTIVATION |> dense(16) |> batch_norm |> tanh
          logits = dense(h, 4)
          output p = softmax(logits)
          loss cross_entropy(logits, y) + l2(weights, 1e-3)
          train {
            optimizer: adam(rate: 0.01)
            batch: 16
          }
        }
        """;

    private static Function<Bindings, Outcome> interpreted(Model model) {
        var optimizer = new Optimizer(false);
        return new Interpreter(optimizer.optimize(TrainingStep.of(optimizer.prepare(model))), true)::run;
    }

    private static StepCompiler.Step step(Model model) {
        var program = interpreted(model);
        return new StepCompiler.Step() {
            @Override
            public Outcome apply(Bindings at) {
                return program.apply(at);
            }

            @Override
            public void close() {
                // holds nothing
            }
        };
    }

    private static NetworkCheck check(Model model) {
        return check(model, interpreted(model));
    }

    private static NetworkCheck check(Model model, Function<Bindings, Outcome> compiled) {
        var random = new SplittableRandom(7);
        int examples = 20;
        var batch = RandomGraphs.batch(model, examples, random);
        var data = Bindings.of(examples, batch, Map.of(), 3);
        var weights = InitialWeights.of(model, data, true);
        return NetworkCheck.of(
                model, data.withWeights(weights), NetworkCheck.Settings.STANDARD, compiled, NetworkCheckTest::step);
    }

    @ParameterizedTest
    @ValueSource(strings = {"tanh", "relu", "gelu", "softplus"})
    void aGoodNetworkPassesEverything(String activation) {
        var check = check(model(CLASSIFIER.replace("ACTIVATION", activation)));
        assertEquals(
                "compiled true, chance true, regularisation true, overfit true, input true",
                check.sanity().stream().map(f -> f.check() + " " + f.passed()).collect(Collectors.joining(", ")),
                () -> check.sanity().toString());
        assertTrue(check.worst() <= 1e-7, () -> check.gradients().toString());
        assertTrue(check.passed());
    }

    /// Multiplies the gradient of one parameter, as a wrong derivative would.
    private static Function<Bindings, Outcome> wrong(Model model, String parameter, double factor) {
        return interpreted(model).andThen(outcome -> {
            var tensors = new ArrayList<Tensor>();
            for (int i = 0; i < outcome.results().size(); i++) {
                var result = outcome.results().get(i);
                var tensor = outcome.tensors().get(i);
                boolean hit = result.role() == Role.GRADIENT && result.name().equals(parameter);
                double[] data = tensor.data().clone();
                for (int k = 0; hit && k < data.length; k++) {
                    data[k] *= factor;
                }
                tensors.add(new Tensor(tensor.type(), tensor.examples(), data));
            }
            return new Outcome(outcome.results(), tensors);
        });
    }

    @ParameterizedTest
    @ValueSource(doubles = {1.1, 1 + 1e-4, -1, 0})
    void aWrongGradientIsFound(double factor) {
        var model = model(CLASSIFIER.replace("ACTIVATION", "tanh"));
        var check = check(model, wrong(model, "dense_1.weight", factor));
        assertFalse(check.passed());
        for (var line : check.start().parameters()) {
            boolean right = line.verdict() == Verdict.GREAT;
            assertEquals(!line.parameter().equals("dense_1.weight"), right, line::toString);
        }
    }

    /// The network whose first weights are so small that each tanh is all but a straight line: a derivative that
    /// takes it for one is wrong by a few millionths there.
    private static String lecture(String third) throws IOException {
        var sample = Files.readString(Path.of("../../samples/lectures/mlp-tanh.net"));
        return """
            block straight(z) { return z + stop_gradient(tanh(z) - z) }
            """ + sample.replaceFirst("(?m)(h3 = .*)tanh$", "$1" + third).replace("width = 500", "width = 40");
    }

    @Test
    void aWrongDerivativeIsFoundWhereFirstWeightsHideIt() throws IOException {
        var sound = check(model(lecture("tanh")));
        assertTrue(sound.worst() <= 1e-7, () -> sound.gradients().toString());
        var check = check(model(lecture("straight")));
        var hidden = check.start().worst();
        assertTrue(hidden < 1e-3, "hidden at the start: " + hidden);
        assertFalse(check.lively().passed(), () -> check.lively().toString());
        for (var line : check.lively().parameters()) {
            boolean behind = line.parameter().startsWith("dense_4");
            assertEquals(behind ? Verdict.GREAT : Verdict.WRONG, line.verdict(), line::toString);
        }
    }

    @Test
    void codeThatDiffersFromTheInterpreterIsFound() {
        var model = model(CLASSIFIER.replace("ACTIVATION", "tanh"));
        var compiled =
                check(model, wrong(model, "dense_1.bias", 1 + 1e-9)).sanity().getFirst();
        assertEquals("compiled", compiled.check());
        assertFalse(compiled.passed(), compiled::toString);
    }

    @Test
    void aNetworkThatIgnoresItsInputIsFound() {
        var blind = model(CLASSIFIER.replace("ACTIVATION", "tanh").replace("h = x |>", "h = x * 0 |>"));
        var failed = check(blind).sanity().stream()
                .filter(f -> !f.passed())
                .map(Finding::check)
                .toList();
        assertTrue(failed.contains("overfit") && failed.contains("input"), failed::toString);
    }

    @Test
    void weightsThatAreTooLargeAreFoundByChance() {
        var loud = model(CLASSIFIER
                .replace("ACTIVATION", "tanh")
                .replace("logits = dense(h, 4)", "logits = dense(h, 4, init: normal(std: 10))"));
        var chance = check(loud).sanity().get(1);
        assertEquals("chance", chance.check());
        assertFalse(chance.passed(), chance::toString);
    }

    /// Behind five sigmoids a narrow step drowns in rounding, and a wide one is wrong by the curvature.
    @Test
    void gradientsThatHaveNearlyVanishedAreComparedWithWideSteps() {
        var model = model("""
            network Deep {
              input x: float[40]
              target y: float[40]
              h = x
              repeat 7 { h = h |> dense(40, init: fan_in) |> sigmoid }
              output z = h
              loss mse(h, y)
            }
            """);
        var check = check(model);
        assertTrue(check.worst() <= 1e-7, () -> check.gradients().toString());
    }

    private static Map<String, double[]> gradients(Model model, Bindings at) {
        return interpreted(model).apply(at).all(Role.GRADIENT).entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().data()));
    }

    @Test
    void kinksAreTriedAgainAndCounted() {
        var model = model(CLASSIFIER.replace("ACTIVATION", "relu").replace("+ l2(weights, 1e-3)", ""));
        var random = new SplittableRandom(1);
        var batch = RandomGraphs.batch(model, 200, random);
        var bindings = Bindings.of(200, batch, Map.of(), 1);
        var at = bindings.withWeights(InitialWeights.of(model, bindings, true));
        var report = GradientCheck.of(model.training(), gradients(model, at), at, 1e-2);
        assertTrue(report.worst() <= 1e-7, report::toString);
    }

    @Test
    void gradientsOfRandomNetworksAreGreat() {
        for (long seed = 0; seed < 20; seed++) {
            var model = RandomGraphs.model(seed, 4, Features.SMOOTH);
            var random = new SplittableRandom(seed);
            var at = Bindings.of(9, RandomGraphs.batch(model, 9, random), RandomGraphs.weights(model, random), seed);
            var report = GradientCheck.of(model.training(), gradients(model, at), at, 1e-5);
            assertTrue(report.worst() <= 1e-6, "seed " + seed + " " + report);
        }
    }
}
