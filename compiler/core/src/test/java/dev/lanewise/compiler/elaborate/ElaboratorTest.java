package dev.lanewise.compiler.elaborate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.syntax.Parser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Loss, penalties, states, rules, metrics and the train block.
final class ElaboratorTest {

    @Test
    void aPenaltyIsAddedOnceAndCoversWhatFollowsIt() {
        var text = """
            network Net {
              input x: float[2]
              target y: float
              penalty = l2(weights, 0.5)
              loss mse(z, y) + PENALTY
              param w: float[2, 2] = constant(3)
              z = (x @ w) |> dense(1, init: constant(2), bias_init: constant(7))
              output o = z
            }
            """;
        for (var penalty : List.of("l2(weights, 0.5)", "penalty", "0.5 * (l2(weights, 1))")) {
            var reordered = text.replace("  loss mse(z, y) + PENALTY\n", "")
                    .replace("  output o = z\n", "  output o = z\n  loss mse(z, y) + " + penalty + "\n");
            var model = Elaborated.model(reordered);
            var bindings = Bindings.of(3, Map.of("x", new double[6], "y", new double[] {7, 7, 7}), Map.of(), 1);
            bindings = bindings.withWeights(Elaborated.weights(model, bindings));
            var loss = new Interpreter(model.training(), true).run(bindings).loss();
            assertEquals(0.5 * (4 * 9 + 2 * 4), loss, 1e-12, penalty);
            var broadcasts = model.training().nodes().stream()
                    .filter(node -> node.prim() instanceof Prim.Elementwise
                            && node.origin().declaration().equals("l2")
                            && node.type().perExample())
                    .count();
            assertEquals(0, broadcasts, penalty);
        }
    }

