package dev.lanewise.benchmarks;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Lanewise;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.data.DataOptions;
import dev.lanewise.runtime.data.DataSource;
import dev.lanewise.runtime.train.ModelTrainer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.DoubleSupplier;

/// What a composed formula costs: training steps of a compiled network beside loops that are written and fused by
/// hand, on one thread, in alternating blocks. Both learn the same weights, or there is no figure.
public final class Fused {
    private static final int[] BATCHES = {256, 1024};
    private static final int COMPARED_STEPS = 5;
    private static final double TOLERANCE = 1e-4;
    private static final int ROUNDS = 21;
    private static final long BLOCK_NANOS = 40_000_000;
    private static final int STEPS_WARMING = 20;
    private static final long WARMUP_NANOS = 3_000_000_000L;

    private Fused() {}

    /// Without arguments every formula with two batches, each in a JVM of its own, as what the JVM has seen of one
    /// changes how it compiles the next; with a formula and a batch, that one here.
    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (arguments.length == 2) {
            measure(Formula.valueOf(arguments[0]), Integer.parseInt(arguments[1]));
            return;
        }
        System.out.println("formula      batch  compiled us  by hand us  compiled / by hand");
        for (var formula : Formula.values()) {
            for (int batch : BATCHES) {
                inItsOwn(formula, batch);
            }
        }
    }

    /// The JVM inlines only so much, in an order that changes from run to run, and vectors that are not inlined
    /// become objects; so it is told where one hand-written loop ends. Compiled networks need and get no such help.
    private static void inItsOwn(Formula formula, int batch) throws IOException, InterruptedException {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(
                        java,
                        "--add-modules=jdk.incubator.vector",
                        "-XX:+UseParallelGC",
                        "-XX:CompileCommand=quiet",
                        "-XX:CompileCommand=inline," + VectorMath.class.getName() + "::*",
                        "-XX:CompileCommand=dontinline," + GeluLoops.class.getName() + "::*",
                        "-XX:CompileCommand=dontinline," + SoftmaxLoops.class.getName() + "::*",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Fused.class.getName(),
                        formula.name(),
                        Integer.toString(batch))
                .inheritIO()
                .start();
        if (process.waitFor() != 0) {
            throw new IllegalStateException(formula + " with batch " + batch + " gave no figure");
        }
    }

    private static void measure(Formula formula, int examples) {
        var compiled = Lanewise.compile(formula.text(examples), CompileOptions.standard());
        var info = compiled.info();
        var batch =
                DataSource.open("normal:" + examples, Path.of(""), info.inputs(), info.targets(), DataOptions.DEFAULT);
        var x = port(batch, "x");
        var y = port(batch, "y");
        var first = floats(compiled.network().weights().get("w"));
        try (var trainer =
                (ModelTrainer) compiled.network().trainer().threads(1).open()) {
            trainer.feed(batch);
            var fresh = trainer.weights().duplicate();
            Contender network = () -> {
                trainer.weights().copyFrom(fresh);
                return trainer::stepFed;
            };
            Contender byHand = () -> formula.loops(x, y, first.clone())::step;
            var loops = formula.loops(x, y, first.clone());
            for (int step = 1; step <= COMPARED_STEPS; step++) {
                double theirs = trainer.stepFed();
                double ours = loops.step();
                if (!(Math.abs(theirs - ours) <= TOLERANCE * Math.abs(theirs))) {
                    throw new IllegalStateException(
                            formula + ": the loss of step " + step + " is " + theirs + ", by hand " + ours);
                }
            }
            compare(formula, first, floats(trainer.weights().get("w")), loops.weight());
            report(formula, examples, network, byHand);
        }
    }

    /// Training from the first weights on. Each block begins there, since trained for long, weights go where
    /// numbers are subnormal, which costs other time than the formula.
    private interface Contender {
        DoubleSupplier begin();
    }

    /// How far the two went differs by a small part of how far they went.
    private static void compare(Formula formula, float[] first, float[] theirs, float[] ours) {
        double moved = distance(first, theirs);
        double apart = distance(theirs, ours);
        if (!(apart <= TOLERANCE * moved)) {
            throw new IllegalStateException(formula + ": the weights moved by " + moved + " and differ by " + apart);
        }
    }

    private static void report(Formula formula, int examples, Contender compiled, Contender byHand) {
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
    private static int warmUp(Contender contender) {
        long end = System.nanoTime() + WARMUP_NANOS;
        double each = 0;
        while (System.nanoTime() < end) {
            each = microseconds(contender, STEPS_WARMING);
        }
        return Math.max(1, (int) (BLOCK_NANOS / 1e3 / each));
    }

    /// Of one step, over so many; a loss that is no number would be other work.
    private static double microseconds(Contender contender, int steps) {
        var step = contender.begin();
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
