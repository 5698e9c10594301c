package dev.lanewise.cli.bench;

import dev.lanewise.cli.console.Exit;
import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.Table;
import dev.lanewise.runtime.model.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/// The same command line in JVMs of its own, one after the other, each of which tells how long its start took: the
/// JVM compiles in another order each time, and may leave a kernel slow.
public final class Starts {
    /// A JVM below this share of the median speed is marked.
    private static final double SLOW = 0.9;

    private final List<StartWatch> all = new ArrayList<>();

    /// `arguments` make the program that begins in `main` call [StartWatch] and print its JSON.
    public Starts(Class<?> main, List<String> arguments, int jvms) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        for (int i = 0; i < jvms; i++) {
            all.add(run(command));
        }
    }

    private static StartWatch run(List<String> command) {
        try {
            var process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            byte[] answer = process.getInputStream().readAllBytes();
            int exit = process.waitFor();
            if (exit != Exit.DONE) {
                throw Failure.input(
                        "a JVM that was started to measure its start ended with exit code " + exit,
                        "leave that out with --starts 0");
            }
            return StartWatch.of(Json.object(Json.parse(answer), "start"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private StartWatch median() {
        return new StartWatch(
                median(StartWatch::first),
                median(StartWatch::hundred),
                median(StartWatch::thousand),
                median(StartWatch::steady),
                median(StartWatch::stepsPerSecond),
                all.stream()
                        .flatMap(start -> start.stuck().stream())
                        .distinct()
                        .sorted()
                        .toList());
    }

    private double median(ToDoubleFunction<StartWatch> figure) {
        double[] sorted = all.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }

    /// A sentence, and a table where there are several.
    public void print(PrintStream out) {
        var median = median();
        out.println(String.format(
                Locale.ROOT,
                "from the start of a JVM, compiling included: the first step after %s, 100 after %s, 1000 after %s;"
                        + " steady after %s at %,.1f steps/s",
                seconds(median.first()),
                seconds(median.hundred()),
                seconds(median.thousand()),
                seconds(median.steady()),
                median.stepsPerSecond()));
        if (all.size() > 1) {
            var table = new Table("JVM", "first step", "100 steps", "1000 steps", "steady", "steps/s", "");
            for (int i = 0; i < all.size(); i++) {
                row(table, Integer.toString(i + 1), all.get(i), median.stepsPerSecond());
            }
            row(table, "median", median, median.stepsPerSecond());
            table.print(out);
        }
    }

    private static void row(Table table, String name, StartWatch start, double median) {
        table.row(
                name,
                seconds(start.first()),
                seconds(start.hundred()),
                seconds(start.thousand()),
                seconds(start.steady()),
                String.format(Locale.ROOT, "%,.1f", start.stepsPerSecond()),
                (start.stepsPerSecond() < SLOW * median ? "slow" : "")
                        + (start.stuck().isEmpty() ? "" : " stuck: " + String.join(" ", start.stuck())));
    }

    private static String seconds(double millis) {
        return Double.isNaN(millis) ? "-" : String.format(Locale.ROOT, "%.2f s", millis / 1e3);
    }

    /// The medians, and each JVM's figures.
    public Map<String, Object> toJson() {
        var json = new LinkedHashMap<>(median().toJson());
        json.put("jvms", all.stream().map(StartWatch::toJson).toList());
        return json;
    }
}
