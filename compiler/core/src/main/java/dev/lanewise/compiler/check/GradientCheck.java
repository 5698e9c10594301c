package dev.lanewise.compiler.check;

import dev.lanewise.compiler.autodiff.Autodiff;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Outcome;
import dev.lanewise.compiler.optimize.DropDead;
import dev.lanewise.compiler.optimize.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;

/// Compares the gradients of a loss with central differences.
///
/// Each parameter is tried with several steps, and the best counts: large steps lose to curvature, small ones to
/// rounding. A difference that rounding alone explains counts as none.
public final class GradientCheck {

    /// Elements of a parameter that are compared; larger ones are sampled evenly.
    private static final int MOST_ELEMENTS = 200;
    /// What an evaluation of the loss may be wrong by, as a part of it.
    private static final double ROUNDING = 1e-15;
    /// An element that is off by more than this part of itself may have crossed a kink.
    private static final double SUSPICIOUS = 1e-4;
    /// From here on no other step is tried.
    private static final double ENOUGH = 1e-8;

    private static final int DIRECTIONS = 3;

    private final Engine.Program losses;
    private final Engine.Program gradients;
    private final Bindings at;
    private final List<Double> steps;
    private final double loss;

    private GradientCheck(Engine.Program losses, Engine.Program gradients, Bindings at, double step) {
        this.losses = losses;
        this.gradients = gradients;
        this.at = at;
        this.steps = steps(step);
        this.loss = losses.run(at).loss();
    }

    /// The gradients of the training graph `forward` by `parameters`, compared at `at`. The step `step` is tried
    /// first.
    public static GradientReport of(
            Graph forward, Map<String, Shape> parameters, Bindings at, double step, Engine engine) {
        var optimizer = new Optimizer(false);
        var all = optimizer.optimize(Autodiff.gradients(optimizer.prepare(forward), parameters));
        var losses = engine.prepare(DropDead.keeping(all, r -> r.role() == Role.LOSS));
        var gradients = engine.prepare(DropDead.keeping(all, r -> r.role() == Role.LOSS || r.role() == Role.GRADIENT));
        return new GradientCheck(losses, gradients, at, step).report();
    }

    /// The given step and its neighbours, the farthest last.
    private static List<Double> steps(double first) {
        var steps = new ArrayList<>(List.of(first));
        for (double other : new double[] {1e-5, 1e-4, 1e-6, 1e-3, 1e-7}) {
            if (!steps.contains(other)) {
                steps.add(other);
            }
        }
        return steps;
    }

    private GradientReport report() {
        var lines = new ArrayList<GradientReport.Line>();
        double difference = 0;
        double sum = 0;
        int elements = 0;
        int kinks = 0;
        for (var gradient : gradients.run(at).all(Role.GRADIENT).entrySet()) {
            var compared = elements(gradient.getKey(), gradient.getValue().data());
            lines.add(line(gradient.getKey(), gradient.getValue().data(), compared));
            difference = Math.hypot(difference, compared.difference());
            sum = Math.hypot(sum, compared.sum());
            elements += compared.indices.length;
            kinks += compared.kinks;
        }
        double error = sum == 0 ? 0 : difference / sum;
        double directional = lines.stream()
                .mapToDouble(GradientReport.Line::directional)
                .max()
                .orElse(0);
        return new GradientReport(
                lines, new GradientReport.Line("all", error, directional, elements, kinks, 0, sum, sum - difference));
    }

    private GradientReport.Line line(String name, double[] gradient, Comparison compared) {
        int worst = compared.worst();
        return new GradientReport.Line(
                name,
                compared.error(),
                directional(name, gradient),
                compared.indices.length,
                compared.kinks,
                compared.indices.length == 0 ? 0 : compared.indices[worst],
                compared.indices.length == 0 ? 0 : compared.analytic[worst],
                compared.indices.length == 0 ? 0 : compared.numeric[worst]);
    }

    /// Numbers side by side, found with one step.
    private static final class Comparison {
        final int[] indices;
        final double[] analytic;
        final double[] numeric;
        double floor;
        int kinks;

        Comparison(int[] indices, double[] analytic) {
            this.indices = indices;
            this.analytic = analytic;
            this.numeric = new double[analytic.length];
        }

        double difference() {
            double sum = 0;
            for (int i = 0; i < analytic.length; i++) {
                double d = analytic[i] - numeric[i];
                sum += d * d;
            }
            double norm = Math.sqrt(sum);
            return norm <= floor * Math.sqrt(analytic.length) ? 0 : norm;
        }

