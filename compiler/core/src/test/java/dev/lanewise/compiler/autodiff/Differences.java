package dev.lanewise.compiler.autodiff;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.GraphPrinter;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Verifier;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/// Compares gradients with central differences in double precision, along random directions.
public final class Differences {

    private static final double STEP = 1e-5;

    private Differences() {}

    /// Fails unless the gradients of `forward` agree with differences of its loss.
    public static void check(Graph forward, Map<String, Shape> parameters, Bindings bindings, SplittableRandom random) {
        check(Verifier.verify(Autodiff.gradients(forward, parameters)), bindings, random, 1e-7);
    }

    /// The same for a graph that has its GRADIENT results already.
    public static void check(Graph graph, Bindings bindings, SplittableRandom random, double tolerance) {
        var interpreter = new Interpreter(graph, true);
        var gradients = interpreter.run(bindings).all(Role.GRADIENT);
        for (int direction = 0; direction < 3; direction++) {
            var towards = new HashMap<String, double[]>();
            double slope = 0;
            double size = 0;
            for (var gradient : gradients.entrySet()) {
                double[] numbers = gradient.getValue().data();
                double[] step = new double[numbers.length];
                for (int i = 0; i < step.length; i++) {
                    step[i] = random.nextDouble(-1, 1);
                    slope += step[i] * numbers[i];
                    size += Math.abs(step[i] * numbers[i]);
                }
                towards.put(gradient.getKey(), step);
            }
            double above = interpreter.run(moved(bindings, towards, STEP)).loss();
            double below = interpreter.run(moved(bindings, towards, -STEP)).loss();
            double difference = (above - below) / (2 * STEP);
            double expected = slope;
            double error = Math.abs(difference - slope);
            double allowed = tolerance * Math.max(size, Math.abs(above) * 1e-3);
            assertTrue(
                    error <= allowed || error < 1e-12,
                    () -> "gradient " + expected + ", difference " + difference + "\n" + GraphPrinter.print(graph));
        }
    }

    private static Bindings moved(Bindings bindings, Map<String, double[]> towards, double step) {
        var weights = new HashMap<>(bindings.weights());
        towards.forEach((name, direction) -> {
            double[] moved = weights.get(name).clone();
            for (int i = 0; i < moved.length; i++) {
                moved[i] += step * direction[i];
            }
            weights.put(name, moved);
        });
        return bindings.withWeights(weights);
    }
}
