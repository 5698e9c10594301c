package dev.lanewise.cli;

import dev.lanewise.cli.bench.Bench;
import dev.lanewise.cli.bench.Rate;
import dev.lanewise.cli.bench.Roofline;
import dev.lanewise.cli.bench.RooflineReport;
import dev.lanewise.cli.bench.StartWatch;
import dev.lanewise.cli.bench.Starts;
import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Exit;
import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.Figures;
import dev.lanewise.cli.console.OutputOptions;
import dev.lanewise.cli.console.Table;
import dev.lanewise.cli.network.ModelOptions;
import dev.lanewise.cli.network.Models;
import dev.lanewise.cli.network.Recompiled;
import dev.lanewise.cli.network.RunOptions;
import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.Lanewise;
import dev.lanewise.runtime.simd.Simd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `lanewise bench MODEL.net`
@Command(
        name = "bench",
        description =
                "Measures training steps: compiled, node by node with vectorised kernels, and interpreted; and the"
                        + " machine's peak in the same run.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "A step is one of training, with the batch of the train block, on made-up data. Steps per second are",
            "medians of some twenty blocks, in which the ways take turns. GFLOP/s count the contractions'"
                    + " multiply-adds twice, and nothing else.",
            "The peak is that of multiply-adds in registers, on as many threads. `node by node` runs the same",
            "optimised graph with a kernel for each node: what the compiler gains by fusing.",
            "",
            "With --roofline, a line is bound by arithmetic or by memory, whichever would take longer at the machine's",
            "limit, and its share of that is what it would take there. Memory is measured by going through as much",
            "as a step does; what the kernel before left in a nearer cache can be above 100 %%. Functions as `exp`",
            "count as the operations that they are made of.",
            "",
            "Examples:",
            "  lanewise bench samples/lectures/mlp-tanh.net",
            "  lanewise bench samples/lectures/mlp-tanh.net --roofline",
            "  lanewise bench model.net --threads 1 --set train.batch=64 --json",
            "  lanewise bench samples/digits.net --starts 20"
        })
final class BenchCommand implements Callable<Integer> {
    /// Compilations in one JVM; the later ones are measured, as in a tool that stays.
    private static final int COMPILATIONS = 30;

    private static final int FIRST_MEASURED = 10;

    private static final String WATCH_START = "--watch-start";

    private final Console console;

