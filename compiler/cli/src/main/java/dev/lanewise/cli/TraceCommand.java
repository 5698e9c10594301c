package dev.lanewise.cli;

import dev.lanewise.cli.TraceFile.Kind;
import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Exit;
import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.OutputOptions;
import dev.lanewise.cli.network.CompiledStepping;
import dev.lanewise.cli.network.Fitted;
import dev.lanewise.cli.network.InterpretedStepping;
import dev.lanewise.cli.network.ModelOptions;
import dev.lanewise.cli.network.Models;
import dev.lanewise.cli.network.Recompiled;
import dev.lanewise.cli.network.RunOptions;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.data.DataOptions;
import dev.lanewise.runtime.data.DataSource;
import dev.lanewise.runtime.model.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lanewise trace MODEL.net|MODEL.jar --batch FILE -o FILE`
@Command(
        name = "trace",
        description = "Runs steps on one fixed batch and records tensors, to compare with other frameworks.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "Step s, from 0, records s.loss, s.output.NAME, s.gradient.PARAMETER (before the update),",
            "s.weights.PARAMETER (after it) and s.value.NAME. The whole file is the batch, and each step an epoch.",
            "",
            "Example:",
            "  lanewise trace model.net --batch batch.safetensors --load start.safetensors --steps 3 -o"
                    + " trace.safetensors"
        })
final class TraceCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "MODEL", description = "The network: MODEL.net or MODEL.jar.")
    Path model = Path.of("");

    @Option(
            names = "--batch",
            required = true,
            paramLabel = "FILE.safetensors",
            description = "Inputs and targets by name, examples first.")
    Path batch = Path.of("");

    @Option(
            names = "--steps",
            paramLabel = "N",
            defaultValue = "1",
            description = "Training steps; 0 evaluates in prediction mode (default: ${DEFAULT-VALUE}).")
    int steps;

    @Option(
            names = "--record",
            split = ",",
            paramLabel = "KIND",
            description = "What to record, with commas between: loss, outputs, gradients, weights, values (default: all"
                    + " but values).")
    List<Kind> record = List.of(Kind.LOSS, Kind.OUTPUTS, Kind.GRADIENTS, Kind.WEIGHTS);

    @Option(names = "-o", required = true, paramLabel = "FILE.safetensors", description = "The file to write.")
    Path file = Path.of("");

    @Option(names = "--interpreted", description = "Compute in the interpreter, not with compiled kernels.")
    boolean interpreted;

    @ArgGroup(validate = false, heading = ModelOptions.HEADING, order = 3)
    ModelOptions options = new ModelOptions();

    @ArgGroup(validate = false, heading = RunOptions.HEADING, order = 4)
    RunOptions run = new RunOptions();

    @ArgGroup(validate = false, heading = OutputOptions.HEADING, order = 5)
    OutputOptions output = new OutputOptions();

    TraceCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (steps < 0) {
            throw Failure.usage("--steps " + steps + ": expected 0 or more", "");
        }
        run.settle();
        Set<Kind> kinds = EnumSet.copyOf(record);
        Set<Role> keep =
                kinds.stream().map(Kind::role).filter(r -> r != Role.UPDATE).collect(Collectors.toSet());
        var compiled = new Recompiled(new Models(console, output)).of(model, options, o -> o.keeping(keep));
        var data = read(compiled);
        if (options.load == null && !Models.isJar(model)) {
            Fitted.fit(compiled.network(), data);
        }
        var trace = new TraceFile(kinds, compiled.info().layout().doublePrecision());
        if (steps == 0) {
            trace.add(
                    0,
                    interpreted
                            ? InterpretedStepping.predict(compiled, data)
                            : CompiledStepping.predict(compiled, data, run.threads()));
        } else {
            train(compiled, data, trace);
        }
        trace.write(file);
        report(compiled, data, trace);
        return Exit.DONE;
    }

    private void train(CompiledNetwork compiled, Dataset data, TraceFile trace) {
        var weights = compiled.network().weights().list();
        try (var stepping = interpreted
                ? new InterpretedStepping(compiled, data, steps)
                : new CompiledStepping(compiled, data, steps, run.threads())) {
            for (int s = 0; s < steps; s++) {
                stepping.step(s + 1L);
                trace.add(s, stepping.results());
                trace.add(s, weights, stepping);
            }
        }
    }

    /// The batch; targets may be missing where nothing is trained.
    private Dataset read(CompiledNetwork compiled) {
        if (!Files.exists(batch)) {
            throw Failure.input(batch + ": there is no such file", "");
        }
        var info = compiled.info();
        var targets = info.targets();
        if (steps == 0) {
            try (var tensors = Safetensors.open(batch)) {
                var names = tensors.tensors().keySet();
                targets = targets.stream().filter(p -> names.contains(p.name())).toList();
            } catch (IOException e) {
                throw Failure.input(batch + ": cannot be read: " + e.getMessage(), "");
            }
        }
        return DataSource.open("safetensors:" + batch, Path.of(""), info.inputs(), targets, DataOptions.DEFAULT);
    }

    private void report(CompiledNetwork compiled, Dataset data, TraceFile trace) {
        if (output.json) {
            var json = new LinkedHashMap<String, Object>();
            json.put("network", compiled.info().network());
            json.put("examples", data.size());
            json.put("steps", steps);
            json.put("interpreted", interpreted);
            json.put("tensors", trace.tensors());
            json.put("file", file.toString());
            console.printJson(json);
        } else {
            console.print(file + ": " + trace.tensors() + " tensors of "
                    + (steps == 0 ? "a prediction" : steps + " steps") + " on " + data.size() + " examples");
        }
    }
}
