package dev.lanewise.cli;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Exit;
import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.OutputOptions;
import dev.lanewise.cli.explain.Sheet;
import dev.lanewise.cli.explain.Tile;
import dev.lanewise.cli.network.ModelOptions;
import dev.lanewise.cli.network.Models;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.data.DataDescription;
import dev.lanewise.runtime.data.DataOptions;
import dev.lanewise.runtime.data.DataSource;
import dev.lanewise.runtime.model.ModelFile;
import dev.lanewise.runtime.train.Augmentation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lanewise data SPEC`
@Command(
        name = "data",
        description = "Shows a data set: shapes, types, class counts, a look at the first examples.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "What can be read; the first axis counts the examples:",
            "  digits                   1,797 handwritten digits of 8x8 pixels, inside Lanewise",
            "  mnist:DIR                the four IDX files of MNIST or Fashion-MNIST, gzipped or not",
            "  idx:IMAGES,LABELS        two IDX files",
            "  cifar10:DIR              CIFAR-10 in its binary form",
            "  images:DIR               pictures (PNG, JPEG, BMP, GIF) in a folder for each class, scaled to the"
                    + " height",
            "                           and width of the network's input and made grey where it has one channel",
            "  csv:FILE                 a table with a header, separated by commas, semicolons or tabs; - is one on",
            "                           standard input",
            "  npz:FILE                 arrays named like inputs and targets; safetensors:FILE likewise",
            "  npy:FILE,FILE            an array for each input and target, in their order",
            "  normal:N  spirals:N  xor made up from the seed",
            "",
            "A column of a table is categorical when it consists of words, and becomes one number for each word. Where"
                + " more than a tenth of it looks like numbers it is numeric, and a word, a gap, a date or a decimal"
                + " comma in it is an error that names the line. Words in a target become classes.",
            "",
            "Examples:",
            "  lanewise data digits",
            "  lanewise data samples/iris.csv",
            "  lanewise data mnist:DIR --augment samples/fashion.net --png sheet.png"
        })
final class DataCommand implements Callable<Integer> {
    private final Console console;

    @Mixin
    OutputOptions output = new OutputOptions();

    @Parameters(
            paramLabel = "SPEC",
            description = "digits, mnist:DIR, csv:FILE, npz:FILE, spirals:N, ...; a file with a known suffix needs no"
                    + " prefix.")
    String spec = "";

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The seed of examples that are made up (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    long seed;

    @Option(
            names = "--png",
            paramLabel = "FILE.png",
            description = "Write a picture of the first examples, where they are pictures.")
    @Nullable
    Path png;

    @Option(
            names = "--augment",
            paramLabel = "MODEL.net",
            description = "With --png: the first examples, a row each, and beside each what the network's train block"
                    + " makes of it in nine epochs.")
    @Nullable
    Path augment;

    private static final int SHOWN = 10;
    private static final int COLUMNS = 10;

    DataCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (augment != null && png == null) {
            throw Failure.usage("--augment " + augment + ": say where the picture goes", "add --png FILE.png");
        }
        if (augment != null && png != null) {
            augmented(augment, png);
            return Exit.DONE;
        }
        try (var data = DataSource.open(spec, Path.of(""), DataOptions.DEFAULT.withSeed(seed))) {
            var description = DataDescription.of(data);
            if (png != null) {
                write(png, tiles(data, picture(data, spec), Math.min(SHOWN * COLUMNS, data.size())));
            }
            if (output.json) {
                console.printJson(description.toJson());
            } else {
                console.out().print(description.toText());
            }
        }
        return Exit.DONE;
    }

    private void augmented(Path model, Path file) {
        var options = new ModelOptions();
        var info = new Models(console, output).open(model, options).bundle().info();
        var plan = info.train();
        if (plan.augment().isEmpty()) {
            throw Failure.input(
                    model + ": the train block of " + info.network() + " has no `augment`",
                    "for instance `augment " + info.inputs().getFirst().name() + ": shift(2)`");
        }
        var how = DataOptions.DEFAULT.withSeed(seed);
        try (var data = DataSource.open(spec, Path.of(""), info.inputs(), info.targets(), how)) {
            int port = picture(data, model.toString());
            var augmentation = new Augmentation(
                    plan.augment(), data, plan.seed(), info.layout().doublePrecision());
            var rows = new ArrayList<Tile>();
            int shown = Math.min(SHOWN, data.size());
            var columns = new ArrayList<>(List.of(tiles(data, port, shown)));
            for (int epoch = 1; epoch < COLUMNS; epoch++) {
                columns.add(tiles(augmentation.epoch(epoch), port, shown));
            }
            for (int example = 0; example < shown; example++) {
                for (var column : columns) {
                    rows.add(column.get(example));
                }
            }
            write(file, rows);
        }
    }

    /// The place of the first port that is a picture.
    private static int picture(Dataset data, String name) {
        for (int port = 0; port < data.ports().size(); port++) {
            if (Tile.shows(data.ports().get(port))) {
                return port;
            }
        }
        throw Failure.input(
                name + ": holds no pictures to show; it holds "
                        + data.ports().stream().map(Port::type).collect(Collectors.joining(", ")),
                "a picture is float[height, width], or float[channels, height, width] with one channel or three");
    }

    private static List<Tile> tiles(Dataset data, int port, int count) {
        var tiles = new ArrayList<Tile>();
        var values = new double[data.ports().get(port).size()];
        for (int example = 0; example < count; example++) {
            data.read(port, example, values, 0);
            tiles.add(Tile.of(data.ports().get(port), values, 0));
        }
        return tiles;
    }

    private void write(Path file, List<Tile> tiles) {
        var bytes = Sheet.png(tiles, COLUMNS);
        ModelFile.writeWhole(file, out -> out.write(bytes));
        console.tell(output, file + ": written");
    }
}
