package dev.lanewise.cli.network;

import dev.lanewise.cli.console.Failure;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How long a run goes on, and what is asked of it.
public final class RunLength {
    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Passes over the data (default: the train block's, else 10).")
    @Nullable
    public Integer epochs;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Examples in a step (default: the train block's, else 32).")
    @Nullable
    public Integer batch;

    @Option(
            names = "--require",
            paramLabel = "BOUND",
            description = "A bound on the test data's figures, as 'accuracy >= 0.97': exit code 3 when it is"
                    + " missed. The jar is written all the same. May be repeated.")
    public List<String> require = List.of();

    @Option(names = "--log", paramLabel = "FILE", description = "Write a JSON object for each epoch, a line each.")
    @Nullable
    public Path log;

    @Option(names = "--checkpoint", paramLabel = "DIR", hidden = true)
    @Nullable
    Path checkpoint;

    @Option(names = "--every", paramLabel = "5m|N", hidden = true)
    @Nullable
    String every;

    @Option(names = "--resume", paramLabel = "DIR", hidden = true)
    @Nullable
    Path resume;

    public void check() {
        if (checkpoint != null || resume != null || every != null) {
            throw Failure.usage(
                    (resume == null ? "--checkpoint" : "--resume") + ": checkpoints are not there yet",
                    "a finished run can be trained on: lanewise train MODEL.jar");
        }
        positive("--epochs", epochs);
        positive("--batch", batch);
    }

    private static void positive(String name, @Nullable Integer number) {
        if (number != null && number < 1) {
            throw Failure.usage(name + " " + number + ": expected at least 1", "");
        }
    }
}
