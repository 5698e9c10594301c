package dev.lanewise.compiler.elaborate;

import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.SourceReader;
import dev.lanewise.dsl.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
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
            return text == null ? missing(path, files.keySet()) : new Answer.Found(new Source(name, text));
        };
    }

    private static Answer missing(String path, Collection<String> others) {
        var parent = path.substring(0, path.lastIndexOf('/') + 1);
        var names = others.stream()
                .filter(other -> other.startsWith(parent))
                .map(other -> other.substring(parent.length()))
                .toList();
        return new Answer.Refused("there is no such file"
                + Names.nearest(path.substring(parent.length()), names)
                        .map(near -> "; did you mean `" + parent + near + "`?")
                        .orElse(""));
    }

    /// The files that could have been meant by `path`, as it would name them.
    private static List<String> beside(Path folder, String path) throws IOException {
        var parent = path.substring(0, path.lastIndexOf('/') + 1);
        if (!Files.isDirectory(folder.resolve(parent))) {
            return List.of();
        }
        try (var files = Files.list(folder.resolve(parent))) {
            return files.map(file -> parent + file.getFileName())
                    .filter(name -> name.endsWith(".net") || name.endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    /// A folder on disk. What a symbolic link leads out of it does not belong to it.
    static SourceFolder of(Path folder) {
        return (path, name, diagnostics) -> {
            var file = folder.resolve(path);
            try {
                if (!Files.exists(file)) {
                    return missing(path, beside(folder, path));
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
