package dev.lanewise.compiler.elaborate;

import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.SourceReader;
import dev.lanewise.dsl.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// The folder of a network's file, from which it imports. Paths are relative to it, with `/` between.
public interface SourceFolder {

    /// What became of a file: its text, or why there is none.
    sealed interface Answer {
        record Found(Source source) implements Answer {}

        record Refused(String why) implements Answer {}
    }

    /// Reads a file below the folder; `name` is how messages call it.
    Answer read(String path, String name, Diagnostics diagnostics);

    /// A folder without files.
    static SourceFolder empty() {
        return of(Map.of());
    }

    /// Files in memory, by their paths.
    static SourceFolder of(Map<String, String> files) {
        return (path, name, diagnostics) -> {
            var text = files.get(path);
            return text == null
                    ? new Answer.Refused("there is no such file")
                    : new Answer.Found(new Source(name, text));
        };
    }

    /// A folder on disk. What a symbolic link leads out of it does not belong to it.
    static SourceFolder of(Path folder) {
        return (path, name, diagnostics) -> {
            var file = folder.resolve(path);
            try {
                if (!Files.exists(file)) {
                    return new Answer.Refused("there is no such file");
                }
                if (!file.toRealPath().startsWith(folder.toRealPath())) {
                    return new Answer.Refused("the file lies outside the folder of the network");
                }
            } catch (IOException e) {
                return new Answer.Refused("the file cannot be read: " + e.getMessage());
            }
            return new Answer.Found(SourceReader.read(file, name, diagnostics));
        };
    }
}
