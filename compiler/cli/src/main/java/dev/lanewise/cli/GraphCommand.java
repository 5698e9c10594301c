package dev.lanewise.cli;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Exit;
import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.OutputOptions;
import dev.lanewise.cli.network.ModelOptions;
import dev.lanewise.cli.network.Models;
import dev.lanewise.cli.network.Recompiled;
import dev.lanewise.compiler.Compilation;
import dev.lanewise.compiler.emit.JavaSource;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.GraphPrinter;
import dev.lanewise.compiler.loops.KernelPrinter;
import dev.lanewise.compiler.schedule.SchedulePrinter;
import dev.lanewise.dsl.syntax.SyntaxText;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lanewise graph MODEL.net --stage STAGE`
@Command(
        name = "graph",
        description = "Shows a network at one stage of its way through the compiler.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Stages:",
            "  syntax      the tree of the file",
            "  forward     the training graph as elaborated; with --prediction, the prediction graph",
            "  backward    with the gradients and the updates of the weights",
            "  optimized   simplified, in careful forms, with fused multiply-adds: what the interpreter runs",
            "  schedule    the calls of kernels, with their memory and barriers (| before a call)",
            "  kernels     the kernels as loops",
            "  java        the kernels as Java",
            "  bytecode    the instructions of the generated classes",
            "",
            "Example:",
            "  lanewise graph samples/xor.net --stage optimized --format dot | dot -Tsvg > xor.svg"
        })
final class GraphCommand implements Callable<Integer> {

    enum Stage {
        SYNTAX,
        FORWARD,
        BACKWARD,
        OPTIMIZED,
        SCHEDULE,
        KERNELS,
        JAVA,
        BYTECODE;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    enum Format {
        TEXT,
        DOT,
        SVG,
        HTML;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Console console;

    @Parameters(paramLabel = "MODEL", description = "The network: MODEL.net or MODEL.jar.")
    Path model = Path.of("");

    @Option(
            names = "--stage",
            paramLabel = "STAGE",
            defaultValue = "FORWARD",
            description = "${COMPLETION-CANDIDATES} (default: forward).")
    Stage stage = Stage.FORWARD;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "TEXT",
            description = "text or dot (default: text); dot is for the stages that are graphs.")
    Format format = Format.TEXT;

    @Option(names = "--prediction", description = "Show the prediction graph, not the training step.")
    boolean prediction;

    @ArgGroup(validate = false, heading = ModelOptions.HEADING, order = 3)
    ModelOptions options = new ModelOptions();

    @ArgGroup(validate = false, heading = OutputOptions.HEADING, order = 5)
    OutputOptions output = new OutputOptions();

    GraphCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (format == Format.SVG || format == Format.HTML) {
            throw Failure.usage(
                    "--format " + format + ": pictures are not there yet",
                    "--format dot writes what Graphviz draws: lanewise graph MODEL.net --format dot | dot -Tsvg");
        }
        var compilation = new Recompiled(new Models(console, output))
                .of(model, options, settings -> settings)
                .compilation();
        switch (stage) {
            case FORWARD ->
                graph(
                        prediction
                                ? compilation.model().prediction()
                                : compilation.model().training());
            case BACKWARD -> graph(prediction ? compilation.model().prediction() : compilation.backward());
            case OPTIMIZED -> graph(prediction ? compilation.prediction() : compilation.step());
            case SYNTAX -> text(SyntaxText.of(compilation.syntax(), true));
            case SCHEDULE -> text(SchedulePrinter.print(compilation.program()));
            case KERNELS -> text(KernelPrinter.print(compilation.program()));
            case JAVA -> text(JavaSource.print(compilation.program()));
            case BYTECODE -> text(bytecode(compilation));
        }
        return Exit.DONE;
    }

    private void graph(Graph graph) {
        if (output.json) {
            var json = new LinkedHashMap<String, Object>();
            json.put("stage", stage.toString());
            json.put(
                    "nodes",
                    GraphPrinter.lines(graph).stream().map(GraphCommand::fields).toList());
            json.put(
                    "results",
                    graph.results().stream()
                            .map(result -> {
                                var fields = new LinkedHashMap<String, Object>();
                                fields.put("role", result.role().name().toLowerCase(Locale.ROOT));
                                fields.put("name", result.name());
                                fields.put("id", result.value().node());
                                return fields;
                            })
                            .toList());
            console.printJson(json);
        } else if (format == Format.DOT) {
            console.out().print(Dot.of(graph));
        } else {
            console.out().print(GraphPrinter.print(graph));
        }
    }

    private static Map<String, Object> fields(GraphPrinter.Line line) {
        var fields = new LinkedHashMap<String, Object>();
        fields.put("id", line.id());
        fields.put("op", line.op());
        fields.put("shape", line.shape());
        fields.put("inputs", line.inputs());
        fields.put("line", line.line());
        fields.put("path", line.path());
        return fields;
    }

    /// A stage that is no graph: each of its lines is a node without inputs in JSON.
    private void text(String text) {
        if (format == Format.DOT) {
            throw Failure.usage(
                    "--format dot: the stage " + stage + " is no graph",
                    "graphs are the stages forward, backward and optimized");
        }
        if (output.json) {
            var json = new LinkedHashMap<String, Object>();
            json.put("stage", stage.toString());
            var number = new int[1];
            json.put(
                    "nodes",
                    text.lines()
                            .filter(line -> !line.isBlank())
                            .map(line -> fields(new GraphPrinter.Line(number[0]++, line.strip(), "", List.of(), 0, "")))
                            .toList());
            console.printJson(json);
        } else {
            console.out().print(text);
        }
    }

    private static String bytecode(Compilation compilation) {
        return Bytecode.print(compilation.classes());
    }
}
