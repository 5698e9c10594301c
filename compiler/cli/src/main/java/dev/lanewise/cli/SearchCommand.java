package dev.lanewise.cli;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Exit;
import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.Figures;
import dev.lanewise.cli.console.OutputOptions;
import dev.lanewise.cli.console.Rejected;
import dev.lanewise.cli.console.Table;
import dev.lanewise.cli.explain.Curve;
import dev.lanewise.cli.network.DataSelection;
import dev.lanewise.cli.network.ModelOptions;
import dev.lanewise.cli.network.Models;
import dev.lanewise.cli.network.RunOptions;
import dev.lanewise.cli.network.TrainingData;
import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.Compiler;
import dev.lanewise.compiler.elaborate.Formula;
import dev.lanewise.compiler.elaborate.Library;
import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.SourceReader;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.runtime.DivergedException;
import dev.lanewise.runtime.Metrics;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.Split;
import dev.lanewise.runtime.TrainListener;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lanewise search activations MODEL.net`
@Command(
        name = "search",
        description = "Tries functions between the layers of a network: composes them of simple ones, trains the"
                + " network with each for a few epochs, and ranks them by the loss on examples held back.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "A candidate is one of x, -x, |x|, x^2, max(x, 0), sigmoid, tanh, erf, sin, exp(-x), sqrt|x|, softplus, or"
                    + " two of them in a sum, a product, the larger, the smaller, or a * sigmoid(b). The simplest come"
                    + " first; functions that are the same, but for signs of x or of the value, are tried once. A"
                    + " candidate stands for every function that MODEL.net itself applies between layers. First weights"
                    + " that are chosen automatically suit it. With --threads N, N candidates are trained side by side"
                    + " (default: one).",
            "",
            "Examples:",
            "  lanewise search activations samples/digits.net",
            "  lanewise search activations model.net --candidates 400 --epochs 5 --data csv:train.csv --json"
        })
final class SearchCommand implements Callable<Integer> {
    private static final double HELD_BACK = 0.2;

    private final Console console;

    @Parameters(index = "0", paramLabel = "activations", description = "What is searched for: activations.")
    String what = "";

    @Parameters(index = "1", paramLabel = "MODEL.net", description = "The network.")
    Path model = Path.of("");

    @Option(
            names = "--candidates",
            paramLabel = "N",
            defaultValue = "40",
            description = "How many are tried, the simplest first (default: ${DEFAULT-VALUE}).")
    int candidates;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            defaultValue = "3",
            description = "Epochs that each is trained for (default: ${DEFAULT-VALUE}).")
    int epochs;

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many are printed, the best first (default: ${DEFAULT-VALUE}).")
    int top;

    @ArgGroup(validate = false, heading = DataSelection.HEADING, order = 1)
    DataSelection selection = new DataSelection();

    @ArgGroup(validate = false, heading = ModelOptions.HEADING, order = 2)
    ModelOptions options = new ModelOptions();

    @ArgGroup(validate = false, heading = RunOptions.HEADING, order = 3)
    RunOptions run = new RunOptions();

    @ArgGroup(validate = false, heading = OutputOptions.HEADING, order = 4)
    OutputOptions output = new OutputOptions();

    SearchCommand(Console console) {
        this.console = console;
    }

    /// What became of a candidate; without figures its training diverged.
    private record Tried(
            Candidate candidate,
            List<String> names,
            @Nullable Metrics figures) {

        double loss() {
            return figures == null || Double.isNaN(figures.loss()) ? Double.POSITIVE_INFINITY : figures.loss();
        }
    }

    @Override
    public Integer call() {
        check();
        run.settle();
        var network = new Models(console, output).compile(model, settings());
        var source = SourceReader.read(model, model.toString(), new Diagnostics());
        var places = ActivationPlaces.of(source, network.compilation().model());
        if (places.places().isEmpty()) {
            throw Failure.input(
                    model + ": it applies no function between its layers, which a candidate could stand for",
                    "write one, as in `dense(64) |> relu |> dense(10)`");
        }
        var all = Candidate.all();
        var known = known();
        var info = network.info();
        var whole = TrainingData.open(
                info, Models.folder(model), selection, info.train().seed());
        var split = Split.of(whole.training(), HELD_BACK, info.train().seed(), stratified(info.targets(), whole));
        var tried = sideBySide(all.subList(0, Math.min(candidates, all.size())), candidate -> {
            var names = List.copyOf(known.getOrDefault(candidate.signature(), Set.of()));
            return new Tried(candidate, names, figures(places.with(candidate.formula()), split));
        });
        tried.sort(Comparator.comparingDouble(Tried::loss));
        if (output.json) {
            console.printJson(json(info.network(), split, tried));
        } else {
            print(tried, places);
        }
        return Exit.DONE;
    }

    /// Candidates are trained side by side where threads are asked for, one for each, and told in their order. One
    /// at a time is the default: each is new code, and the JVM's compiler needs the other cores (12 candidates of
    /// digits.net on two cores: 7 s, and 21 s for two at a time).
    private List<Tried> sideBySide(List<Candidate> chosen, Function<Candidate, Tried> trial) {
        var tried = new ArrayList<Tried>();
        var pool = Executors.newFixedThreadPool(run.threads == null ? 1 : run.threads);
        try {
            var all = chosen.stream()
                    .map(candidate -> CompletableFuture.supplyAsync(() -> trial.apply(candidate), pool))
                    .toList();
            for (var one : all) {
                tried.add(one.join());
                console.tell(output, tried.size() + "/" + chosen.size() + "  " + line(tried.getLast()));
            }
        } catch (CompletionException failed) {
            throw failed.getCause() instanceof RuntimeException own ? own : failed;
        } finally {
            pool.shutdownNow();
        }
        return tried;
    }

    private void check() {
        if (!what.equals("activations")) {
            throw Failure.usage("search " + what + ": expected `search activations MODEL.net`", "");
        }
        if (options.load != null) {
            throw Failure.usage("--load: each candidate begins with first weights", "");
        }
        positive("--candidates", candidates);
        positive("--epochs", epochs);
        positive("--top", top);
    }

    private static void positive(String name, int number) {
        if (number < 1) {
            throw Failure.usage(name + " " + number + ": expected at least 1", "");
        }
    }

    private CompileOptions settings() {
        return options.compileOptions().with("train.epochs", Integer.toString(epochs));
    }

    /// The place of the first target of classes, whose shares the split keeps.
    private static int stratified(List<Port> targets, TrainingData data) {
        var names = data.training().ports().stream().map(Port::name).toList();
        return targets.stream()
                .filter(target -> target.kind() == Port.Kind.CLASS)
                .mapToInt(target -> names.indexOf(target.name()))
                .findFirst()
                .orElse(Split.NOT_STRATIFIED);
    }

    /// The library's functions of one number, by what they compute.
    private static Map<List<Long>, Set<String>> known() {
        var library = Library.prelude();
        var known = new LinkedHashMap<List<Long>, Set<String>>();
        for (var kind : List.of(Kind.FN, Kind.BLOCK)) {
            for (var name : library.names(kind)) {
                for (var entry : library.named(name)) {
                    boolean scalar = entry.declaration().kind() == kind
                            && entry.declaration().span().source().name().endsWith("/activations.net")
                            && Formula.inputs(entry.declaration()).size() == 1;
                    var curve = scalar ? Curve.of(library, entry.declaration()) : Optional.<Curve>empty();
                    curve.ifPresent(
                            found -> known.computeIfAbsent(Candidate.signature(found::value), _ -> new TreeSet<>())
                                    .add(name));
                }
            }
        }
        return known;
    }

    /// Trains the network of this text, and measures it on what is held back.
    private @Nullable Metrics figures(String text, Split split) {
        var compiled = compile(text);
        var train = compiled.info().train();
        try (var trainer = compiled.network()
                .trainer()
                .threads(1)
                .seed(train.seed())
                .batch(train.batch())
                .epochs(epochs)
                .shuffle(train.shuffle())
                .open()) {
            trainer.fit(split.training(), TrainListener.NONE);
            return trainer.evaluate(split.held());
        } catch (DivergedException diverged) {
            return null;
        }
    }

    private CompiledNetwork compile(String text) {
        var diagnostics = new Diagnostics();
        var folder = SourceFolder.of(Models.folder(model));
        var compilation = Compiler.compile(new Source(model.toString(), text), folder, settings(), diagnostics)
                .orElseThrow(() -> new Rejected(diagnostics.all()));
        return CompiledNetwork.of(compilation, settings());
    }

    private static String line(Tried tried) {
        var figures = tried.figures();
        var names = tried.names().isEmpty() ? "" : "  (" + String.join(", ", tried.names()) + ")";
        return (figures == null ? "diverged" : Figures.text(figures)) + "  "
                + tried.candidate().formula() + names;
    }

    private void print(List<Tried> tried, ActivationPlaces places) {
        var header = new ArrayList<>(List.of("rank", "loss"));
        tried.stream()
                .map(Tried::figures)
                .filter(figures -> figures != null)
                .findFirst()
                .ifPresent(figures -> header.addAll(figures.values().keySet()));
        int metrics = header.size() - 2;
        header.add("fn activation(x) =");
        header.add("also called");
        var table = new Table(header.toArray(String[]::new));
        int rank = 1;
        for (var one : tried.subList(0, Math.min(top, tried.size()))) {
            var row = new ArrayList<>(List.of(Integer.toString(rank++)));
            var figures = one.figures();
            row.add(figures == null ? "diverged" : Figures.number(figures.loss()));
            if (figures == null) {
                row.addAll(Collections.nCopies(metrics, ""));
            } else {
                figures.values().values().forEach(value -> row.add(Figures.number(value)));
            }
            row.add(one.candidate().formula());
            row.add(String.join(", ", one.names()));
            table.row(row);
        }
        table.print(console.out());
        console.print("");
        console.print(tried.size() + " functions in "
                + (places.places().size() == 1 ? "one place" : places.places().size() + " places") + ", " + epochs
                + (epochs == 1 ? " epoch" : " epochs") + " each; loss on the fifth of the training data held back");
    }

    private Map<String, Object> json(String network, Split split, List<Tried> tried) {
        var json = new LinkedHashMap<String, Object>();
        json.put("network", network);
        json.put("epochs", epochs);
        json.put("examples", split.training().size());
        json.put("heldBack", split.held().size());
        var list = new ArrayList<Map<String, Object>>();
        for (var one : tried) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("rank", list.size() + 1);
            fields.put("formula", one.candidate().formula());
            fields.put("names", one.names());
            fields.put("diverged", one.figures() == null);
            var figures = one.figures();
            if (figures != null) {
                fields.putAll(Figures.json(figures));
            }
            list.add(fields);
        }
        json.put("activations", list);
        return json;
    }
}