    @Test
    void frozenLayersHaveNoRuleAndKeepTheirStates() {
        var model = Elaborated.model("""
            network Net {
              input x: float[2]
              target y: float
              frozen param w: float[2] = ones
              frozen layer norm = batch_norm
              z = x * w |> norm |> frozen dense(2) |> dense(1)
              output o = z
              loss mse(z, y)
            }
            """);
        assertEquals(
                List.of("dense_2.weight", "dense_2.bias"),
                List.copyOf(model.rules().keySet()));
        assertTrue(model.training().results().stream().noneMatch(result -> result.role() == Role.UPDATE));
        assertEquals(
                Map.of("dense_2.weight", List.of(1, 2), "dense_2.bias", List.of(1)),
                TrainingStep.trained(model).entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, entry -> entry.getValue().extents())));
    }

    @Test
    void aStateIsNewBelowItsWrite() {
        var model = Elaborated.model("""
            network Net {
              input x: float[1]
              target y: float
              state count = zeros
              before = count + x
              count <- count + 1
              z = before + 10 * count
              output o = z
              loss mse(z, y)
            }
            """);
        var bindings =
                Bindings.of(1, Map.of("x", new double[1], "y", new double[1]), Map.of("count", new double[] {2}), 1);
        var outcome = new Interpreter(model.training(), true).run(bindings);
        assertArrayEquals(new double[] {32}, outcome.of(Role.OUTPUT, "o").data());
        assertArrayEquals(new double[] {3}, outcome.of(Role.UPDATE, "count").data());
    }

    @Test
    void weightsOfOneShapeHaveTheSameRuleUnderTheirOwnNames() {
        var model = Elaborated.model("""
            network Net {
              input x: float[3]
              target y: float[3]
              z = x |> dense(3) |> dense(3) |> dense(3)
              output o = z
              loss mse(z, y)
              train { optimizer: adam(rate: 0.1) }
            }
            """);
        for (var rule : model.rules().entrySet()) {
            var name = rule.getKey();
            assertEquals(
                    List.of("optimizer.m." + name, "optimizer.v." + name, name),
                    rule.getValue().results().stream()
                            .map(result -> result.name())
                            .toList());
            var leaves = rule.getValue().nodes().stream()
                    .map(node -> switch (node.prim()) {
                        case Prim.State(String state) -> state;
                        case Prim.Parameter(String parameter) -> parameter;
                        default -> "";
                    })
                    .filter(leaf -> !leaf.isEmpty())
                    .collect(Collectors.toSet());
            assertEquals(Set.of("optimizer.m." + name, "optimizer.v." + name, name), leaves);
            assertEquals(
                    "optimizer.m." + name,
                    Elaborated.weight(model, "optimizer.m." + name)
                            .initial()
                            .results()
                            .getFirst()
                            .name());
        }
        assertEquals(18, model.weights().size());
    }

    @Test
    void theScheduleMultipliesTheRate() {
        var text = """
            network Net {
              input x: float[1]
              target y: float
              z = x |> dense(1, init: ones, bias: false)
              output o = z
              loss mse(z, y)
              train { optimizer: sgd(rate: 0.5); schedule: SCHEDULE }
            }
            """;
        // The gradient at x = 1, y = 0, w = 1 is 2, so an update is 1 - rate * factor * 2.
        assertEquals(1 - 1, updated(text.replace("SCHEDULE", "constant"), 3, 10, 2), 1e-12);
        assertEquals(1 - 0.3, updated(text.replace("SCHEDULE", "cosine(warmup: 0.5)"), 3, 20, 1), 1e-12);
        assertEquals(1 - 0.5, updated(text.replace("SCHEDULE", "cosine"), 5, 10, 1), 1e-12);
        assertEquals(1 - 0.01, updated(text.replace("SCHEDULE", "step(every: 3)"), 1, 10, 7), 1e-12);
        assertEquals(1 - 0.25, updated(text.replace("SCHEDULE", "exponential(factor: 0.5)"), 1, 10, 3), 1e-12);
    }

    private static double updated(String text, int step, int steps, int epoch) {
        var model = Elaborated.model(text);
        var bindings = Bindings.of(
                        1,
                        Map.of("x", new double[] {1}, "y", new double[] {0}),
                        Map.of("dense_1.weight", new double[] {1}),
                        1)
                .with(RunScalar.STEP, step)
                .with(RunScalar.STEPS, steps)
                .with(RunScalar.EPOCH, epoch);
        return new Interpreter(TrainingStep.of(model), true)
                .run(bindings)
                .of(Role.UPDATE, "dense_1.weight")
                .data()[0];
    }

    @Test
    void fittedValuesAreGraphsOverTheTrainingSet() {
        var model = Elaborated.model("""
            network Net {
              input x: float[2]
              output y = x |> standardize |> min_max
            }
            """);
        assertEquals(
                List.of("standardize_1.mean", "standardize_1.std", "min_max_1.min", "min_max_1.max"),
                Elaborated.names(model));
        assertArrayEquals(
                new double[] {0, 0, 0.5, 0, 1, 0},
                Elaborated.run(model, 1, 5, 2, 5, 3, 5).get("y"),
                1e-12);
    }

    @Test
    void metricsAreSumsAndAFormula() {
        var model = Elaborated.model("""
            network Net {
              input x: float[2]
              target y: float[2]
              output z = x
              loss mse(z, y)
              metric r2(z, y)
              metric mae(z, y)
              metric mse(z, y)
              metric mine = sum(sum(z), over: examples) / count(z, over: [examples, all])
            }
            """);
        assertEquals(
                List.of("r2", "mae", "mse", "mine"),
                model.metrics().stream().map(m -> m.name()).toList());
        var bindings =
                Bindings.of(2, Map.of("x", new double[] {1, 2, 3, 5}, "y", new double[] {1, 2, 3, 4}), Map.of(), 1);
        assertEquals(1 - 1 / 5.0, PreludeCalls.metric(model, bindings), 1e-12);
    }

    @Test
    void aGradientInsideTheNetworkTrains() {
        var model = Elaborated.model("""
            network Net {
              input x: float[2]
              target y: float
              z = x |> dense(3) |> tanh |> dense(1)
              output o = z
              loss mse(z, y) + 0.1 * sum(gradient(sum(z), wrt: x) ^ 2)
            }
            """);
        assertEquals(
                4,
                TrainingStep.of(model).results().stream()
                        .filter(result -> result.role() == Role.GRADIENT)
                        .count());
    }

    @Test
    void theTrainBlockHasDefaultsAndOverrides() {
        var text = """
            network Net {
              input x: float[2]
              target y: float
              z = x |> dense(1)
              output o = z
              loss mse(z, y)
              train { batch: 16; stop: early(patience: 5); optimizer: sgd(rate: 0.1); test: 0.2; data: "xor" }
            }
            """;
        var settings = Elaborated.model(
                        text,
                        Options.none()
                                .with("train.batch", "64")
                                .with("train.seed", "7")
                                .with("train.optimizer", "adam"))
                .train();
        assertEquals(64, settings.batch());
        assertEquals(10, settings.epochs());
        assertEquals(7, settings.seed());
        assertEquals(5, settings.patience());
        assertEquals(0.2, settings.test());
        assertEquals("xor", settings.data());
        assertEquals("adam", settings.optimizer());
        assertEquals("constant", settings.schedule());
    }

    @Test
    void theSameTextGivesTheSameModel() {
        var text = """
            network Net {
              input x: float[4]
              target y: class[3]
              z = x |> standardize |> dense(5) |> batch_norm |> relu |> dropout |> dense(3)
              output o = softmax(z)
              loss cross_entropy(z, y) + l2(weights, 1e-4)
              metric accuracy(z, y)
            }
            """;
        assertEquals(
                Elaborated.model(text).toString().replaceAll("@[0-9a-f]+", ""),
                Elaborated.model(text).toString().replaceAll("@[0-9a-f]+", ""));
    }

    @Test
    void importsStayInTheFolderOfTheNetworkWhateverLinksSay(@TempDir Path folder) throws IOException {
        var models = Files.createDirectory(folder.resolve("models"));
        Files.writeString(folder.resolve("secret.net"), "fn twice(z) = 2 * z\n");
        Files.writeString(models.resolve("near.net"), "fn thrice(z) = 3 * z\n");
        Files.createSymbolicLink(models.resolve("inside.net"), models.resolve("near.net"));
        Files.createSymbolicLink(models.resolve("outside.net"), folder.resolve("secret.net"));
        var text = "import \"%s\"\nnetwork Net { input x: float[1]\n output y = x |> %s }";
        var diagnostics = new Diagnostics();
        var inside = Parser.parse(new Source("models/a.net", text.formatted("inside.net", "thrice")), diagnostics);
        assertTrue(Elaborator.elaborate(inside, SourceFolder.of(models), Options.none(), diagnostics)
                .isPresent());
        var outside = Parser.parse(new Source("models/b.net", text.formatted("outside.net", "twice")), diagnostics);
        assertTrue(Elaborator.elaborate(outside, SourceFolder.of(models), Options.none(), diagnostics)
                .isEmpty());
        assertEquals("bad-import", diagnostics.all().getLast().code());
    }
}
