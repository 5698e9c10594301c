package dev.lanewise.compiler.elaborate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.syntax.Parser;
import dev.lanewise.runtime.Port;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ElaboratorTest {

    private static List<String> names(Model model) {
        return model.weights().stream()
                .filter(weight -> weight.kind() != Weight.Kind.OPTIMIZER)
                .map(Weight::name)
                .toList();
    }

    private static Weight weight(Model model, String name) {
        return model.weights().stream()
                .filter(weight -> weight.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static Map<String, double[]> run(Model model, double... x) {
        var inputs = new HashMap<String, double[]>();
        inputs.put("x", x);
        var examples = x.length / model.inputs().getFirst().size();
        for (var target : model.targets()) {
            inputs.put(target.name(), new double[examples * target.size()]);
        }
        var bindings = Bindings.of(examples, inputs, Map.of(), 1);
        bindings = bindings.withWeights(Elaborated.weights(model, bindings));
        var outcome = new Interpreter(model.prediction(), true).run(bindings);
        return outcome.all(Role.OUTPUT).entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().data()));
    }

    // Names

    @Test
    void layersAreNumberedInTheirScope() {
        var model = Elaborated.model("""
            block residual(x, width) {
              h = x |> dense(width) |> tanh |> dense(width)
              return h + x
            }
            block outer(x) {
              param w: float[size(x)] = ones
              return w * (x |> residual(size(x)))
            }
            network Net {
              input x: float[4]
              h = x |> dense(4) |> flatten |> dropout
              repeat 2 { h = h |> dense(4) |> relu }
              h = h |> residual(4) |> outer |> residual(4)
              layer shared = residual(4)
              output y = h |> shared |> shared |> prelu
            }
            """);
        assertEquals(
                List.of(
                        "dense_1.weight",
                        "dense_1.bias",
                        "dense_2.weight",
                        "dense_2.bias",
                        "dense_3.weight",
                        "dense_3.bias",
                        "residual_1.dense_1.weight",
                        "residual_1.dense_1.bias",
                        "residual_1.dense_2.weight",
                        "residual_1.dense_2.bias",
                        "outer_1.w",
                        "outer_1.residual_1.dense_1.weight",
                        "outer_1.residual_1.dense_1.bias",
                        "outer_1.residual_1.dense_2.weight",
                        "outer_1.residual_1.dense_2.bias",
                        "residual_2.dense_1.weight",
                        "residual_2.dense_1.bias",
                        "residual_2.dense_2.weight",
                        "residual_2.dense_2.bias",
                        "shared.dense_1.weight",
                        "shared.dense_1.bias",
                        "shared.dense_2.weight",
                        "shared.dense_2.bias",
                        "prelu_1.slope"),
                names(model));
    }

    @Test
    void onlyWhatOwnsSomethingIsNumbered() {
        var model = Elaborated.model("""
            fn my_swish(z, beta: param = 1.5) = z * sigmoid(beta * z)
            network Net {
              input x: float[4]
              output y = x |> swish |> swish(learned: true) |> my_swish |> my_swish(beta: 2)
            }
            """);
        assertEquals(List.of("swish_1.beta", "my_swish_1.beta", "my_swish_2.beta"), names(model));
        assertArrayEquals(
                new double[] {2},
                Elaborated.value(
                        weight(model, "my_swish_2.beta").initial(),
                        "my_swish_2.beta",
                        Bindings.of(1, Map.of(), Map.of(), 1)));
    }

    @Test
    void aNamedLayerKeepsItsWeightsAndTheyMayBeRead() {
        var model = Elaborated.model("""
            network Net {
              input x: float[3]
              layer shared = dense(3, init: uniform(1, 2), bias: false)
              h = x |> shared
              output a = h |> shared
              output b = contract("un,n->u", shared.weight, contract("un,n->u", shared.weight, x))
            }
            """);
        assertEquals(List.of("shared.weight"), names(model));
        var outputs = run(model, 1, -2, 3);
        assertArrayEquals(outputs.get("a"), outputs.get("b"), 1e-12);
    }

    // Expressions

    @Test
    void powersBindBeforeTheMinusSignAndToTheRight() {
        var outputs = run(Elaborated.model("""
            network Net {
              input x: float[1]
              output a = -x ^ 2
              output b = 2 ^ -x
              output c = x ^ 3 ^ 2
              output d = x ^ -2
              output e = 1 / 8 * x
              output f = where(x > 1 and not (x == 3), 5, 6)
              output g = x ^ 0.5
            }
            """), 2);
        assertArrayEquals(new double[] {-4}, outputs.get("a"));
        assertArrayEquals(new double[] {0.25}, outputs.get("b"));
        assertArrayEquals(new double[] {512}, outputs.get("c"));
        assertArrayEquals(new double[] {0.25}, outputs.get("d"));
        assertArrayEquals(new double[] {0.25}, outputs.get("e"));
        assertArrayEquals(new double[] {5}, outputs.get("f"));
        assertArrayEquals(new double[] {Math.pow(2, 0.5)}, outputs.get("g"));
    }

    @Test
    void reductionsKeepTheirAxesUnlessTheyTakeAll() {
        var model = Elaborated.model("""
            network Net {
              input x: float[2, 3]
              output a = sum(x, over: 1)
              output b = sum(x, over: channels)
              output c = sum(x)
              output d = max(x, over: -1) - min(x, over: space)
              output e = argmax(x)
              output f = variance(x)
              output g = count(x, over: space) * x
              output h = reshape(transpose(x), [6])
            }
            """);
        var outputs = run(model, 1, 2, 3, 4, 5, 9);
        assertArrayEquals(new double[] {6, 18}, outputs.get("a"));
        assertArrayEquals(new double[] {5, 7, 12}, outputs.get("b"));
        assertArrayEquals(new double[] {24}, outputs.get("c"));
        assertArrayEquals(new double[] {2, 5}, outputs.get("d"));
        assertArrayEquals(new double[] {5}, outputs.get("e"));
        assertArrayEquals(new double[] {40 / 6.0}, outputs.get("f"), 1e-12);
        assertArrayEquals(new double[] {3, 6, 9, 12, 15, 27}, outputs.get("g"));
        assertArrayEquals(new double[] {1, 4, 2, 5, 3, 9}, outputs.get("h"));
        var shapes = model.outputs().stream().map(Port::shape).toList();
        assertEquals(
                List.of(
                        List.of(2, 1),
                        List.of(1, 3),
                        List.of(),
                        List.of(2, 1),
                        List.of(),
                        List.of(),
                        List.of(2, 3),
                        List.of(6)),
                shapes);
    }

    @Test
    void viewsAndJoins() {
        var outputs = run(Elaborated.model("""
            network Net {
              input x: float[2, 3]
              a = slice(x, axis: 1, from: 1, to: 3)
              output b = reshape(concat(a, a * 10, axis: 1), [8])
              output c = reshape(pad(slice(x, axis: 0, to: 1), axis: 1, before: 1, after: 2), [6])
              output d = one_hot(argmax(x), 7)
              output f = reshape(slice(x, axis: 1, to: 1) |> pad(1), [6])
              output e = x @ reshape(x, [3, 2]) |> reshape([4])
            }
            """), 1, 2, 3, 4, 5, 9);
        assertArrayEquals(new double[] {2, 3, 20, 30, 5, 9, 50, 90}, outputs.get("b"));
        assertArrayEquals(new double[] {0, 1, 2, 3, 0, 0}, outputs.get("c"));
        assertArrayEquals(new double[] {0, 0, 0, 0, 0, 1, 0}, outputs.get("d"));
        assertArrayEquals(new double[] {0, 1, 0, 0, 4, 0}, outputs.get("f"));
        assertArrayEquals(new double[] {22, 37, 64, 109}, outputs.get("e"));
    }

    @Test
    void repeatAndIfAreDecidedAtCompileTime() {
        var model = Elaborated.model("""
            network Net(deep = 3, wide = false, width = 4, sizes = [5, 6]) {
              input x: float[4]
              h = x
              repeat deep as i {
                if i == 1 and not wide { h = h |> dense(width + i, init: constant(1)) }
                else if wide { h = h |> dense(extent(sizes, 1)) }
              }
              output y = h
            }
            """, Options.none().with("deep", "2 + 2").with("width", "6 / 2"));
        assertEquals(List.of(4), model.outputs().getFirst().shape());
        assertEquals(List.of("dense_1.weight", "dense_1.bias"), names(model));
    }

    @Test
    void aThousandLayersAndMoreAreNoDeepRecursion() {
        var model = Elaborated.model("""
            network Net {
              input x: float[4]
              target y: class[2]
              h = x
              repeat 2000 { h = h |> dense(4) |> tanh }
              logits = h |> dense(2)
              output p = softmax(logits)
              loss cross_entropy(logits, y)
            }
            """);
        assertEquals(4002, model.rules().size());
    }

    @Test
    void theDifferenceOfDrawsIsNotZero() {
        var model = Elaborated.model("""
            network Net {
              input x: float[3]
              output y = x * 0 + uniform(0, 1) - uniform(0, 1)
              noise = normal(0, 1)
              output z = (x + noise) - (x + noise)
            }
            """);
        var outputs = run(model, 1, 2, 3);
        assertTrue(outputs.get("y")[0] != 0);
        assertArrayEquals(new double[3], outputs.get("z"), 1e-12);
    }

    @Test
    void functionsWrittenInJavaAreFunctions() {
        var diagnostics = new Diagnostics();
        var model = Elaborated.elaborate(
                        """
                        import "lib/Activations.java"
                        import "lib/more.net"
                        network Net {
                          input x: float[2]
                          output y = x |> bent(slope: 0.5) |> twice
                        }
                        """,
                        Map.of(
                                "lib/Activations.java",
                                "final class Activations { static double bent(double z, double slope) "
                                        + "{ return z > 0 ? z : slope * z; } }",
                                "lib/more.net",
                                "fn twice(z) = 2 * z"),
                        Options.none(),
                        diagnostics)
                .orElseThrow(() -> new AssertionError(diagnostics.all().toString()));
        assertArrayEquals(new double[] {6, -4}, run(model, 3, -4).get("y"));
    }

    @Test
    void functionsWrittenInJavaCallThoseOfOtherFiles() {
        var diagnostics = new Diagnostics();
        var files = Map.of(
                "lib/a/Bends.java",
                "package a; import b.Slopes; final class Bends { static double bent(double z) { double s = 0;"
                        + " for (int i = 0; i < 3; i++) { s += Slopes.scaled(z); } return s + Near.one(z); } }",
                "lib/a/Near.java",
                "package a; final class Near { static double one(double z) { return 1; } }",
                "lib/b/Slopes.java",
                "package b; public final class Slopes { static final int HALVES = 4;"
                        + " public static double scaled(double z) { return z * HALVES / 2.0; } }");
        var model = Elaborated.elaborate("""
            import "lib/a/Bends.java"
            fn scaled(z) = 100 * z
            network Net {
              input x: float[2]
              output y = x |> bent
            }
            """, files, Options.none(), diagnostics)
                .orElseThrow(() -> new AssertionError(diagnostics.all().toString()));
        assertArrayEquals(new double[] {19, -23}, run(model, 3, -4).get("y"));
    }

    // Initialisers

    @Test
    void autoLooksAtTheActivationThatFollows() {
        var model = Elaborated.model("""
            network Net {
              input x: float[1, 6, 6]
              h = x |> conv(2, kernel: 3) |> batch_norm |> relu |> max_pool(2) |> flatten
              h = h |> dense(5) |> tanh
              h = h |> dense(5) |> selu
              h = h |> dense(5) |> dropout |> leaky_relu
              h = h |> dense(5)
              output y = h |> dense(5, init: he_uniform) |> softmax
            }
            """);
        assertEquals(
                List.of("he_normal", "glorot_normal", "lecun_normal", "he_normal", "glorot_normal", "he_uniform"),
                model.weights().stream()
                        .filter(Weight::kernel)
                        .map(weight -> weight.initialiser().replaceAll(" .*", ""))
                        .toList());
    }

    @Test
    void aFanCountsTheTermsOfOneOutput() {
        var model = Elaborated.model("""
            init in_and_out = fan_in + fan_out / 1000
            network Net(mine = in_and_out) {
              input x: float[2, 9, 9]
              h = x |> conv(4, kernel: 3, groups: 2, init: mine) |> flatten
              h = h |> dense(7, init: mine) |> maxout(3, 2, init: mine)
              param w: float[3, 5] = mine
              param s: float[5] = shape
              output y = (h @ w)
            }
            """.replace("= shape\n", "= 0.5\n"));
        var fans = new HashMap<String, Double>();
        for (var name : List.of("conv_1.weight", "dense_1.weight", "maxout_1.weight", "w")) {
            fans.put(
                    name,
                    Elaborated.value(weight(model, name).initial(), name, Bindings.of(1, Map.of(), Map.of(), 1))[0]);
        }
        assertEquals(
                Map.of("conv_1.weight", 9.018, "dense_1.weight", 196.007, "maxout_1.weight", 7.006, "w", 3.005), fans);
    }

    // Loss, weights, states

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
                    weight(model, "optimizer.m." + name)
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
                List.of("standardize_1.mean", "standardize_1.std", "min_max_1.min", "min_max_1.max"), names(model));
        assertArrayEquals(
                new double[] {0, 0, 0.5, 0, 1, 0}, run(model, 1, 5, 2, 5, 3, 5).get("y"), 1e-12);
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
        assertEquals(1 - 1 / 5.0, PreludeTest.metric(model, bindings), 1e-12);
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
