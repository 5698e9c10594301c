package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.syntax.Parser;
import dev.lanewise.dsl.syntax.SourceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// The library in its own language: the files that ship inside the compiler.
public final class Prelude {
    private static final List<String> FAMILIES = List.of(
            "builtins",
            "activations",
            "layers",
            "normalisation",
            "losses",
            "metrics",
            "initialisers",
            "optimizers",
            "schedules",
            "preparation");

    private static final List<SourceFile> FILES =
            FAMILIES.stream().map(Prelude::read).toList();

    private Prelude() {}

    /// The files, by families.
    public static List<SourceFile> files() {
        return FILES;
    }

    private static SourceFile read(String family) {
        var diagnostics = new Diagnostics();
        try (var in = Prelude.class.getResourceAsStream("/dev/lanewise/compiler/prelude/" + family + ".net")) {
            if (in == null) {
                throw new CompilerBug("the library has no file " + family);
            }
            var source =
                    new Source("prelude/" + family + ".net", new String(in.readAllBytes(), StandardCharsets.UTF_8));
            var file = Parser.parse(source, diagnostics);
            if (diagnostics.hasErrors()) {
                throw new CompilerBug(diagnostics.all().toString());
            }
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
