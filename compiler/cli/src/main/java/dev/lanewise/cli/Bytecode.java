package dev.lanewise.cli;

import dev.lanewise.cli.console.Failure;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;

/// The instructions of generated classes, as the JDK's own tool shows them.
final class Bytecode {

    private Bytecode() {}

    /// `classes` are class files by their paths.
    static String print(Map<String, byte[]> classes) {
        var javap = ToolProvider.findFirst("javap")
                .orElseThrow(() ->
                        Failure.input("this Java has no javap", "--stage bytecode needs a JDK, not a runtime alone"));
        try {
            var folder = Files.createTempDirectory("lanewise-classes");
            try {
                var arguments = new ArrayList<>(List.of("-p", "-c", "-l"));
                for (var entry : classes.entrySet()) {
                    var file = folder.resolve(entry.getKey());
                    Files.createDirectories(file.getParent());
                    Files.write(file, entry.getValue());
                    arguments.add(file.toString());
                }
                var out = new StringWriter();
                var writer = new PrintWriter(out);
                javap.run(writer, writer, arguments.toArray(String[]::new));
                writer.flush();
                return out.toString().replace(folder + "/", "");
            } finally {
                try (var files = Files.walk(folder)) {
                    for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
