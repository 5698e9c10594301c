package dev.lanewise.compiler.check;

import dev.lanewise.compiler.autodiff.Autodiff;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Operations;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.compiler.interpret.Outcome;
import dev.lanewise.compiler.optimize.DropDead;
import dev.lanewise.compiler.optimize.Optimizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;

/// Compares the gradients of a loss with central differences of the interpreted loss.
///
/// Each parameter is tried with several steps, and the best counts: large steps lose to curvature, small ones to
/// rounding. A difference that rounding alone explains counts as none.
public final class GradientCheck {

    /// Elements of a parameter that are compared; larger ones are sampled evenly.
    private static final int MOST_ELEMENTS = 200;
    /// Where a loss takes long, fewer are; directions still see all.
    private static final int FEWEST_ELEMENTS = 8;
    /// Floating-point operations of all the losses that elements are compared by: seconds of the interpreter.
    private static final double OPERATIONS = 4e9;

    /// Elements that tell which step is the best.
    private static final int PROBES = 8;
    /// What the difference of two losses may be wrong by, as a part of the loss.
    private static final double ROUNDING = 1e-15;
    /// An element that is off by more than this part of itself may have crossed a kink.
    private static final double SUSPICIOUS = 1e-4;
    /// From here on no other step is tried.
    private static final double ENOUGH = 1e-8;

    private static final int DIRECTIONS = 3;
    /// Where gradients have nearly vanished, no step is both wide enough for rounding and narrow enough for
    /// curvature: then differences of fourth order are tried, which bear wider ones.
    private static final double[] WIDE_STEPS = {1e-3, 1e-2, 3e-2};

    private final LossTerms losses;
    private final Bindings at;
    private final List<Double> steps;
    private final double loss;
    private final int most;

    private GradientCheck(LossTerms losses, double loss, Bindings at, double step, int most) {
        this.losses = losses;
        this.loss = loss;
        this.most = most;
        this.at = at;
        this.steps = steps(step);
    }

    /// The gradients of the loss of the training graph `forward`, by parameter, compared at `at`. The step `step`
    /// is tried first.
    public static GradientReport of(Graph forward, Map<String, double[]> gradients, Bindings at, double step) {
        var losses = losses(forward);
        double loss = new Interpreter(losses, true).run(at).loss();
        double each = 2.0 * gradients.size() * Operations.ofContractions(losses, at.examples());
        int most = (int) Math.clamp(OPERATIONS / each, FEWEST_ELEMENTS, MOST_ELEMENTS);
        return new GradientCheck(LossTerms.of(losses, at), loss, at, step, most).report(gradients);
    }

