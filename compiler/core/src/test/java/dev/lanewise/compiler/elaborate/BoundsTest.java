package dev.lanewise.compiler.elaborate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.autodiff.TrainingStep;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.compiler.interpret.Outcome;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

/// `clip`, `max_norm` and `weight_decay` against the same arithmetic written out.
final class BoundsTest {
    private static final int EXAMPLES = 7;
    private static final double RATE = 0.5;

    private static Model model(String train) {
        return Elaborated.model("""
            network Net {
              input x: float[3]
              target y: float[2]
              z = x |> dense(4) |> tanh |> dense(2)
              loss mse(z, y)
              train { %s }
            }
            """.formatted(train));
    }

    private record Step(Map<String, double[]> before, Outcome outcome) {

        static Step of(Model model) {
            var random = new SplittableRandom(5);
            var inputs = Map.of(
                    "x", random.doubles(3 * EXAMPLES, -2, 2).toArray(),
                    "y", random.doubles(2 * EXAMPLES, -9, 9).toArray());
            var weights = Elaborated.weights(model, Bindings.of(EXAMPLES, inputs, Map.of(), 3));
            var bindings = Bindings.of(EXAMPLES, inputs, weights, 3);
            return new Step(weights, new Interpreter(TrainingStep.of(model), true).run(bindings));
        }

        double[] gradient(String parameter) {
            return outcome.of(Role.GRADIENT, parameter).data();
        }

        double[] after(String parameter) {
            return outcome.of(Role.UPDATE, parameter).data();
        }

        double norm(ToDoubleFunction<Double> each) {
            return Math.sqrt(outcome.all(Role.GRADIENT).values().stream()
                    .flatMap(tensor -> Arrays.stream(tensor.data()).boxed())
                    .mapToDouble(g -> each.applyAsDouble(g) * each.applyAsDouble(g))
                    .sum());
        }

        /// What the optimizer took for the gradient, read off a step of plain descent.
        double[] applied(String parameter) {
            double[] applied = new double[after(parameter).length];
            for (int i = 0; i < applied.length; i++) {
                applied[i] = (before.get(parameter)[i] - after(parameter)[i]) / RATE;
            }
            return applied;
        }
    }

    @Test
    void oneNormOverAllGradientsIsBroughtDown() {
        var step = Step.of(model("optimizer: sgd(rate: 0.5); clip: norm(0.25)"));
        double norm = step.norm(g -> g);
        assertTrue(norm > 0.25, "the test's gradients are long enough: " + norm);
        for (var parameter : step.before().keySet()) {
            double[] expected = step.gradient(parameter).clone();
            for (int i = 0; i < expected.length; i++) {
                expected[i] *= 0.25 / norm;
            }
            assertArrayEquals(expected, step.applied(parameter), 1e-12);
        }
    }

    @Test
    void gradientsBelowTheNormStayAsTheyAre() {
        var step = Step.of(model("optimizer: sgd(rate: 0.5); clip: norm(1e6)"));
        for (var parameter : step.before().keySet()) {
            assertArrayEquals(step.gradient(parameter), step.applied(parameter), 1e-12);
        }
    }

    @Test
    void eachElementIsBoundedByAValue() {
        var step = Step.of(model("optimizer: sgd(rate: 0.5); clip: value(0.1)"));
        assertTrue(step.norm(g -> g) > 0.1 * 5, "some gradients are beyond the bound");
        for (var parameter : step.before().keySet()) {
            double[] expected = step.gradient(parameter).clone();
            for (int i = 0; i < expected.length; i++) {
                expected[i] = Math.clamp(expected[i], -0.1, 0.1);
            }
            assertArrayEquals(expected, step.applied(parameter), 1e-12);
        }
    }

    @Test
    void weightsIntoAUnitAreShortenedAndBiasesAreNot() {
        var free = Step.of(model("optimizer: sgd(rate: 0.5)"));
        double[] expected = free.after("dense_1.weight").clone();
        double bound = Math.sqrt(sum(expected, 3, 6)) + 1e-3;
        var bounded = Step.of(model("optimizer: sgd(rate: 0.5); max_norm: " + bound));
        int shortened = 0;
        for (int unit = 0; unit < 4; unit++) {
            double norm = Math.sqrt(sum(expected, unit * 3, unit * 3 + 3));
            shortened += norm > bound ? 1 : 0;
            for (int i = unit * 3; i < unit * 3 + 3; i++) {
                expected[i] *= norm > bound ? bound / norm : 1;
            }
        }
        assertTrue(shortened > 0 && shortened < 4, shortened + " of 4 units are beyond the norm");
        assertArrayEquals(expected, bounded.after("dense_1.weight"), 1e-12);
        assertArrayEquals(free.after("dense_1.bias"), bounded.after("dense_1.bias"), 0);
    }

    @Test
    void anIncomingWeightIsWhatIsSummed() {
        var model = Elaborated.model("""
            network Net {
              input x: float[3]
              target y: float[2]
              param w: float[3, 2] = normal(std: 3)
              loss mse(x @ w, y)
              train { optimizer: sgd(rate: 0); max_norm: 1 }
            }
            """);
        double[] w = Step.of(model).after("w");
        assertEquals(1, Math.hypot(Math.hypot(w[0], w[2]), w[4]), 1e-12);
        assertEquals(1, Math.hypot(Math.hypot(w[1], w[3]), w[5]), 1e-12);
    }

    @Test
    void aDecayAddsAShareOfTheWeightToItsGradient() {
        var step = Step.of(model("optimizer: sgd(rate: 0.5, weight_decay: 0.2)"));
        double[] expected = step.gradient("dense_2.weight").clone();
        for (int i = 0; i < expected.length; i++) {
            expected[i] += 0.2 * step.before().get("dense_2.weight")[i];
        }
        assertArrayEquals(expected, step.applied("dense_2.weight"), 1e-12);
    }

    private static double sum(double[] values, int from, int to) {
        double sum = 0;
        for (int i = from; i < to; i++) {
            sum += values[i] * values[i];
        }
        return sum;
    }
}
