package dev.lanewise.benchmarks.peers;

import dev.lanewise.benchmarks.peers.Contender.Library;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/// Compares all contenders, each in a JVM of its own, and prints a table in Markdown for every workload and number of
/// threads.
///
/// Contenders are started one after another, each alone until it is warm. Then blocks are timed in turn, one of each
/// contender a round, and medians are taken over the rounds.
public final class Compare {

    private final int rounds;
    private final double block;
    private final double warmup;
    private final Set<Library> libraries;

    private Compare(int rounds, double block, double warmup, Set<Library> libraries) {
        this.rounds = rounds;
        this.block = block;
        this.warmup = warmup;
        this.libraries = libraries;
    }

    /// Arguments: names of workloads (all without any); system properties `threads` (default `1,2`), `rounds` (7),
    /// `block` and `warmup` (1 and 12 seconds), `contenders` (all).
    public static void main(String[] arguments) throws IOException {
        var workloads = arguments.length == 0
                ? List.of(Workload.values())
                : Arrays.stream(arguments).map(Workload::named).toList();
        var libraries = Arrays.stream(System.getProperty("contenders", "").split(",", -1))
                .filter(name -> !name.isEmpty())
                .map(name -> Library.valueOf(name.toUpperCase(Locale.ROOT).replace('-', '_')))
                .collect(Collectors.toCollection(() -> EnumSet.of(Library.PEAK, Library.LANEWISE)));
        var compare = new Compare(
                Integer.getInteger("rounds", 7),
                Double.parseDouble(System.getProperty("block", "1")),
                Double.parseDouble(System.getProperty("warmup", "12")),
                System.getProperty("contenders") == null ? EnumSet.allOf(Library.class) : libraries);
        for (var threads : System.getProperty("threads", "1,2").split(",", -1)) {
            for (var workload : workloads) {
                compare.run(workload, Integer.parseInt(threads));
            }
        }
    }

    private void run(Workload workload, int threads) throws IOException {
        var jar = Files.createTempFile("workload", ".jar");
        var runners = new ArrayList<Runner>();
        try {
            LanewiseContender.compile(workload, jar);
            for (var library : libraries) {
                if (library.does(workload, threads)) {
                    runners.add(new Runner(library, workload, threads, warmup, jar));
                }
            }
            for (int round = 0; round < rounds; round++) {
                for (var runner : runners) {
                    runner.block(block);
                }
            }
            print(workload, threads, runners);
        } finally {
            for (var runner : runners) {
                runner.close();
            }
            Files.delete(jar);
        }
    }

    private static void print(Workload workload, int threads, List<Runner> runners) {
        double peak = rate(runners, Library.PEAK);
        double ours = rate(runners, Library.LANEWISE);
        System.out.printf(
                "%n**%s** %s, batch %d, %s: %.2f MFLOP a step; peak %.0f GFLOP/s%n%n",
                workload.code,
                workload.name().toLowerCase(Locale.ROOT).replace('_', ' '),
                workload.batch,
                threads == 1 ? "one thread" : threads + " threads",
                workload.operations() / 1e6,
                peak * workload.operations() / 1e9);
        System.out.println(
                "| | steps/s | least to most | of peak | Lanewise is faster by | median us | p99 us | start to step 1,"
                        + " s | to 100 | to 1000 | loss 1 | loss 10 |");
        System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|");
        for (var runner : runners) {
            if (runner.library == Library.PEAK) {
                continue;
            }
            double rate = runner.rate();
            var start = runner.start;
            System.out.printf(
                    "| %s | %.1f | %.1f to %.1f | %.1f %% | %.2f | %.1f | %.1f | %s | %s | %s | %.4f | %.4f |%n",
                    runner.library.title,
                    rate,
                    runner.blocks.stream().mapToDouble(Runner.Block::rate).min().orElseThrow(),
                    runner.blocks.stream().mapToDouble(Runner.Block::rate).max().orElseThrow(),
                    100 * rate / peak,
                    ours / rate,
                    median(runner.blocks, Runner.Block::median),
                    median(runner.blocks, Runner.Block::slowest),
                    time(start.step1()),
                    time(start.step100()),
                    time(start.step1000()),
                    start.loss1(),
                    start.loss10());
        }
        System.out.printf(
                "%nA start is all from the launch of the JVM%s: data made, Lanewise's jar loaded (compiled before),"
                        + " the others' network built and its weights set, native code unpacked by a run before.%n",
                Runner.COMPILERS.isEmpty() ? "" : " (all with " + Runner.COMPILERS.getFirst() + ")");
    }

    private static String time(double seconds) {
        return Double.isNaN(seconds) ? "" : String.format(Locale.ROOT, "%.2f", seconds);
    }

    private static double rate(List<Runner> runners, Library library) {
        return runners.stream()
                .filter(runner -> runner.library == library)
                .findFirst()
                .orElseThrow()
                .rate();
    }

    static <T> double median(List<T> values, ToDoubleFunction<T> figure) {
        var sorted = values.stream().mapToDouble(figure).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