    @Spec
    CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "MODEL", description = "The network: MODEL.net or MODEL.jar.")
    Path model = Path.of("");

    @Option(names = "--no-interpreter", description = "Leave out the plain interpreter, which takes longest.")
    boolean noInterpreter;

    @Option(
            names = "--roofline",
            description = "Tell instead where a step's time goes, line by line, and how near that is to what the"
                    + " machine can do; with --verbose kernel by kernel.")
    boolean roofline;

    @Option(
            names = "--starts",
            paramLabel = "N",
            defaultValue = "1",
            description = "New JVMs in which the time from the start to a steady speed is measured"
                    + " (default: ${DEFAULT-VALUE}).")
    int starts;

    /// What such a JVM is asked for.
    @Option(names = WATCH_START, hidden = true)
    boolean watchStart;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "2",
            description = "About how long each way is measured, once it is warm (default: ${DEFAULT-VALUE}).")
    double seconds;

    @ArgGroup(validate = false, heading = ModelOptions.HEADING, order = 3)
    ModelOptions options = new ModelOptions();

    @ArgGroup(validate = false, heading = RunOptions.HEADING, order = 4)
    RunOptions run = new RunOptions();

    @ArgGroup(validate = false, heading = OutputOptions.HEADING, order = 5)
    OutputOptions output = new OutputOptions();

    BenchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        run.settle();
        if (!(seconds > 0 && seconds <= 3600)) {
            throw Failure.usage("--seconds " + seconds + ": expected a time above 0, up to an hour", "");
        }
        if (starts < 0) {
            throw Failure.usage("--starts " + starts + ": expected 0 or more", "");
        }
        var compiled = compile(settings -> settings);
        if (compiled.compilation().step().results().isEmpty()) {
            throw Failure.input(model + ": the network has no loss, so it has no training step to measure", "");
        }
        int threads = run.threads();
        if (watchStart) {
            console.printJson(StartWatch.run(compiled, threads).toJson());
            return Exit.DONE;
        }
        console.tell(output, "measuring; nothing else should run on this machine");
        if (roofline) {
            return roofline(compiled, threads);
        }
        var bench = new Bench(compiled, compile(CompileOptions::unfused), seconds);
        var measured = bench.measure(threads);
        var all = measured.all();
        var one = measured.one();
        var nodes = measured.nodes();
        var interpreted = noInterpreter ? null : bench.interpreted(measured.peakOfOne());
        var json = new LinkedHashMap<String, Object>();
        json.put("network", compiled.info().network());
        json.put("threads", threads);
        json.put("batch", bench.examples());
        json.put("vector", Simd.width());
        json.put("gflopPerStep", bench.gflop());
        json.put("peakGflops", measured.peak());
        json.put("peakGflopsOfOne", measured.peakOfOne());
        json.put("compiled", all.toJson());
        json.put("compiledOneThread", one.toJson());
        json.put("nodeByNode", nodes.toJson());
        if (interpreted != null) {
            json.put("interpreted", interpreted.toJson());
            json.put("speedup", all.stepsPerSecond() / interpreted.stepsPerSecond());
        }
        json.put("speedupOfThreads", all.stepsPerSecond() / one.stepsPerSecond());
        json.put("speedupOverNodeByNode", one.stepsPerSecond() / nodes.stepsPerSecond());
        double millis = compileMillis();
        json.put("compileMillis", millis);
        json.put("kernels", compiled.compilation().program().kernels().size());
        long code = sizes(compiled, json);
        var started = starts == 0 ? null : new Starts(Main.class, watching(), starts);
        if (started != null) {
            json.put("start", started.toJson());
        }
        json.put("version", Lanewise.version());
        if (output.json) {
            console.printJson(json);
            return Exit.DONE;
        }
        console.print(String.format(
                Locale.ROOT,
                "%s, batch %d: %.3f GFLOP a step; vectors of %d bits; peak of a thread %.1f GFLOP/s%s",
                compiled.info().network(),
                bench.examples(),
                bench.gflop(),
                Simd.width(),
                measured.peakOfOne(),
                threads == 1 ? "" : String.format(Locale.ROOT, ", of %d %.1f", threads, measured.peak())));
        var table = new Table("", "threads", "steps/s", "GFLOP/s", "of peak", "compiled is faster by");
        row(table, "compiled", threads, all, 1);
        if (threads != 1) {
            row(table, "compiled", 1, one, all.stepsPerSecond() / one.stepsPerSecond());
        }
        row(table, "node by node", 1, nodes, one.stepsPerSecond() / nodes.stepsPerSecond());
        if (interpreted != null) {
            row(table, "interpreted", 1, interpreted, one.stepsPerSecond() / interpreted.stepsPerSecond());
        }
        table.print(console.out());
        console.print(String.format(
                Locale.ROOT,
                "compiling takes %.0f ms once the compiler is warm; %d kernels; the jar has %s without weights",
                millis,
                compiled.compilation().program().kernels().size(),
                Figures.bytes(code)));
        if (started != null) {
            started.print(console.out());
        }
        return Exit.DONE;
    }

    /// The command line of a JVM whose start is watched.
    private List<String> watching() {
        var arguments =
                new ArrayList<>(spec.root().commandLine().getParseResult().originalArgs());
        arguments.add(WATCH_START);
        return arguments;
    }

    private int roofline(CompiledNetwork compiled, int threads) {
        var report = new RooflineReport(new Roofline(compiled).measure(threads, seconds));
        var info = compiled.info();
        if (output.json) {
            var json = new LinkedHashMap<String, Object>();
            json.put("network", info.network());
            json.put("threads", threads);
            json.put("batch", info.train().batch());
            json.put("vector", Simd.width());
            json.putAll(report.toJson());
            json.put("version", Lanewise.version());
            console.printJson(json);
            return Exit.DONE;
        }
        console.print(String.format(
                Locale.ROOT,
                "%s, batch %d, on %s",
                info.network(),
                info.train().batch(),
                threads == 1 ? "one thread" : threads + " threads"));
        report.print(console.out(), output.verbose);
        return Exit.DONE;
    }

    private CompiledNetwork compile(UnaryOperator<CompileOptions> change) {
        return new Recompiled(new Models(console, output)).of(model, options, change);
    }

    private static void row(Table table, String name, int threads, Bench.Figures figures, double faster) {
        table.row(
                name,
                Integer.toString(threads),
                String.format(Locale.ROOT, "%,.1f", figures.stepsPerSecond()),
                String.format(Locale.ROOT, "%.1f", figures.gflops()),
                String.format(Locale.ROOT, "%.1f %%", 100 * figures.peakShare()),
                faster == 1 ? "" : String.format(Locale.ROOT, faster < 10 ? "%.2f" : "%.1f", faster));
    }

    /// The median time from the text to a network that is ready to run.
    private double compileMillis() {
        var quiet = new OutputOptions();
        quiet.quiet = true;
        var again = new Recompiled(new Models(console, quiet));
        var times = new double[COMPILATIONS];
        for (int i = 0; i < COMPILATIONS; i++) {
            long before = System.nanoTime();
            again.of(model, options, settings -> settings);
            times[i] = (System.nanoTime() - before) * 1e-6;
        }
        return Rate.of(Arrays.copyOfRange(times, FIRST_MEASURED, COMPILATIONS)).perSecond();
    }

    /// `jarBytes` is the whole jar, `codeBytes` what is left without the weights.
    /// Adds the sizes of the jar to `json`, and gives that without the weights.
    private static long sizes(CompiledNetwork compiled, Map<String, Object> json) {
        try {
            var jar = Files.createTempFile("lanewise-bench", ".jar");
            try {
                compiled.save(jar);
                long bytes = Files.size(jar);
                long code = bytes - compiled.network().weights().writer().toBytes().length;
                json.put("jarBytes", bytes);
                json.put("codeBytes", code);
                return code;
            } finally {
                Files.deleteIfExists(jar);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
