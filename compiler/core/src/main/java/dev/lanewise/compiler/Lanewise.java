package dev.lanewise.compiler;

import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.SourceReader;
import dev.lanewise.dsl.source.Source;
import java.nio.file.Path;

/// Compiles networks inside of an application:
///
///     var compiled = Lanewise.compile(text, CompileOptions.standard());
///     Network network = compiled.network();
public final class Lanewise {

    private Lanewise() {}

    /// Compiles a text without imports.
    ///
    /// @throws CompileException when the text is wrong
    public static CompiledNetwork compile(String text, CompileOptions options) {
        return compile(new Source("network.net", text), SourceFolder.empty(), options, new Diagnostics());
    }

    /// Compiles a file, which may import others below its folder.
    ///
    /// @throws CompileException when the file cannot be read or is wrong
    public static CompiledNetwork compile(Path file, CompileOptions options) {
        var diagnostics = new Diagnostics();
        var source = SourceReader.read(file, file.toString(), diagnostics);
        var folder = file.toAbsolutePath().getParent();
        return compile(source, folder == null ? SourceFolder.empty() : SourceFolder.of(folder), options, diagnostics);
    }

    private static CompiledNetwork compile(
            Source source, SourceFolder folder, CompileOptions options, Diagnostics diagnostics) {
        return Compiler.compile(source, folder, options, diagnostics)
                .map(compilation -> CompiledNetwork.of(compilation, options))
                .orElseThrow(() -> new CompileException(diagnostics.all()));
    }

    /// The version of the compiler.
    public static String version() {
        var version = Lanewise.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }
}
