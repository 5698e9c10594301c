package dev.lanewise.cli;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Exit;
import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.OutputOptions;
import dev.lanewise.cli.network.Decisions;
import dev.lanewise.cli.network.Fitted;
import dev.lanewise.cli.network.ModelOptions;
import dev.lanewise.cli.network.Models;
import dev.lanewise.cli.network.Outputs;
import dev.lanewise.cli.network.RunOptions;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.data.DataOptions;
import dev.lanewise.runtime.data.DataSchema;
import dev.lanewise.runtime.data.DataSource;
import dev.lanewise.runtime.data.LoadedDataset;
import dev.lanewise.runtime.model.Json;
import dev.lanewise.runtime.train.ModelNetwork;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lanewise predict MODEL.jar --data FILE|-`
@Command(
        name = "predict",
        description = "Computes the outputs of a trained network, a line for each example.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Prints CSV with a header: for each target of classes the most likely one, then the outputs' numbers.",
            "A table to read needs the columns of the inputs alone. Pictures (PNG, JPEG, BMP, GIF) are scaled to the",
            "input's height and width, and made grey where it has one channel.",
            "",
            "Examples:",
            "  lanewise predict samples/iris.jar --data new.csv",
            "  lanewise predict samples/iris.jar --json < new.csv",
            "  lanewise predict samples/lenet.jar photo.png"
        })
final class PredictCommand implements Callable<Integer> {
    private static final String STANDARD_INPUT = "-";

    private final Console console;

    @Parameters(index = "0", paramLabel = "MODEL.jar", description = "The network.")
    Path model = Path.of("");

    @Parameters(
            index = "1..*",
            arity = "0..*",
            paramLabel = "PICTURE",
            description = "Pictures to predict from, an example each.")
    List<Path> pictures = List.of();

    @Option(
            names = "--data",
            paramLabel = "SPEC|-",
            description = "csv:FILE, npz:FILE, idx:IMAGES, images:DIR, digits, ...; `-` is a table on standard input"
                    + " (the default).")
    String data = STANDARD_INPUT;

    @Option(
            names = "--unknown",
            paramLabel = "zero",
            description = "Encode a category that training did not see as zeros; without it, it is an error.")
    String unknown = "";

    @Option(names = "--no-header", description = "Leave out the CSV's first line.")
    boolean noHeader;

    @ArgGroup(validate = false, heading = ModelOptions.HEADING, order = 1)
    ModelOptions options = new ModelOptions();

    @ArgGroup(validate = false, heading = RunOptions.HEADING, order = 2)
    RunOptions run = new RunOptions();

    @ArgGroup(validate = false, heading = OutputOptions.HEADING, order = 3)
    OutputOptions output = new OutputOptions();

    PredictCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (!unknown.isEmpty() && !unknown.equals("zero")) {
            throw Failure.usage("--unknown " + unknown + ": expected zero", "");
        }
        checkPictures();
        run.settle();
        var network = new Models(console, output).open(model, options);
        if (network.outputs().isEmpty()) {
            throw Failure.input(
                    model + ": the network has no output, so there is nothing to predict",
                    "name what it predicts in the .net file: output NAME = ...");
        }
        Fitted.require(network, model);
        if (pictures.isEmpty() && data.equals(STANDARD_INPUT) && isKeyboard()) {
            console.tell(output, "reading a table from standard input; --data FILE reads a file");
        }
        try (var examples = open(network)) {
            var decisions = Decisions.of(network).list();
            if (!output.json && !noHeader) {
                console.print(String.join(",", header(network, decisions)));
            }
            Outputs.forEach(network, run.threads(), examples, (first, count, outputs) -> {
                for (int e = 0; e < count; e++) {
                    console.print(
                            output.json ? json(network, decisions, outputs, e) : row(network, decisions, outputs, e));
                }
            });
        }
        return Exit.DONE;
    }

    private void checkPictures() {
        if (!pictures.isEmpty() && !data.equals(STANDARD_INPUT)) {
            throw Failure.usage(pictures.getFirst() + " and --data " + data + ": expected one of the two", "");
        }
        for (var picture : pictures) {
            if (!DataSource.isImage(picture)) {
                throw Failure.usage(
                        picture + ": not a picture; expected a file that ends in .png, .jpg, .bmp or .gif",
                        "other data are given by --data " + picture);
            }
        }
    }

    private static boolean isKeyboard() {
        return Optional.ofNullable(System.console())
                .map(java.io.Console::isTerminal)
                .orElse(false);
    }

    private LoadedDataset open(ModelNetwork network) {
        var info = network.bundle().info();
        if (!pictures.isEmpty()) {
            return DataSource.openImages(pictures, info.inputs());
        }
        var known = info.schema().isEmpty() ? DataSchema.EMPTY : DataSchema.fromJson(info.schema());
        var how = DataOptions.DEFAULT
                .withPart(DataOptions.Part.TEST)
                .withSeed(info.train().seed())
                .withUnknownZero(unknown.equals("zero"))
                .withKnown(known);
        return DataSource.open(data, Path.of(""), info.inputs(), List.of(), how);
    }

    private static List<String> header(Network network, List<Decisions.Decision> decisions) {
        var header = new ArrayList<String>();
        for (var decision : decisions) {
            header.add(quoted(decision.target().name()));
        }
        for (int o = 0; o < network.outputs().size(); o++) {
            var port = network.outputs().get(o);
            if (port.size() == 1) {
                header.add(port.name());
                continue;
            }
            for (int i = 0; i < port.size(); i++) {
                header.add(quoted(port.name() + "_" + element(decisions, o, i)));
            }
        }
        return header;
    }

    /// An element of an output is called by its class where it decides one.
    private static Object element(List<Decisions.Decision> decisions, int output, int element) {
        for (var decision : decisions) {
            if (decision.output() == output) {
                return decision.name(element);
            }
        }
        return element;
    }

    private static String row(
            Network network, List<Decisions.Decision> decisions, List<double[]> outputs, int example) {
        var row = new ArrayList<String>();
        for (var decision : decisions) {
            int decided = decision.of(
                    outputs.get(decision.output()), example * decision.target().classes());
            row.add(quoted(decision.name(decided).toString()));
        }
        for (int o = 0; o < network.outputs().size(); o++) {
            int size = network.outputs().get(o).size();
            for (int i = 0; i < size; i++) {
                row.add(number(network, outputs.get(o)[example * size + i]));
            }
        }
        return String.join(",", row);
    }

    private static String json(
            Network network, List<Decisions.Decision> decisions, List<double[]> outputs, int example) {
        var json = new LinkedHashMap<String, Object>();
        for (var decision : decisions) {
            int decided = decision.of(
                    outputs.get(decision.output()), example * decision.target().classes());
            json.put(decision.target().name(), decision.name(decided));
        }
        for (int o = 0; o < network.outputs().size(); o++) {
            var port = network.outputs().get(o);
            int from = example * port.size();
            json.put(port.name(), nested(network, port, outputs.get(o), port.shape(), from));
        }
        return Json.write(json);
    }

    /// Numbers of `shape` from `from` on: a number, or lists in lists.
    private static Object nested(Network network, Port port, double[] values, List<Integer> shape, int from) {
        if (shape.isEmpty()) {
            return shortest(network, values[from]);
        }
        var list = new ArrayList<>();
        var inner = shape.subList(1, shape.size());
        int size = inner.stream().reduce(1, Math::multiplyExact);
        for (int i = 0; i < shape.getFirst(); i++) {
            list.add(nested(network, port, values, inner, from + i * size));
        }
        return list;
    }

    /// The fewest digits that give the number of the network's precision back.
    private static Object shortest(Network network, double value) {
        return network.doublePrecision() ? (Object) value : (Object) (float) value;
    }

    private static String number(Network network, double value) {
        return shortest(network, value).toString();
    }

    private static String quoted(String field) {
        boolean plain = field.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r');
        return plain ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
