package dev.lanewise.cli;

import dev.lanewise.cli.console.Failure;
import dev.lanewise.runtime.TrainEvent;
import dev.lanewise.runtime.model.Json;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The file of `--log`: an epoch a line, as JSON, there as soon as the epoch is over.
final class EpochLog implements AutoCloseable {
    private final @Nullable Writer out;
    private final String name;

    /// Without a path, nothing is written.
    EpochLog(@Nullable Path file) {
        name = String.valueOf(file);
        try {
            out = file == null ? null : Files.newBufferedWriter(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /// An epoch of the network, or, where `layer` is not empty, of pretraining it.
    void write(String layer, TrainEvent.Epoch event) {
        if (out == null) {
            return;
        }
        var json = Progress.json(event);
        if (!layer.isEmpty()) {
            json.put("pretrain", layer);
        }
        json.put("steps", event.step());
        json.put("stepsPerSecond", event.stepsPerSecond());
        json.put("hash", event.hash());
        try {
            out.write(Json.write(json) + "\n");
            out.flush();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private Failure failed(IOException e) {
        return Failure.input(
                "the log " + name + " cannot be written"
                        + (e instanceof NoSuchFileException ? ": there is no such folder" : ": " + e.getMessage()),
                "");
    }

    @Override
    public void close() {
        if (out == null) {
            return;
        }
        try {
            out.close();
        } catch (IOException e) {
            throw failed(e);
        }
    }
}
