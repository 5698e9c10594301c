package dev.lanewise.cli;

import dev.lanewise.runtime.data.DataDescription;
import dev.lanewise.runtime.data.DataOptions;
import dev.lanewise.runtime.data.DataSource;
import java.nio.file.Path;
import java.util.concurrent.Callable;
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
            "  lanewise data samples/iris.csv"
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

    DataCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (var data = DataSource.open(spec, Path.of(""), DataOptions.DEFAULT.withSeed(seed))) {
            var description = DataDescription.of(data);
            if (output.json) {
                console.printJson(description.toJson());
            } else {
                console.out().print(description.toText());
            }
        }
        return Exit.DONE;
    }
}
