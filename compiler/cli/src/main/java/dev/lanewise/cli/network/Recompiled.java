package dev.lanewise.cli.network;

import dev.lanewise.cli.console.Rejected;
import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.Compiler;
import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.compiler.jar.JarContents;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.model.ModelFile;
import dev.lanewise.runtime.model.ModelInfo;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/// Compiles a network anew, for commands that look inside: from its file, or from the source that a jar keeps, with
/// the jar's hyper-parameters and weights.
public record Recompiled(Models models) {

    /// `change` adds to the options of the command line.
    public CompiledNetwork of(Path file, ModelOptions options, UnaryOperator<CompileOptions> change) {
        Models.require(file);
        var settings = change.apply(options.compileOptions());
        var compiled = Models.isJar(file) ? ofJar(file, options, settings) : models.compile(file, settings);
        if (options.load != null) {
            compiled.network().loadWeights(options.load);
        }
        return compiled;
    }

    private CompiledNetwork ofJar(Path jar, ModelOptions options, CompileOptions settings) {
        var info = Models.info(jar, options);
        var all = merged(info, settings);
        var sources = sources(jar, info);
        var first = sources.entrySet().iterator().next();
        var diagnostics = new Diagnostics();
        var compilation = Compiler.compile(
                        new Source(first.getKey(), first.getValue()), SourceFolder.of(sources), all, diagnostics)
                .orElseThrow(() -> new Rejected(diagnostics.all()));
        models.warn(diagnostics.all());
        var compiled = CompiledNetwork.of(compilation, all);
        copyWeights(jar, info, compiled);
        return compiled;
    }

    /// The hyper-parameters that the jar was compiled with, and its precision; what the command line says wins.
    private static CompileOptions merged(ModelInfo info, CompileOptions settings) {
        var own = new LinkedHashMap<>(info.settings());
        own.put("train.seed", Long.toString(info.train().seed()));
        own.put("train.precision", info.layout().doublePrecision() ? "f64" : "f32");
        own.putAll(settings.settings());
        return new CompileOptions(
                own,
                settings.packageName(),
                settings.keep(),
                settings.layers(),
                settings.penalties(),
                settings.verify(),
                settings.fuse());
    }

    /// The texts in the jar by their paths, the network's own first.
    private static Map<String, String> sources(Path jar, ModelInfo info) {
        var code = ModelFile.code(jar, info);
        var sources = new LinkedHashMap<String, String>();
        for (var entry : info.sources()) {
            var text = code.get(entry);
            if (text == null) {
                throw new ModelException(jar + ": the entry " + entry + " with the network's source is missing");
            }
            sources.put(entry.substring(JarContents.SOURCES.length()), new String(text, StandardCharsets.UTF_8));
        }
        if (sources.isEmpty()) {
            throw new ModelException(jar + ": it does not hold the network's source");
        }
        return sources;
    }

    private static void copyWeights(Path jar, ModelInfo info, CompiledNetwork compiled) {
        var kept = ModelFile.weights(jar, info);
        var weights = compiled.network().weights();
        var names = kept.list().stream().collect(java.util.stream.Collectors.toMap(w -> w.name(), w -> w.shape()));
        for (var weight : weights.list()) {
            if (weight.shape().equals(names.get(weight.name()))) {
                weights.set(weight.name(), kept.get(weight.name()));
            }
        }
    }
}
