package dev.lanewise.benchmarks;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Lanewise;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.data.DataOptions;
import dev.lanewise.runtime.data.DataSource;
import dev.lanewise.runtime.train.ModelTrainer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/// What a composed formula costs: training steps of a compiled network beside loops that are written and fused by hand,
/// on one thread, in alternating blocks of one JVM. Both learn the same weights, or there is no figure.
public final class Fused {
    private static final int COMPARED_STEPS = 5;
    private static final double TOLERANCE = 1e-4;
    private static final int ROUNDS = 21;
    private static final long BLOCK_NANOS = 40_000_000;
    private static final long WARMUP_NANOS = 2_000_000_000;

    private Fused() {}

    /// Arguments: the batches to measure with; 256 and 1024 when there are none.
    public static void main(String[] arguments) {
        int[] batches = arguments.length == 0
                ? new int[] {256, 1024}
                : Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
        System.out.println("formula      batch  compiled us  by hand us  compiled / by hand");
        for (var formula : Formula.values()) {
            for (int batch : batches) {
                measure(formula, batch);
            }
        }
    }

    private static void measure(Formula formula, int examples) {
        var compiled = Lanewise.compile(formula.text(examples), CompileOptions.standard());
        var info = compiled.info();
        var batch = DataSource.open(
                "normal:" + examples, Path.of(""), info.inputs(), info.targets(), DataOptions.DEFAULT);
        var first = floats(compiled.network().weights().get("w"));
        var loops = formula.loops(port(batch, "x"), port(batch, "y"), first.clone());
        try (var trainer =
                (ModelTrainer) compiled.network().trainer().threads(1).open()) {
            trainer.feed(batch);
            for (int step = 1; step <= COMPARED_STEPS; step++) {
                double theirs = trainer.stepFed();
                double ours = loops.step();
                if (Math.abs(theirs - ours) > TOLERANCE * Math.abs(theirs)) {
                    throw new IllegalStateException(
                            formula + ": the loss of step " + step + " is " + theirs + ", by hand " + ours);
                }
            }
            compare(formula, first, floats(trainer.weights().get("w")), loops.weight());
            report(formula, examples, trainer::stepFed, loops::step);
        }
    }

    /// How far the two went differs by a small part of how far they went.
    private static void compare(Formula formula, float[] first, float[] theirs, float[] ours) {
        double moved = distance(first, theirs);
        double apart = distance(theirs, ours);
        if (!(apart <= TOLERANCE * moved)) {
            throw new IllegalStateException(formula + ": the weights moved by " + moved + " and differ by " + apart);
        }
    }

    private static void report(Formula formula, int examples, DoubleSupplier compiled, DoubleSupplier byHand) {
        int compiledSteps = warmUp(compiled);
        int handSteps = warmUp(byHand);
        var compiledTimes = new double[ROUNDS];
        var handTimes = new double[ROUNDS];
        var ratios = new double[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            compiledTimes[round] = microseconds(compiled, compiledSteps);
            handTimes[round] = microseconds(byHand, handSteps);
            ratios[round] = compiledTimes[round] / handTimes[round];
        }
        System.out.printf(
                Locale.ROOT,
                "%-12s %5d %12.1f %11.1f %19.2f%n",
                formula.name().toLowerCase(Locale.ROOT),
                examples,
                median(compiledTimes),
                median(handTimes),
                median(ratios));
    }

    /// Runs until warm; how many steps a block then has.
    private static int warmUp(DoubleSupplier step) {
        long end = System.nanoTime() + WARMUP_NANOS;
        double step1 = 0;
        while (System.nanoTime() < end) {
            step1 = microseconds(step, 10);
        }
        return Math.max(1, (int) (BLOCK_NANOS / 1e3 / step1));
    }

    /// Of one step, over so many; a loss that is no number would be other work.
    private static double microseconds(DoubleSupplier step, int steps) {
        double losses = 0;
        long start = System.nanoTime();
        for (int s = 0; s < steps; s++) {
            losses += step.getAsDouble();
        }
        long nanos = System.nanoTime() - start;
        if (!Double.isFinite(losses)) {
            throw new IllegalStateException("the loss is not finite");
        }
        return nanos / 1e3 / steps;
    }

    private static double median(double[] values) {
        var sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    private static double distance(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            double difference = (double) a[i] - b[i];
            sum += difference * difference;
        }
        return Math.sqrt(sum);
    }

    private static float[] floats(double[] values) {
        var floats = new float[values.length];
        for (int i = 0; i < values.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }

    /// What a port holds, of every example.
    private static float[] port(Dataset batch, String name) {
        var values = new float[batch.size()];
        for (int p = 0; p < batch.ports().size(); p++) {
            if (batch.ports().get(p).name().equals(name)) {
                for (int e = 0; e < batch.size(); e++) {
                    batch.read(p, e, values, e);
                }
            }
        }
        return values;
    }
}
