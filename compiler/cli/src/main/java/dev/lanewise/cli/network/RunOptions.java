package dev.lanewise.cli.network;

import dev.lanewise.cli.console.Failure;
import dev.lanewise.runtime.Trainer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How a network runs. Results are the same for every choice.
public final class RunOptions {
    public static final String HEADING = "%nThe machine (the results do not depend on it):%n";

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads that share each step (default: all cores; training takes one for a small network).")
    @Nullable
    public Integer threads;

    @Option(
            names = "--vector",
            paramLabel = "512|256|128|scalar",
            description = "The width of the kernels in bits (default: what the processor offers).")
    @Nullable
    String vector;

    public int threads() {
        return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    }

    /// Hands the threads asked for to a trainer, which else chooses them itself.
    public Trainer.Options applyTo(Trainer.Options options) {
        return threads == null ? options : options.threads(threads);
    }

    /// Checks the options and makes the width known to the programs that are loaded from now on.
    public void settle() {
        if (threads != null && threads < 1) {
            throw Failure.usage("--threads " + threads + ": expected at least 1", "");
        }
        if (vector != null) {
            if (!vector.matches("512|256|128|scalar")) {
                throw Failure.usage("--vector " + vector + ": expected 512, 256, 128 or scalar", "");
            }
            System.setProperty("lanewise.vector", vector);
        }
    }
}
