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
        mixinStandardHelpOptions = true)
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