    /// The loss of a training graph as the step computes it.
    static Graph losses(Graph forward) {
        var optimizer = new Optimizer(false);
        var whole = Autodiff.gradients(optimizer.prepare(forward), Map.of());
        return DropDead.keeping(optimizer.optimize(whole), r -> r.role() == Role.LOSS);
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

    private GradientReport report(Map<String, double[]> gradients) {
        var lines = new ArrayList<GradientReport.Line>();
        double difference = 0;
        double sum = 0;
        int elements = 0;
        int kinks = 0;
        for (var gradient : gradients.entrySet()) {
            var compared = elements(gradient.getKey(), gradient.getValue());
            lines.add(line(gradient.getKey(), gradient.getValue(), compared));
            difference = Math.hypot(difference, compared.difference());
            sum = Math.hypot(sum, compared.sum());
            elements += compared.analytic.length;
            kinks += compared.kinks();
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
        boolean empty = gradient.length == 0;
        return new GradientReport.Line(
                name,
                compared.error(),
                directional(name, gradient),
                compared.analytic.length,
                compared.kinks(),
                empty ? 0 : place(worst, gradient.length),
                empty ? 0 : compared.analytic[worst],
                empty ? 0 : compared.numeric[worst]);
    }

    /// Numbers side by side, found with one step.
    private static final class Comparison {
        final double[] analytic;
        final double[] numeric;
        final boolean[] kink;
        final double floor;

        Comparison(double[] analytic, double floor) {
            this.analytic = analytic;
            this.numeric = new double[analytic.length];
            this.kink = new boolean[analytic.length];
            this.floor = floor;
        }

        double difference() {
            double distance = distance();
            return distance <= floor ? 0 : distance;
        }

        private double distance() {
            double sum = 0;
            for (int i = 0; i < analytic.length; i++) {
                double d = analytic[i] - numeric[i];
                sum += d * d;
            }
            return Math.sqrt(sum);
        }

        /// With what rounding explains: of two steps the one that suffers less from it is better.
        double errorWithRounding() {
            double distance = distance();
            return distance == 0 ? 0 : distance / sum();
        }

        double sum() {
            return norm(analytic) + norm(numeric);
        }

        double error() {
            double difference = difference();
            return difference == 0 ? 0 : difference / sum();
        }

        int kinks() {
            return (int) IntStream.range(0, kink.length).filter(i -> kink[i]).count();
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

    /// The place of compared element `i` among `size`.
    private int place(int i, int size) {
        return (int) ((long) i * size / Math.min(size, most));
    }

    private Comparison elements(String name, double[] gradient) {
        double[] analytic = IntStream.range(0, Math.min(gradient.length, most))
                .mapToDouble(i -> gradient[place(i, gradient.length)])
                .toArray();
        double[] weight = weight(name);
        var along = losses.along(at, name);
        return best(
                analytic,
                (i, step) -> slope(along, step, h -> {
                    double[] moved = weight.clone();
                    moved[place(i, gradient.length)] += h;
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
        return best(
                        analytic,
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

    private double slope(Function<double[], Outcome> along, double step, Moved moved) {
        return losses.difference(along.apply(moved.by(step)), along.apply(moved.by(-step))) / (2 * step);
    }

    /// The comparison with the step that agrees best. A few large elements tell which steps are worth trying on
    /// all.
    private Comparison best(double[] analytic, Slopes slopes) {
        var promising = promising(analytic, slopes);
        var best = compare(analytic, slopes, promising.getFirst());
        for (double step : promising.subList(1, promising.size())) {
            if (best.error() <= GradientReport.Verdict.GREAT.most()) {
                break;
            }
            var other = compare(analytic, slopes, step);
            best = other.error() < best.error() ? other : best;
        }
        for (double step : WIDE_STEPS) {
            if (best.error() > GradientReport.Verdict.GREAT.most()) {
                var other = compare(analytic, (i, h) -> (4 * slopes.of(i, h) - slopes.of(i, 2 * h)) / 3, step);
                best = other.error() < best.error() ? other : best;
            }
        }
        return best;
    }

    private List<Double> promising(double[] analytic, Slopes slopes) {
        int[] probes = IntStream.range(0, analytic.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -Math.abs(analytic[i])))
                .limit(PROBES)
                .mapToInt(i -> i)
                .toArray();
        double[] few = Arrays.stream(probes).mapToDouble(i -> analytic[i]).toArray();
        record Tried(double step, double error) {}
        var tried = new ArrayList<Tried>();
        for (double step : steps) {
            double error = compare(few, (i, h) -> slopes.of(probes[i], h), step).errorWithRounding();
            if (error <= ENOUGH) {
                tried.addFirst(new Tried(step, 0));
                break;
            }
            tried.add(new Tried(step, error));
        }
        return tried.stream()
                .sorted(Comparator.comparingDouble(Tried::error))
                .map(Tried::step)
                .limit(3)
                .toList();
    }

    private Comparison compare(double[] analytic, Slopes slopes, double step) {
        var found = new Comparison(analytic, floor(step));
        IntStream.range(0, analytic.length).parallel().forEach(i -> {
            found.numeric[i] = slopes.of(i, step);
            if (isOff(found.analytic[i], found.numeric[i], step)) {
                retry(found, i, slopes, step);
            }
        });
        return found;
    }

    /// A smaller step that agrees means that the larger one crossed a kink.
    private void retry(Comparison found, int i, Slopes slopes, double step) {
        for (double smaller = step / 10; smaller > 1e-8; smaller /= 10) {
            double slope = slopes.of(i, smaller);
            if (!isOff(found.analytic[i], slope, smaller)) {
                found.numeric[i] = slope;
                found.kink[i] = true;
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
