package dev.lanewise.cli;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Exit;
import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.Figures;
import dev.lanewise.cli.console.OutputOptions;
import dev.lanewise.cli.network.ModelOptions;
import dev.lanewise.cli.network.Models;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.jar.FacadeNames;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.SourceReader;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Parser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lanewise compile MODEL.net... [-o MODEL.jar]`
@Command(
        name = "compile",
        description =
                "Compiles a network to a jar, with first weights drawn from the seed; several files, or a folder, to"
                        + " one jar with a class for each.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "The same source and the same seed give the same bytes.",
            "",
            "Examples:",
            "  lanewise compile samples/digits.net",
            "  lanewise compile models/ -o build/models.jar",
            "  lanewise compile model.net -o build/model.jar --package com.example.models --load weights.safetensors"
        })
final class CompileCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "MODEL.net", arity = "1..*", description = "The network's source, or a folder of them.")
    List<Path> models = List.of();

    @Option(
            names = "-o",
            paramLabel = "FILE.jar",
            description = "The jar to write (default: beside the source or the folder).")
    @Nullable
    Path jar;

    @Option(
            names = "--package",
            paramLabel = "NAME",
            description =
                    "Package and module of the generated classes (default: the name in lower case of the network, of"
                            + " the jar where it holds several).")
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
        if (!packageName.isEmpty() && !FacadeNames.isPackage(packageName)) {
            throw Failure.usage(
                    "--package " + packageName + ": not a name of a package", "expected one as com.example.models");
        }
        var model = models.getFirst();
        boolean isFolder = Files.isDirectory(model);
        if (models.size() == 1 && !isFolder) {
            one(model, jar == null ? Models.jarBeside(model) : jar);
        } else if (jar != null || models.size() == 1) {
            several(files(), jar == null ? model.resolveSibling(model.getFileName() + ".jar") : jar);
        } else {
            throw Failure.usage("several files make one jar, which has no name", "name it with -o FILE.jar");
        }
        return Exit.DONE;
    }

    /// The files named, and in the place of a folder those in it that declare a network, in alphabetical order.
    private List<Path> files() {
        var files = new ArrayList<Path>();
        for (var path : models) {
            if (!Files.isDirectory(path)) {
                files.add(path);
                continue;
            }
            try (var inside = Files.list(path)) {
                var networks = inside.filter(file -> file.toString().endsWith(".net") && declaresNetwork(file))
                        .sorted()
                        .toList();
                if (networks.isEmpty()) {
                    throw Failure.input(path + ": no file in this folder declares a network", "");
                }
                files.addAll(networks);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return files;
    }

    private static boolean declaresNetwork(Path file) {
        var diagnostics = new Diagnostics();
        var source = SourceReader.read(file, file.toString(), diagnostics);
        return Parser.parse(source, diagnostics).declarations().stream()
                .anyMatch(declaration -> declaration.kind() == Declaration.Kind.NETWORK);
    }

    private void one(Path model, Path target) {
        var settings = packageName.isEmpty()
                ? options.compileOptions()
                : options.compileOptions().inPackage(packageName);
        var compiled = new Models(console, output).compile(model, settings);
        if (options.load != null) {
            compiled.network().loadWeights(options.load);
        }
        compiled.save(target);
        if (output.json) {
            var json = described(compiled);
            json.put("model", target.toString());
            json.put("jarBytes", size(target));
            console.printJson(json);
        } else {
            tell(compiled, target + "  ", Figures.bytes(size(target)) + ", of which weights ");
        }
    }

    private void several(List<Path> files, Path target) {
        if (options.load != null) {
            throw Failure.usage("--load is for one network", "compile it by itself");
        }
        var stem = target.getFileName().toString().replaceFirst("\\.jar$", "").toLowerCase(Locale.ROOT);
        var common = packageName.isEmpty() ? stem : packageName;
        if (!FacadeNames.isPackage(common)) {
            throw Failure.usage(
                    target + ": its name cannot be the name of a package",
                    "name one with --package com.example.models");
        }
        var compiled = new Models(console, output)
                .compileTogether(files, options.compileOptions().inPackage(common));
        compiled.getFirst().save(target);
        if (output.json) {
            var json = new LinkedHashMap<String, Object>();
            json.put("model", target.toString());
            json.put("jarBytes", size(target));
            json.put(
                    "networks", compiled.stream().map(CompileCommand::described).toList());
            console.printJson(json);
            return;
        }
        console.print(target + "  " + compiled.size() + " networks, " + Figures.bytes(size(target)));
        compiled.forEach(each -> tell(each, "  ", "weights "));
    }

    private static Map<String, Object> described(CompiledNetwork compiled) {
        var info = compiled.info();
        var json = new LinkedHashMap<String, Object>();
        json.put("network", info.network());
        json.put("parameters", info.parameters());
        json.put("precision", info.layout().doublePrecision() ? "f64" : "f32");
        json.put("weightBytes", weightBytes(compiled));
        return json;
    }

    private void tell(CompiledNetwork compiled, String before, String beforeWeights) {
        var info = compiled.info();
        console.print(before + info.network() + ", " + Figures.count(info.parameters()) + " parameters; "
                + beforeWeights + Figures.bytes(weightBytes(compiled)));
        if (output.verbose) {
            console.tell(output, "the classes of package " + packageOf(info.programClass()));
            info.settings().forEach((name, value) -> console.tell(output, "  " + name + " = " + value));
            console.tell(output, "source's SHA-256 " + info.sourceDigest());
        }
    }

    private static long weightBytes(CompiledNetwork compiled) {
        return compiled.network().weights().writer().toBytes().length;
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