        double sum() {
            return norm(analytic) + norm(numeric);
        }

        double error() {
            double difference = difference();
            return difference == 0 ? 0 : difference / sum();
        }

        int worst() {
            int worst = 0;
            for (int i = 1; i < analytic.length; i++) {
                if (Math.abs(analytic[i] - numeric[i]) > Math.abs(analytic[worst] - numeric[worst])) {
                    worst = i;
                }
            }
            return worst;
        }
    }

    private Comparison elements(String name, double[] gradient) {
        int count = Math.min(gradient.length, MOST_ELEMENTS);
        int[] indices = new int[count];
        double[] analytic = new double[count];
        for (int i = 0; i < count; i++) {
            indices[i] = (int) ((long) i * gradient.length / count);
            analytic[i] = gradient[indices[i]];
        }
        double[] weight = weight(name);
        var along = losses.along(at, name);
        return best(
                new Comparison(indices, analytic),
                (i, step) -> slope(along, step, h -> {
                    double[] moved = weight.clone();
                    moved[indices[i]] += h;
                    return moved;
                }));
    }

    private double directional(String name, double[] gradient) {
        var random = new SplittableRandom(at.seed());
        var directions = new ArrayList<double[]>();
        directions.add(unit(gradient.clone()));
        for (int i = 0; i < DIRECTIONS; i++) {
            directions.add(unit(random.doubles(gradient.length, -1, 1).toArray()));
        }
        double[] analytic =
                directions.stream().mapToDouble(d -> dot(d, gradient)).toArray();
        double[] weight = weight(name);
        var along = losses.along(at, name);
        int[] indices = new int[analytic.length];
        return best(
                        new Comparison(indices, analytic),
                        (i, step) -> slope(along, step, h -> {
                            double[] moved = weight.clone();
                            double[] direction = directions.get(i);
                            for (int k = 0; k < moved.length; k++) {
                                moved[k] += h * direction[k];
                            }
                            return moved;
                        }))
                .error();
    }

    private interface Slopes {
        double of(int place, double step);
    }

    private interface Moved {
        double[] by(double h);
    }

    private static double slope(Function<double[], Outcome> along, double step, Moved moved) {
        DoubleUnaryOperator loss = h -> along.apply(moved.by(h)).loss();
        return (loss.applyAsDouble(step) - loss.applyAsDouble(-step)) / (2 * step);
    }

    /// The comparison with the step that agrees best.
    private Comparison best(Comparison start, Slopes slopes) {
        var best = compare(start, slopes, steps.getFirst());
        for (double step : steps.subList(1, steps.size())) {
            if (best.error() <= ENOUGH) {
                break;
            }
            var other = compare(start, slopes, step);
            best = other.error() < best.error() ? other : best;
        }
        return best;
    }

    private Comparison compare(Comparison start, Slopes slopes, double step) {
        var found = new Comparison(start.indices, start.analytic);
        found.floor = floor(step);
        for (int i = 0; i < found.numeric.length; i++) {
            found.numeric[i] = slopes.of(i, step);
            if (isOff(found.analytic[i], found.numeric[i], step)) {
                retry(found, i, slopes, step);
            }
        }
        return found;
    }

    /// A smaller step that agrees means that the larger one crossed a kink.
    private void retry(Comparison found, int i, Slopes slopes, double step) {
        for (double smaller = step / 10; smaller > 1e-8; smaller /= 10) {
            double slope = slopes.of(i, smaller);
            if (!isOff(found.analytic[i], slope, smaller)) {
                found.numeric[i] = slope;
                found.kinks++;
                return;
            }
        }
    }

    private boolean isOff(double analytic, double numeric, double step) {
        double difference = Math.abs(analytic - numeric);
        return !(difference <= SUSPICIOUS * (Math.abs(analytic) + Math.abs(numeric)) + 10 * floor(step));
    }

    private double floor(double step) {
        return ROUNDING * Math.abs(loss) / step;
    }

    private double[] weight(String name) {
        double[] weight = at.weights().get(name);
        if (weight == null) {
            throw new IllegalArgumentException("no weight " + name);
        }
        return weight;
    }

    private static double norm(double[] numbers) {
        return Math.sqrt(dot(numbers, numbers));
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] unit(double[] numbers) {
        double norm = norm(numbers);
        return norm == 0 ? numbers : Arrays.stream(numbers).map(x -> x / norm).toArray();
    }
}
