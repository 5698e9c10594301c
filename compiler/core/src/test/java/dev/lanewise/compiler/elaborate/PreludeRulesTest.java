package dev.lanewise.compiler.elaborate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Initialisers, optimizers and schedules of the library.
final class PreludeRulesTest {
    /// First values that depend on data, which have tests of their own.
    private static final Set<String> FITTED = Set.of("lsuv");

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
        return PreludeCalls.declarations(Kind.INIT)
                .filter(declaration -> !FITTED.contains(PreludeCalls.name(declaration)))
                .map(declaration -> dynamicTest(PreludeCalls.name(declaration), () -> {
                    var expected = deviations.get(PreludeCalls.name(declaration));
                    assertTrue(expected != null, "what deviation is to be expected?");
                    var given = PreludeCalls.arguments(declaration, 0);
                    var init = PreludeCalls.name(declaration) + (given.isEmpty() ? "" : "(" + given + ")");
                    var model = Elaborated.model("""
                        network Net {
                          input x: float[100]
                          output y = x |> dense(60, init: %s)
                        }
                        """.formatted(init));
                    var w = Elaborated.weights(model, PreludeCalls.bindings(model))
                            .get("dense_1.weight");
                    double mean = Stream.of(w)
                            .mapToDouble(a -> PreludeCalls.sum(a) / a.length)
                            .sum();
                    double square = 0;
                    for (double each : w) {
                        square += (each - mean) * (each - mean);
                    }
                    assertEquals(expected, Math.sqrt(square / w.length), 0.04 * Math.max(expected, 0.01));
                }));
    }

    // Optimizers and schedules

    @TestFactory
    Stream<DynamicTest> optimizersMakeTheLossSmaller() {
        return PreludeCalls.declarations(Kind.OPTIMIZER)
                .map(declaration -> dynamicTest(PreludeCalls.name(declaration), () -> {
                    var given = PreludeCalls.arguments(declaration, 0);
                    var model =
                            Elaborated.model(trained(PreludeCalls.name(declaration) + "(" + given + ")", "constant"));
                    var losses = losses(model, 30, 30);
                    assertTrue(losses.getLast() < 0.99 * losses.getFirst(), losses::toString);
                }));
    }

    @TestFactory
    Stream<DynamicTest> schedulesChangeTheRate() {
        return PreludeCalls.declarations(Kind.SCHEDULE)
                .map(declaration -> dynamicTest(PreludeCalls.name(declaration), () -> {
                    var given = PreludeCalls.arguments(declaration, 0);
                    var model = Elaborated.model(trained(
                            "sgd(rate: 0.05)",
                            PreludeCalls.name(declaration) + (given.isEmpty() ? "" : "(" + given + ")")));
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
        var bindings = PreludeCalls.bindings(model);
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
}
