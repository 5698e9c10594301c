package dev.lanewise.cli.network;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.OutputOptions;
import dev.lanewise.cli.console.Rejected;
import dev.lanewise.cli.console.Report;
import dev.lanewise.compiler.Compilation;
import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.Compiler;
import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.Severity;
import dev.lanewise.dsl.diagnostic.SourceReader;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.model.ModelFile;
import dev.lanewise.runtime.model.ModelInfo;
import dev.lanewise.runtime.train.ModelNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Opens the networks that a command line names: `MODEL.net` is compiled, `MODEL.jar` loaded.
public record Models(Console console, OutputOptions output) {

    public static boolean isJar(Path file) {
        return nameOf(file).endsWith(".jar");
    }

    private static String nameOf(Path file) {
        var name = file.getFileName();
        return name == null ? "" : name.toString().toLowerCase(Locale.ROOT);
    }

    /// The folder that paths in the network's file are relative to.
    public static Path folder(Path file) {
        var parent = file.getParent();
        return parent == null ? Path.of("") : parent;
    }

    /// Where the jar of a network goes without `-o`: beside its source.
    public static Path jarBeside(Path file) {
        var name = file.getFileName().toString();
        int dot = name.lastIndexOf('.');
        return file.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ".jar");
    }

    /// Says what is wrong with a path that cannot be a network.
    public static void require(Path file) {
        if (!Files.exists(file)) {
            throw Failure.input(file + ": there is no such file", "");
        }
        if (Files.isDirectory(file)) {
            throw Failure.input(file + ": this is a folder; expected a network, MODEL.net or MODEL.jar", "");
        }
        if (!isJar(file) && !nameOf(file).endsWith(".net")) {
            throw Failure.input(file + ": not a network; expected a file that ends in .net or .jar", "");
        }
    }

    /// The network of either kind of file, with the weights that the options ask for.
    public ModelNetwork open(Path file, ModelOptions options) {
        return open(file, options, options.compileOptions());
    }

    /// As the other, with more settings.
    public ModelNetwork open(Path file, ModelOptions options, CompileOptions settings) {
        require(file);
        var network =
                isJar(file) ? load(file, options) : compile(file, settings).network();
        if (options.load != null) {
            network.loadWeights(options.load);
        }
        return network;
    }

    /// What a jar tells about the network that the options name, or about its only one.
    public static ModelInfo info(Path jar, ModelOptions options) {
        var all = ModelFile.infos(jar);
        if (options.network.isEmpty() && all.size() > 1) {
            throw Failure.input(
                    jar + ": holds several networks: "
                            + all.stream().map(ModelInfo::network).collect(Collectors.joining(", ")),
                    "name one: --network " + all.getFirst().network());
        }
        return ModelFile.info(jar, options.network);
    }

    /// A network from its jar, whose precision is fixed.
    ModelNetwork load(Path jar, ModelOptions options) {
        PlanChange.checkSettings(options);
        var network = (ModelNetwork) Network.load(jar, info(jar, options).network());
        if (options.precision != null
                && network.doublePrecision() != (options.precision == ModelOptions.Precision.F64)) {
            throw Failure.input(
                    jar + ": compiled for " + (network.doublePrecision() ? "f64" : "f32")
                            + "; the precision of a jar is fixed",
                    "compile its .net file with --precision " + options.precision);
        }
        return network;
    }

    /// A network from its text; the warnings are printed.
    public CompiledNetwork compile(Path file, CompileOptions options) {
        require(file);
        if (isJar(file)) {
            throw Failure.input(file + ": this is a jar; expected the network's source, MODEL.net", "");
        }
        var diagnostics = new Diagnostics();
        var source = SourceReader.read(file, file.toString(), diagnostics);
        var compilation = Compiler.compile(source, SourceFolder.of(folder(file)), options, diagnostics)
                .orElseThrow(() -> new Rejected(diagnostics.all()));
        warn(diagnostics.all());
        return CompiledNetwork.of(compilation, options);
    }

    /// Several networks for one jar; the warnings are printed.
    public List<CompiledNetwork> compileTogether(List<Path> files, CompileOptions options) {
        var compilations =
                files.stream().map(file -> compile(file, options).compilation()).toList();
        for (var each : compilations) {
            for (var other : compilations.subList(0, compilations.indexOf(each))) {
                checkBeside(each, other);
            }
        }
        return CompiledNetwork.together(Compiler.together(compilations, options), options);
    }

    /// In one jar names tell networks, and kernels have one precision.
    private static void checkBeside(Compilation each, Compilation other) {
        var name = each.model().name();
        var file = each.syntax().source().name();
        var otherFile = other.syntax().source().name();
        if (name.equalsIgnoreCase(other.model().name())) {
            throw Failure.input(
                    file + ": the network is called " + name + " like that of " + otherFile,
                    "give the networks of one jar different names");
        }
        if (each.model().train().doublePrecision() != other.model().train().doublePrecision()) {
            throw Failure.input(
                    file + ": its precision is not that of " + otherFile,
                    "the networks of a jar share their kernels: give --precision f32 or f64 for all");
        }
        for (var path : each.sources().keySet()) {
            if (!each.sources()
                    .get(path)
                    .equals(other.sources().getOrDefault(path, each.sources().get(path)))) {
                throw Failure.input(
                        file + ": " + path + " has another text than the file of that name beside " + otherFile,
                        "the networks of a jar lie in one folder, or in files of different names");
            }
        }
    }

    /// Prints what is no error, and fails where that is asked for.
    void warn(List<Diagnostic> diagnostics) {
        if (output.warningsAsErrors && diagnostics.stream().anyMatch(d -> d.severity() == Severity.WARNING)) {
            throw new Rejected(diagnostics);
        }
        if (!output.quiet) {
            new Report(console).text(diagnostics);
        }
    }
}
