package dev.lanewise.compiler.check;

import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.interpret.Bindings;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/// Weights at which every part of a network does something, whatever its initialiser was.
///
/// Tiny first weights leave every unit on the straight part of its activation, and zeros switch terms off: a wrong
/// derivative of what lies beyond would show in the last digits alone. So arrays of two axes and more are scaled to
/// the deviation 1/sqrt(inputs), and everything is moved a little.
final class LivelyWeights {

    /// How far numbers are moved, as a part of themselves or, near 0, of 1.
    private static final double MOVE = 0.1;

    private LivelyWeights() {}

    /// The weights of `at`, the trained ones changed.
    static Map<String, double[]> of(Map<String, Shape> trained, Bindings at) {
        var random = new SplittableRandom(at.seed());
        var weights = new HashMap<>(at.weights());
        trained.forEach((name, shape) -> {
            double[] values = weights.get(name);
            if (values != null) {
                weights.put(name, lively(values, shape, random));
            }
        });
        return weights;
    }

    private static double[] lively(double[] values, Shape shape, SplittableRandom random) {
        double square = 0;
        for (double value : values) {
            square += value * value;
        }
        double now = Math.sqrt(square / Math.max(1, values.length));
        boolean isKernel = shape.rank() >= 2;
        double wanted = isKernel ? 1 / Math.sqrt((double) shape.size() / shape.extent(0)) : now;
        double factor = now == 0 ? 0 : wanted / now;
        double unit = isKernel ? wanted : 1;
        double[] lively = new double[values.length];
        for (int i = 0; i < lively.length; i++) {
            double scaled = values[i] * factor;
            lively[i] = scaled + MOVE * Math.max(unit, Math.abs(scaled)) * random.nextDouble(-1, 1);
        }
        return lively;
    }
}
