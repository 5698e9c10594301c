package dev.lanewise.cli.network;

import dev.lanewise.cli.console.Failure;
import dev.lanewise.compiler.CompileOptions;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What changes the network that a command works on.
public final class ModelOptions {
    public static final String HEADING = "%nThe network:%n";

    @Option(
            names = "--set",
            paramLabel = "NAME=VALUE",
            description =
                    "Set a hyper-parameter, or an entry of the train block: --set hidden=256, --set train.batch=32."
                            + " May be repeated.")
    Map<String, String> set = new LinkedHashMap<>();

    @Option(
            names = "--seed",
            paramLabel = "N",
            description = "The seed of first weights, shuffling, splits and random draws (default: the train block's,"
                    + " else 1).")
    @Nullable
    Long seed;

    @Option(
            names = "--precision",
            paramLabel = "f32|f64",
            description = "Compute in single or double precision (default: the train block's, else f32).")
    @Nullable
    Precision precision;

    @Option(names = "--load", paramLabel = "FILE.safetensors", description = "Begin with the weights of this file.")
    @Nullable
    public Path load;

    @Option(names = "--network", paramLabel = "NAME", description = "The network to take of a jar that holds several.")
    String network = "";

    enum Precision {
        F32,
        F64;

        @Override
        public String toString() {
            return this == F32 ? "f32" : "f64";
        }
    }

    /// What is to be set in the text of a network.
    public CompileOptions compileOptions() {
        var options = CompileOptions.standard();
        for (var entry : set.entrySet()) {
            if (entry.getValue().isBlank()) {
                throw Failure.usage("--set " + entry.getKey() + "=: a value is missing", "");
            }
            options = options.with(entry.getKey(), entry.getValue());
        }
        if (seed != null) {
            options = options.with("train.seed", seed.toString());
        }
        if (precision != null) {
            options = options.with("train.precision", precision.toString());
        }
        return options;
    }
}
