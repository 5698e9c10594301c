package dev.lanewise.cli;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Exit;
import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.OutputOptions;
import dev.lanewise.cli.console.Rejected;
import dev.lanewise.cli.explain.ExplainedImages;
import dev.lanewise.cli.explain.ExplainedName;
import dev.lanewise.cli.explain.ExplainedNetwork;
import dev.lanewise.cli.explain.ExplainedSignals;
import dev.lanewise.cli.network.DataSelection;
import dev.lanewise.cli.network.Fitted;
import dev.lanewise.cli.network.ModelOptions;
import dev.lanewise.cli.network.Models;
import dev.lanewise.cli.network.Recompiled;
import dev.lanewise.cli.network.TrainingData;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.elaborate.AugmentationKind;
import dev.lanewise.compiler.elaborate.ElaborationCode;
import dev.lanewise.compiler.elaborate.Library;
import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.compiler.lint.LintCode;
import dev.lanewise.dsl.diagnostic.Code;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.ReadCode;
import dev.lanewise.dsl.diagnostic.SourceReader;
import dev.lanewise.dsl.javafn.JavaCode;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Parser;
import dev.lanewise.dsl.syntax.SyntaxCode;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.model.ModelFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lanewise explain MODEL.net | [MODEL.net] NAME | CODE`
@Command(
        name = "explain",
        description =
                "Tells what the compiler chose for a network and why; what a declaration means; what a diagnostic's"
                        + " code stands for.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Examples:",
            "  lanewise explain samples/digits.net       first values, what they make of each layer, costs, kernels,",
            "                                            memory",
            "  lanewise explain gelu                     formula, derivative, values, where it saturates, a plot",
            "  lanewise explain model.net my_activation  the same for a declaration of a file",
            "  lanewise explain shape-mismatch           a diagnostic's long text",
            "  lanewise explain --images samples/lenet.jar --data mnist:DIR",
            "                                            a page of pictures: first weights, activations of an example,",
            "                                            what is confused, the most wrong examples, reconstructions"
        })
final class ExplainCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(
            paramLabel = "WHAT",
            arity = "1..2",
            description = "A network, a declaration's name (after the file that declares or imports it, when it is not"
                    + " the library's), or a diagnostic's code.")
    List<String> what = List.of();

    @ArgGroup(validate = false, heading = "%nIn pictures:%n", order = 0)
    Pictures pictures = new Pictures();

    /// Of a trained network that takes pictures.
    static final class Pictures {
        @Option(names = "--images", description = "Write a page that shows a trained network in pictures.")
        boolean asked;

        @Option(
                names = "--example",
                paramLabel = "N",
                defaultValue = "0",
                description = "The example whose activations are shown, from 0 (default: ${DEFAULT-VALUE}).")
        int example;

        @Option(
                names = "--html",
                paramLabel = "FILE.html",
                description = "Where the page goes (default: beside the network, with its name).")
        @Nullable
        Path html;
    }

    @ArgGroup(validate = false, heading = DataSelection.HEADING, order = 1)
    DataSelection selection = new DataSelection();

    @ArgGroup(validate = false, heading = ModelOptions.HEADING, order = 3)
    ModelOptions options = new ModelOptions();

    @ArgGroup(validate = false, heading = OutputOptions.HEADING, order = 5)
    OutputOptions output = new OutputOptions();

    ExplainCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        var first = what.getFirst();
        if (pictures.asked) {
            pictures(Path.of(first));
            return Exit.DONE;
        }
        if (what.size() == 2) {
            name(library(Path.of(first)), what.get(1));
        } else if (first.endsWith(".net") || first.endsWith(".jar") || first.contains("/")) {
            network(Path.of(first));
        } else {
            var code = codes().filter(each -> each.id().equals(first)).findFirst();
            if (code.isPresent()) {
                code(code.get());
            } else {
                name(Library.prelude(), first);
            }
        }
        return Exit.DONE;
    }

    private void network(Path file) {
        var compiled = new Recompiled(new Models(console, output)).of(file, options, settings -> settings);
        var explained = new ExplainedNetwork(compiled, ExplainedSignals.of(compiled, data(file, compiled)));
        if (output.json) {
            console.printJson(explained.toJson());
        } else {
            explained.print(console);
        }
    }

    private void pictures(Path file) {
        if (pictures.example < 0) {
            throw Failure.usage("--example " + pictures.example + ": expected 0 or more", "");
        }
        var compiled = new Recompiled(new Models(console, output)).of(file, options, given -> given.watching(Set.of()));
        // The jar knows what the classes are called.
        var network = Models.isJar(file) ? new Models(console, output).open(file, options) : compiled.network();
        Fitted.require(network, file);
        var info = network.bundle().info();
        var target = pictures.html == null
                ? file.resolveSibling(file.getFileName().toString().replaceFirst("\\.[a-z]+$", "") + ".html")
                : pictures.html;
        try (var data = TrainingData.evaluated(info, Models.folder(file), selection)) {
            var explained = new ExplainedImages(compiled, network, data, pictures.example);
            var page = explained.page().getBytes(StandardCharsets.UTF_8);
            ModelFile.writeWhole(target, out -> out.write(page));
            if (output.json) {
                var json = explained.toJson();
                json.put("page", target.toString());
                console.printJson(json);
            } else {
                console.print(target.toString());
            }
        }
    }

    /// What the train block or the command line names; nothing where neither does.
    private @Nullable Dataset data(Path file, CompiledNetwork compiled) {
        var info = compiled.info();
        return selection.data.isEmpty() && info.train().data().isEmpty()
                ? null
                : TrainingData.open(
                                info,
                                Models.folder(file),
                                selection,
                                info.train().seed())
                        .training();
    }

    private static Library library(Path file) {
        if (!Files.exists(file)) {
            throw Failure.input(file + ": there is no such file", "");
        }
        var diagnostics = new Diagnostics();
        var source = SourceReader.read(file, file.toString(), diagnostics);
        var library = Library.of(Parser.parse(source, diagnostics), SourceFolder.of(Models.folder(file)), diagnostics);
        if (diagnostics.hasErrors()) {
            throw new Rejected(diagnostics.all());
        }
        return library;
    }

    private void name(Library library, String name) {
        var entries = library.named(name);
        if (entries.isEmpty()) {
            augmentation(AugmentationKind.of(name).orElseThrow(() -> unknown(library, name)));
            return;
        }
        if (output.json) {
            var json = new ExplainedName(library, entries.getFirst()).toJson();
            var others = entries.stream()
                    .skip(1)
                    .map(entry -> new ExplainedName(library, entry).toJson())
                    .toList();
            if (!others.isEmpty()) {
                json.put("others", others);
            }
            console.printJson(json);
            return;
        }
        for (int i = 0; i < entries.size(); i++) {
            if (i > 0) {
                console.print("");
            }
            new ExplainedName(library, entries.get(i)).print(console);
        }
    }

    private void augmentation(AugmentationKind kind) {
        if (output.json) {
            var json = new LinkedHashMap<String, Object>();
            json.put("name", kind.name());
            json.put("kind", "augmentation");
            json.put("documentation", kind.text());
            json.put("text", kind.signature());
            console.printJson(json);
            return;
        }
        console.print("augmentation " + kind.name() + "   of an input, in the train block");
        console.print("");
        console.print("  augment INPUT: " + kind.signature());
        console.print("");
        console.print("  " + kind.text());
        console.print("");
        kind.parameters().forEach(parameter -> console.print("  " + parameter.name() + ": " + parameter.expected()));
    }

    private static Failure unknown(Library library, String name) {
        var known = new ArrayList<String>();
        for (var kind : Kind.values()) {
            known.addAll(library.names(kind));
        }
        known.addAll(AugmentationKind.names());
        codes().map(Code::id).forEach(known::add);
        return Failure.usage(
                "explain " + name + ": neither a declaration of the library, an augmentation nor a diagnostic's code",
                Names.nearest(name, known)
                        .map(near -> "did you mean " + near + "?")
                        .orElse("")
                        .strip());
    }

    private static Stream<Code> codes() {
        return Stream.of(
                        ReadCode.values(),
                        SyntaxCode.values(),
                        JavaCode.values(),
                        ElaborationCode.values(),
                        LintCode.values())
                .flatMap(Stream::of);
    }

    private void code(Code code) {
        if (output.json) {
            var json = new LinkedHashMap<String, Object>();
            json.put("code", code.id());
            json.put("explanation", code.explanation());
            console.printJson(json);
        } else {
            console.print(code.id());
            console.print("");
            for (var paragraph : code.explanation().split("\n", -1)) {
                wrapped(paragraph).forEach(line -> console.print("  " + line));
                console.print("");
            }
        }
    }

    private static List<String> wrapped(String text) {
        var lines = new ArrayList<String>();
        var line = new StringBuilder();
        for (var word : text.split(" ", -1)) {
            if (line.length() + word.length() > 90) {
                lines.add(line.toString().stripTrailing());
                line.setLength(0);
            }
            line.append(word).append(' ');
        }
        lines.add(line.toString().stripTrailing());
        return lines;
    }
}
