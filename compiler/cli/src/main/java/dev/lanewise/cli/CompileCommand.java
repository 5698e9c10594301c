package dev.lanewise.cli;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.jar.FacadeNames;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lanewise compile MODEL.net... [-o MODEL.jar]`
@Command(
        name = "compile",
        description = "Compiles a network to a jar, with first weights drawn from the seed.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        abbreviateSynopsis = true,
        usageHelpWidth = 100,
        footer = {
            "",
            "The same source and the same seed give the same bytes.",
            "",
            "Examples:",
            "  lanewise compile samples/digits.net",
            "  lanewise compile model.net -o build/model.jar --package com.example.models --load weights.safetensors"
        })
final class CompileCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "MODEL.net", arity = "1..*", description = "The network's source.")
    List<Path> models = List.of();

    @Option(names = "-o", paramLabel = "FILE.jar", description = "The jar to write (default: beside the source).")
    @Nullable
    Path jar;

    @Option(
            names = "--package",
            paramLabel = "NAME",
            description = "Package and module of the generated classes (default: the network's name in lower case).")
    String packageName = "";

    @ArgGroup(validate = false, heading = ModelOptions.HEADING, order = 1)
    ModelOptions options = new ModelOptions();

    @ArgGroup(validate = false, heading = OutputOptions.HEADING, order = 2)
    OutputOptions output = new OutputOptions();

    CompileCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (models.size() > 1 || Files.isDirectory(models.getFirst())) {
            throw Failure.input(
                    "several networks in one jar are not there yet",
                    "compile them one by one: lanewise compile "
                            + (models.size() > 1 ? models.getFirst() : "MODEL.net"));
        }
        if (!packageName.isEmpty() && !FacadeNames.isPackage(packageName)) {
            throw Failure.usage(
                    "--package " + packageName + ": not a name of a package", "expected one as com.example.models");
        }
        var model = models.getFirst();
        var settings = packageName.isEmpty()
                ? options.compileOptions()
                : options.compileOptions().inPackage(packageName);
        compile(model, settings, jar == null ? Models.jarBeside(model) : jar);
        return Exit.DONE;
    }

    private void compile(Path model, CompileOptions settings, Path target) {
        var compiled = new Models(console, output).compile(model, settings);
        if (options.load != null) {
            compiled.network().loadWeights(options.load);
        }
        compiled.save(target);
        var info = compiled.info();
        long weightBytes = compiled.network().weights().writer().toBytes().length;
        long bytes = size(target);
        if (output.json) {
            var json = new LinkedHashMap<String, Object>();
            json.put("network", info.network());
            json.put("model", target.toString());
            json.put("parameters", info.parameters());
            json.put("precision", info.layout().doublePrecision() ? "f64" : "f32");
            json.put("jarBytes", bytes);
            json.put("weightBytes", weightBytes);
            console.printJson(json);
            return;
        }
        console.print(target + "  " + info.network() + ", " + Figures.count(info.parameters()) + " parameters; "
                + Figures.bytes(bytes) + ", of which weights " + Figures.bytes(weightBytes));
        if (output.verbose) {
            console.tell(output, "the classes of package " + packageOf(info.programClass()));
            info.settings().forEach((name, value) -> console.tell(output, "  " + name + " = " + value));
            console.tell(output, "source's SHA-256 " + info.sourceDigest());
        }
    }

    private static String packageOf(String className) {
        return className.substring(0, Math.max(0, className.lastIndexOf('.')));
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
