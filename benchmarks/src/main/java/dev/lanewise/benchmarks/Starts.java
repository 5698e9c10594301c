package dev.lanewise.benchmarks;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Lanewise;
import dev.lanewise.runtime.data.DataOptions;
import dev.lanewise.runtime.data.DataSource;
import dev.lanewise.runtime.train.ModelTrainer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/// Starts a network in many JVMs, one after the other, and tells how long each took to full speed and what that was:
/// the JVM compiles in another order each time, and sometimes leaves a kernel slow. `Starts NETWORK [JVMS]`; a JVM
/// below nine tenths of the median is marked.
public final class Starts {
    private static final int JVMS = 20;
    private static final int FIRST_STEPS = 1000;
    private static final long WINDOW = 500_000_000;
    private static final int WINDOWS = 4;
    private static final double SLOW = 0.9;
    private static final String ONE = "one";

    private Starts() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var network = Networks.valueOf(arguments[0].toUpperCase(Locale.ROOT));
        if (arguments.length > 1 && arguments[1].equals(ONE)) {
            start(network);
            return;
        }
        int jvms = arguments.length > 1 ? Integer.parseInt(arguments[1]) : JVMS;
        var all = new ArrayList<double[]>();
        for (int i = 0; i < jvms; i++) {
            all.add(child(network));
        }
        print(network, all);
    }

    /// Milliseconds from the start of the JVM to the first step, to a thousand steps and to vector kernels; then
    /// steps a second.
    private static void start(Networks network) {
        var compiled = Lanewise.compile(network.text(), CompileOptions.standard());
        var info = compiled.info();
        var batch = DataSource.open(
                "normal:" + info.train().batch(), Path.of(""), info.inputs(), info.targets(), DataOptions.DEFAULT);
        var program = compiled.network().bundle().program();
        try (var trainer =
                (ModelTrainer) compiled.network().trainer().threads(1).open()) {
            trainer.step(batch);
            long first = sinceStart();
            long warm = program.isWarm() ? first : 0;
            long thousand = 0;
            while (warm == 0 || thousand == 0) {
                trainer.step(batch);
                thousand = trainer.steps() == FIRST_STEPS ? sinceStart() : thousand;
                warm = warm == 0 && program.isWarm() ? sinceStart() : warm;
            }
            double best = 0;
            for (int window = 0; window < WINDOWS; window++) {
                long begin = System.nanoTime();
                long before = trainer.steps();
                while (System.nanoTime() - begin < WINDOW) {
                    trainer.step(batch);
                }
                best = Math.max(best, (trainer.steps() - before) * 1e9 / (System.nanoTime() - begin));
            }
            System.out.println(first + " " + thousand + " " + warm + " " + best);
        }
    }

    private static long sinceStart() {
        return System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime();
    }

    private static double[] child(Networks network) throws IOException, InterruptedException {
        var command = new ArrayList<String>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), Starts.class.getName(), network.name(), ONE));
        var process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var line = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            throw new IOException("a JVM ended with exit code " + process.exitValue());
        }
        return Arrays.stream(line.split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }

    private static void print(Networks network, List<double[]> all) {
        double median = median(all, 3);
        System.out.printf(Locale.ROOT, "%s: milliseconds from the start of the JVM%n", network);
        System.out.printf("%6s %12s %12s %12s %12s%n", "JVM", "first step", "1000 steps", "full speed", "steps/s");
        for (int i = 0; i < all.size(); i++) {
            double[] run = all.get(i);
            System.out.printf(
                    Locale.ROOT,
                    "%6d %12.0f %12.0f %12.0f %12.1f %s%n",
                    i + 1,
                    run[0],
                    run[1],
                    run[2],
                    run[3],
                    run[3] < SLOW * median ? "slow" : "");
        }
        System.out.printf(
                Locale.ROOT,
                "%6s %12.0f %12.0f %12.0f %12.1f%n",
                "median",
                median(all, 0),
                median(all, 1),
                median(all, 2),
                median);
    }

    private static double median(List<double[]> all, int column) {
        double[] values = all.stream().mapToDouble(run -> run[column]).sorted().toArray();
        return values[values.length / 2];
    }
}
