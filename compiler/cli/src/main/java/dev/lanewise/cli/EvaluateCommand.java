package dev.lanewise.cli;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Exit;
import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.Figures;
import dev.lanewise.cli.console.OutputOptions;
import dev.lanewise.cli.console.Table;
import dev.lanewise.cli.network.DataSelection;
import dev.lanewise.cli.network.Decisions;
import dev.lanewise.cli.network.Fitted;
import dev.lanewise.cli.network.ModelOptions;
import dev.lanewise.cli.network.Models;
import dev.lanewise.cli.network.PlanChange;
import dev.lanewise.cli.network.RunLength;
import dev.lanewise.cli.network.RunOptions;
import dev.lanewise.cli.network.TrainingData;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Metrics;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.model.ModelInfo;
import dev.lanewise.runtime.train.ModelNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.IntFunction;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lanewise evaluate MODEL.jar`
@Command(
        name = "evaluate",
        description = "Measures a trained network: the loss and every metric over a data set.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Without --data, it is measured on the test data of its train block: the same that `train` held back.",
            "An ensemble is shown beside its members. A network of two inputs is drawn: what it decides, or its",
            "one output in shades, over the part of the plane where the examples lie.",
            "",
            "Examples:",
            "  lanewise evaluate samples/digits.jar",
            "  lanewise evaluate model.jar --data new.csv --json"
        })
final class EvaluateCommand implements Callable<Integer> {
    /// More classes than this do not fit a terminal's line.
    private static final int SHOWN_CLASSES = 20;

    private final Console console;

    @Parameters(paramLabel = "MODEL.jar", description = "The network.")
    Path model = Path.of("");

    @ArgGroup(validate = false, heading = DataSelection.HEADING, order = 1)
    DataSelection selection = new DataSelection();

    @Option(
            names = "--require",
            paramLabel = "BOUND",
            description = "A bound on a figure, as 'accuracy >= 0.97': exit code 3 when it is missed.")
    List<String> require = List.of();

    @ArgGroup(validate = false, heading = ModelOptions.HEADING, order = 2)
    ModelOptions options = new ModelOptions();

    @ArgGroup(validate = false, heading = RunOptions.HEADING, order = 3)
    RunOptions run = new RunOptions();

    @ArgGroup(validate = false, heading = OutputOptions.HEADING, order = 4)
    OutputOptions output = new OutputOptions();

    EvaluateCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        run.settle();
        var network = new Models(console, output).open(model, options);
        Fitted.require(network, model);
        var requirements = require.stream()
                .map(text -> Requirement.parse(text, network.metrics()))
                .toList();
        var info = info(network);
        try (var data = TrainingData.evaluated(info, Models.folder(model), selection)) {
            var figures = figures(network, data);
            var tables = tables(network, figures, data);
            var members = Members.measure(network.bundle(), network.weights(), data, List.of());
            var picture = Plane.of(network, data);
            if (output.json) {
                console.printJson(json(network, figures, tables, members, picture));
            } else {
                console.print(Figures.text(figures) + "  (" + Figures.count(figures.examples()) + " examples)");
                if (!members.isEmpty()) {
                    console.print("");
                    members.print(console, figures, "");
                }
                tables.forEach((name, table) -> print(network, name, table));
                print(picture);
            }
            return exit(requirements, figures);
        }
    }

    private ModelInfo info(ModelNetwork network) {
        var info = network.bundle().info();
        var length = new RunLength();
        return info.withTrain(new PlanChange(Models.isJar(model), options, length).of(info.train()));
    }

    /// With all threads where the network can be trained, and so has a team of them.
    private Metrics figures(ModelNetwork network, Dataset data) {
        if (network.targets().isEmpty()) {
            throw Failure.input(
                    "the network " + network.name() + " has no target: there is nothing to measure",
                    "`lanewise predict` computes its outputs");
        }
        if (run.threads() == 1) {
            return network.evaluate(data);
        }
        try (var trainer = network.trainer().threads(run.threads()).open()) {
            return trainer.evaluate(data);
        }
    }

    private int exit(List<Requirement> requirements, Metrics figures) {
        int exit = Exit.DONE;
        for (var requirement : requirements) {
            if (!requirement.holds(figures)) {
                console.err().println("lanewise: " + requirement.missed(figures));
                exit = Exit.WRONG_OUTCOME;
            }
        }
        return exit;
    }

    /// The tables that the network states; without any, how often each class was taken for each.
    private static Map<String, List<List<Long>>> tables(ModelNetwork network, Metrics figures, Dataset data) {
        if (!figures.tables().isEmpty()) {
            return figures.tables();
        }
        var confusion = Decisions.of(network).confusion(network, data);
        return confusion.isEmpty() ? Map.of() : Map.of("confusion", confusion);
    }

    private static Map<String, Object> json(
            ModelNetwork network,
            Metrics figures,
            Map<String, List<List<Long>>> tables,
            Members members,
            List<String> picture) {
        var json = new LinkedHashMap<String, Object>();
        json.put("network", network.name());
        json.put("examples", figures.examples());
        json.putAll(Figures.json(figures));
        json.putAll(tables);
        if (!members.isEmpty()) {
            json.put("members", members.json("figures"));
        }
        if (!picture.isEmpty()) {
            json.put("picture", picture);
        }
        return json;
    }

    private void print(List<String> picture) {
        if (!picture.isEmpty() && !output.quiet) {
            console.print("");
            picture.forEach(console::print);
        }
    }

    private void print(ModelNetwork network, String name, List<List<Long>> confusion) {
        if (confusion.size() > SHOWN_CLASSES || output.quiet) {
            return;
        }
        var target = Decisions.of(network).list().stream()
                .map(Decisions.Decision::target)
                .filter(port -> port.classes() == confusion.size())
                .findFirst();
        IntFunction<String> label = c -> target.filter(port -> !port.labels().isEmpty())
                .map(port -> port.labels().get(c))
                .orElse(Integer.toString(c));
        var header = new ArrayList<String>();
        header.add(target.map(Port::name).orElse(name));
        for (int c = 0; c < confusion.size(); c++) {
            header.add("-> " + label.apply(c));
        }
        var table = new Table(header.toArray(String[]::new));
        for (int c = 0; c < confusion.size(); c++) {
            var row = new ArrayList<String>();
            row.add(label.apply(c));
            confusion.get(c).forEach(count -> row.add(Long.toString(count)));
            table.row(row);
        }
        console.print("");
        table.print(console.out());
    }
}
