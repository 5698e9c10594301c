package dev.lanewise.cli;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Exit;
import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.Figures;
import dev.lanewise.cli.console.Interruption;
import dev.lanewise.cli.console.OutputOptions;
import dev.lanewise.cli.network.DataSelection;
import dev.lanewise.cli.network.ModelOptions;
import dev.lanewise.cli.network.Models;
import dev.lanewise.cli.network.PlanChange;
import dev.lanewise.cli.network.RunLength;
import dev.lanewise.cli.network.RunOptions;
import dev.lanewise.cli.network.TrainingData;
import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.runtime.DivergedException;
import dev.lanewise.runtime.Metrics;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.TrainResult;
import dev.lanewise.runtime.Trainer;
import dev.lanewise.runtime.model.ModelInfo;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.train.ModelNetwork;
import dev.lanewise.runtime.train.Pretraining;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lanewise train MODEL.net|MODEL.jar`
@Command(
        name = "train",
        description = "Trains a network and writes it, with its weights and how its data are encoded, to a jar.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Progress goes to standard error, an epoch a line; the figures on the test data to standard output.",
            "A jar is trained on from the weights in it, and replaced.",
            "",
            "Examples:",
            "  lanewise train samples/digits.net",
            "  lanewise train model.net --data train.csv --test test.csv --epochs 20 --set hidden=64",
            "  lanewise train model.net --json --require 'accuracy >= 0.97'"
        })
final class TrainCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "MODEL", description = "The network: MODEL.net, or MODEL.jar to train it further.")
    Path model = Path.of("");

    @Option(
            names = "-o",
            paramLabel = "FILE.jar",
            description = "The jar to write (default: beside the network's source).")
    @Nullable
    Path jar;

    @ArgGroup(validate = false, heading = DataSelection.HEADING, order = 1)
    DataSelection selection = new DataSelection();

    @ArgGroup(validate = false, heading = "%nThe run:%n", order = 2)
    RunLength length = new RunLength();

    @ArgGroup(validate = false, heading = ModelOptions.HEADING, order = 3)
    ModelOptions options = new ModelOptions();

    @ArgGroup(validate = false, heading = RunOptions.HEADING, order = 4)
    RunOptions run = new RunOptions();

    @ArgGroup(validate = false, heading = OutputOptions.HEADING, order = 5)
    OutputOptions output = new OutputOptions();

    TrainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        length.check();
        run.settle();
        Models.require(model);
        var target = jar == null ? Models.jarBeside(model) : jar;
        checkTarget(target);
        var models = new Models(console, output);
        var network = models.open(model, options, settings());
        var plan = new PlanChange(Models.isJar(model), options, length)
                .of(network.bundle().info().train());
        var requirements = requirements(network, plan.require());
        var info = network.bundle().info().withTrain(plan);
        var data = TrainingData.open(info, Models.folder(model), selection, plan.seed());
        Untrainable.requireTwoClasses(data.whole());
        try (var log = new EpochLog(length.log);
                var interruption = new Interruption();
                var trainer = trainer(network, info)) {
            var progress = new Progress(console, output, log, interruption);
            var result = fit(trainer, data, progress);
            if (interruption.requested()) {
                return interrupted(result, target);
            }
            return finish(network, info, data, trainer, result, target, requirements, progress);
        }
    }

    /// Settings of the train block that have options of their own; a jar takes them when the trainer opens.
    private CompileOptions settings() {
        var settings = options.compileOptions();
        if (length.epochs != null) {
            settings = settings.with("train.epochs", length.epochs.toString());
        }
        return length.batch == null ? settings : settings.with("train.batch", length.batch.toString());
    }

    /// Finds out before the run whether its result can be written.
    private static void checkTarget(Path target) {
        var folder = target.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw Failure.input(target + ": cannot be written: there is no folder " + folder, "");
        }
        if (Files.isDirectory(target)) {
            throw Failure.input(target + ": cannot be written: it is a folder", "");
        }
        if (!Files.isWritable(folder)) {
            throw Failure.input(
                    target + ": cannot be written: the folder " + folder + " is write-protected",
                    "name another place with -o FILE.jar");
        }
    }

    private List<Requirement> requirements(ModelNetwork network, String ofBlock) {
        var all = new ArrayList<Requirement>();
        for (var text : length.require) {
            all.add(Requirement.parse(text, network.metrics()));
        }
        if (!ofBlock.isEmpty()) {
            all.add(Requirement.ofBlock(ofBlock, network.metrics()));
        }
        return all;
    }

    private Trainer trainer(ModelNetwork network, ModelInfo info) {
        var plan = info.train();
        return run.applyTo(network.trainer()
                        .seed(plan.seed())
                        .batch(plan.batch())
                        .epochs(plan.epochs())
                        .validate(plan.validate())
                        .patience(plan.patience())
                        .shuffle(plan.shuffle()))
                .open();
    }

    private static TrainResult fit(Trainer trainer, TrainingData data, Progress progress) {
        try {
            return trainer.fit(data.training(), progress);
        } catch (DivergedException diverged) {
            throw Untrainable.cause(diverged, data.training());
        } finally {
            progress.clear();
        }
    }

    private int interrupted(TrainResult result, Path target) {
        console.err()
                .println("lanewise: interrupted after " + Figures.count(result.steps()) + " steps: nothing was written"
                        + (Files.exists(target) ? ", " + target + " is as it was" : ""));
        console.err().flush();
        return Exit.INTERRUPTED;
    }

    private int finish(
            ModelNetwork network,
            ModelInfo info,
            TrainingData data,
            Trainer trainer,
            TrainResult result,
            Path target,
            List<Requirement> requirements,
            Progress progress) {
        boolean hasTest = data.test() != null;
        var measured = data.test() == null ? data.training() : data.test();
        Metrics figures = trainer.evaluate(measured);
        var members = Members.measure(network.bundle(), (WeightStore) trainer.weights(), measured, progress.members());
        save(network, info, data, (WeightStore) trainer.weights(), target);
        if (result.stopped()) {
            console.tell(
                    output,
                    "stopped after epoch " + result.epochs().size() + ": the validation loss did not get better; the"
                            + " weights are those of epoch " + result.bestEpoch());
        }
        if (output.json) {
            console.printJson(json(info, result, hasTest, figures, target, progress, members));
        } else {
            if (!members.isEmpty()) {
                members.print(console, figures, hasTest ? "test " : "training ");
                console.print("");
            }
            console.print((hasTest ? "test" : "training data") + "  " + Figures.text(figures) + "  ("
                    + Figures.count(figures.examples()) + " examples)");
            console.print(target + "  " + Figures.count(info.parameters()) + " parameters, "
                    + Figures.count(result.steps()) + " steps, "
                    + String.format(java.util.Locale.ROOT, "%,.0f", result.stepsPerSecond()) + " steps/s");
        }
        int exit = Exit.DONE;
        for (var requirement : requirements) {
            if (!requirement.holds(figures)) {
                console.err()
                        .println("lanewise: " + requirement.missed(figures)
                                + (hasTest ? " on the test data" : " on the training data; there are no test data"));
                exit = Exit.WRONG_OUTCOME;
            }
        }
        return exit;
    }

    private static void save(
            ModelNetwork network, ModelInfo info, TrainingData data, WeightStore weights, Path target) {
        var labels = new LinkedHashMap<String, List<String>>();
        for (Port port : data.whole().ports()) {
            if (!port.labels().isEmpty()) {
                labels.put(port.name(), port.labels());
            }
        }
        var schema = data.whole().schema();
        var trained = info.withTrain(Pretraining.done(info.train()))
                .withData(labels, schema.isEmpty() ? Map.of() : schema.toJson());
        new ModelNetwork(network.bundle().with(trained), weights).save(target);
    }

    private static Map<String, Object> json(
            ModelInfo info,
            TrainResult result,
            boolean hasTest,
            Metrics figures,
            Path target,
            Progress progress,
            Members members) {
        var json = new LinkedHashMap<String, Object>();
        json.put("network", info.network());
        json.put("parameters", info.parameters());
        json.put("model", target.toString());
        json.put("epochs", result.epochs().stream().map(Progress::json).toList());
        if (!progress.pretrained().isEmpty()) {
            json.put("pretraining", progress.pretrained());
        }
        if (!members.isEmpty()) {
            json.put("members", members.json(hasTest ? "test" : "training"));
        }
        if (hasTest) {
            json.put("test", Figures.json(figures));
        }
        json.put("steps", result.steps());
        json.put("stepsPerSecond", result.stepsPerSecond());
        return json;
    }
}
