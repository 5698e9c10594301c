package dev.lanewise.cli;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Exit;
import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.Figures;
import dev.lanewise.cli.console.Interruption;
import dev.lanewise.cli.console.OutputOptions;
import dev.lanewise.cli.network.DataSelection;
import dev.lanewise.cli.network.Fitted;
import dev.lanewise.cli.network.ModelOptions;
import dev.lanewise.cli.network.Models;
import dev.lanewise.cli.network.Recompiled;
import dev.lanewise.cli.network.RunOptions;
import dev.lanewise.cli.network.TrainingData;
import dev.lanewise.cli.stats.Probe;
import dev.lanewise.cli.stats.Signs;
import dev.lanewise.cli.stats.Snapshot;
import dev.lanewise.cli.stats.StatsPage;
import dev.lanewise.cli.stats.StatsTable;
import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.check.Surgery;
import dev.lanewise.compiler.graph.Model.Layer;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.DivergedException;
import dev.lanewise.runtime.Subset;
import dev.lanewise.runtime.TrainEvent;
import dev.lanewise.runtime.TrainListener;
import dev.lanewise.runtime.model.ModelFile;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.random.CounterRandom;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lanewise stats MODEL.net|MODEL.jar`
@Command(
        name = "stats",
        description = "Shows activations and gradients, layer by layer: of first weights, of a trained jar, along"
                + " training.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "saturated: values at the flat ends of tanh (beyond 0.99), sigmoid (outside 0.01 to 0.99), relu6 and the"
                + " hard forms. dead: units that are 0 for every example. sameSign: units whose incoming weights all"
                + " get a gradient of one sign from a single example. Layers run as in training.",
            "",
            "Examples:",
            "  lanewise stats samples/lectures/activations-10.net",
            "  lanewise stats samples/lectures/relu-init.net --data mnist:DIR --every 30 --steps 380 --layers h1,h4,h7"
                    + " \\",
            "    --html relu.html"
        })
final class StatsCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "MODEL", description = "The network: MODEL.net or MODEL.jar.")
    Path model = Path.of("");

    @Option(
            names = "--layers",
            split = ",",
            paramLabel = "NAME",
            description = "What to look at, with commas between: names that the network gives to values, or kinds,"
                    + " counted, as in tanh_2, dense_1 (default: all activations).")
    List<String> names = List.of();

    @Option(
            names = "--examples",
            paramLabel = "N",
            defaultValue = "1000",
            description = "Examples of the training data to look with, at most (default: ${DEFAULT-VALUE}).")
    int examples;

    @Option(names = "--html", paramLabel = "FILE.html", description = "Write a page with figures and histograms.")
    @Nullable
    Path html;

    @ArgGroup(validate = false, heading = "%nAlong training:%n", order = 1)
    Along along = new Along();

    @ArgGroup(validate = false, heading = DataSelection.HEADING, order = 2)
    DataSelection selection = new DataSelection();

    @ArgGroup(validate = false, heading = ModelOptions.HEADING, order = 3)
    ModelOptions options = new ModelOptions();

    @ArgGroup(validate = false, heading = RunOptions.HEADING, order = 4)
    RunOptions run = new RunOptions();

    @ArgGroup(validate = false, heading = OutputOptions.HEADING, order = 5)
    OutputOptions output = new OutputOptions();

    /// When to look while the network is trained.
    static final class Along {
        @Option(
                names = "--every",
                paramLabel = "N",
                description = "Look before training and after every N steps (default: after the last).")
        @Nullable
        Integer every;

        @Option(
                names = "--steps",
                paramLabel = "N",
                description = "Train for N steps (default with --every: as long as the train block says).")
        @Nullable
        Integer steps;

        @Option(
                names = "--batch",
                paramLabel = "N",
                description = "Examples in a step (default: the train block's, else 32).")
        @Nullable
        Integer batch;

        boolean isAsked() {
            return every != null || steps != null;
        }

        void check() {
            positive("--every", every);
            positive("--steps", steps);
            positive("--batch", batch);
        }
    }

    StatsCommand(Console console) {
        this.console = console;
    }

    private static void positive(String name, @Nullable Integer number) {
        if (number != null && number < 1) {
            throw Failure.usage(name + " " + number + ": expected at least 1", "");
        }
    }

    @Override
    public Integer call() {
        along.check();
        positive("--examples", examples);
        run.settle();
        var compiled = new Recompiled(new Models(console, output)).of(model, options, this::settings);
        var layers = layers(compiled);
        var info = compiled.info();
        var data = TrainingData.open(
                        info, Models.folder(model), selection, info.train().seed())
                .training();
        Fitted.fit(compiled.network(), data);
        var shown = some(data, info.train().seed());
        var snapshots = new ArrayList<Snapshot>();
        var signs = signs(compiled, layers);
        try (var probe = new Probe(compiled, layers, shown, signs, run.threads())) {
            snapshots.add(probe.look(0, compiled.network().weights()));
            if (along.isAsked()) {
                train(compiled, data, probe, snapshots);
            }
        } catch (DivergedException diverged) {
            if (!output.json) {
                report(compiled, shown, snapshots);
            }
            throw diverged;
        }
        report(compiled, shown, snapshots);
        return Exit.DONE;
    }

    private CompileOptions settings(CompileOptions given) {
        var settings = given.keeping(Set.of(Role.GRADIENT)).watching(new LinkedHashSet<>(names));
        return along.batch == null ? settings : settings.with("train.batch", along.batch.toString());
    }

    /// Nothing in a network without a loss. Gradients of penalties would hide those of the examples.
    private @Nullable Signs signs(CompiledNetwork compiled, List<Layer> layers) {
        var training = compiled.compilation().model().training();
        if (training.results().stream().noneMatch(result -> result.role() == Role.LOSS)) {
            return null;
        }
        if (!Surgery.hasPenalties(training)) {
            return new Signs(compiled, layers);
        }
        var quiet = new OutputOptions();
        quiet.quiet = true;
        var again = new Recompiled(new Models(console, quiet))
                .of(
                        model,
                        options,
                        given -> given.keeping(Set.of(Role.GRADIENT)).withoutPenalties());
        return new Signs(again, layers);
    }

    /// The layers asked for, in the order of the network.
    private List<Layer> layers(CompiledNetwork compiled) {
        var all = compiled.compilation().model().layers();
        var known = all.stream().map(Layer::name).collect(Collectors.joining(", "));
        for (var name : names) {
            if (all.stream().noneMatch(layer -> layer.name().equals(name))) {
                throw Failure.usage("--layers " + name + ": the network has no such layer", "it has " + known);
            }
        }
        var layers = all.stream()
                .filter(layer -> names.isEmpty() ? layer.activation() : names.contains(layer.name()))
                .toList();
        if (layers.isEmpty()) {
            throw Failure.input(model + ": the network applies no activation", "--layers names other values: " + known);
        }
        return layers;
    }

    /// All examples, or as many as asked for, chosen by the seed.
    private Dataset some(Dataset data, long seed) {
        if (data.size() <= examples) {
            return data;
        }
        int[] order = CounterRandom.permutation(seed, 0, data.size());
        return new Subset(data, Arrays.copyOf(order, examples));
    }

    /// Trains as `train` does, looking now and then.
    private void train(CompiledNetwork compiled, Dataset data, Probe probe, List<Snapshot> snapshots) {
        if (!snapshots.getFirst().hasLoss()) {
            throw Failure.input(model + ": the network has no loss: it cannot be trained", "leave --steps out");
        }
        var plan = compiled.info().train();
        int perEpoch = Math.ceilDiv(data.size(), plan.batch());
        int steps = along.steps == null ? Math.multiplyExact(perEpoch, plan.epochs()) : along.steps;
        int every = along.every == null ? steps : along.every;
        var settings = compiled.network().trainer().epochs(Math.max(plan.epochs(), Math.ceilDiv(steps, perEpoch)));
        try (var interruption = new Interruption();
                var trainer = run.applyTo(settings).open()) {
            var weights = (WeightStore) trainer.weights();
            trainer.fit(data, new TrainListener() {
                private long done;

                @Override
                public void step(TrainEvent.Step event) {
                    done = event.step();
                    if (done % every == 0 || done == steps) {
                        snapshots.add(probe.look(done, weights));
                        console.tell(
                                output,
                                "step " + done + "  "
                                        + Figures.text(snapshots.getLast().figures()));
                    }
                }

                @Override
                public boolean stop() {
                    return done >= steps || interruption.requested();
                }
            });
        }
    }

    private void report(CompiledNetwork compiled, Dataset shown, List<Snapshot> snapshots) {
        var network = compiled.info().network();
        if (output.json) {
            var json = new LinkedHashMap<String, Object>();
            json.put("network", network);
            json.put("examples", shown.size());
            json.putAll(snapshots.getFirst().json());
            json.remove("step");
            if (snapshots.size() > 1) {
                json.put("steps", snapshots.stream().map(Snapshot::json).toList());
            }
            console.printJson(json);
        } else {
            new StatsTable(snapshots).print(console, network, shown.size());
        }
        if (html != null) {
            var page = StatsPage.of(network, shown.size(), snapshots).getBytes(StandardCharsets.UTF_8);
            ModelFile.writeWhole(html, out -> out.write(page));
            console.tell(output, html + ": written");
        }
    }
}
