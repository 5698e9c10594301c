package dev.lanewise.cli;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Exit;
import dev.lanewise.cli.console.Figures;
import dev.lanewise.cli.console.OutputOptions;
import dev.lanewise.cli.console.Table;
import dev.lanewise.cli.network.ModelOptions;
import dev.lanewise.cli.network.Models;
import dev.lanewise.cli.network.PlanChange;
import dev.lanewise.runtime.Weights;
import dev.lanewise.runtime.model.ModelFile;
import dev.lanewise.runtime.model.ModelInfo;
import dev.lanewise.runtime.model.WeightStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `lanewise weights MODEL.net|MODEL.jar`
@Command(
        name = "weights",
        description = "Shows the weights of a network, writes them to a safetensors file, or takes them from one.",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        footer = {
            "",
            "No class of a jar is loaded. With --load and no -o, a jar is replaced by one with the weights loaded.",
            "",
            "Examples:",
            "  lanewise weights samples/digits.jar",
            "  lanewise weights samples/digits.jar -o digits.safetensors",
            "  lanewise weights samples/digits.jar --load digits.safetensors"
        })
final class WeightsCommand implements Callable<Integer> {
    private final Console console;

    @Parameters(paramLabel = "MODEL", description = "The network, MODEL.net or MODEL.jar.")
    Path model = Path.of("");

    @Option(
            names = "-o",
            paramLabel = "FILE.safetensors|FILE.jar",
            description = "Write the weights, or a jar with them.")
    @Nullable
    Path target;

    @ArgGroup(validate = false, heading = ModelOptions.HEADING, order = 1)
    ModelOptions options = new ModelOptions();

    @ArgGroup(validate = false, heading = OutputOptions.HEADING, order = 2)
    OutputOptions output = new OutputOptions();

    WeightsCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Models.require(model);
        if (Models.isJar(model)) {
            PlanChange.checkSettings(options);
            var info = Models.info(model, options);
            var weights = ModelFile.weights(model, info);
            load(weights);
            show(info, weights);
            write(weights, jar -> ModelFile.write(jar, info, ModelFile.code(model, info), weights));
        } else {
            var compiled = new Models(console, output).compile(model, options.compileOptions());
            var weights = compiled.network().weights();
            load(weights);
            show(compiled.info(), weights);
            write(weights, compiled::save);
        }
        return Exit.DONE;
    }

    private void load(WeightStore weights) {
        if (options.load != null) {
            weights.load(options.load);
        }
    }

    private interface JarWriter {
        void write(Path jar);
    }

    private void write(WeightStore weights, JarWriter jars) {
        if (target != null && Models.isJar(target)) {
            jars.write(target);
            console.tell(output, target + ": written");
        } else if (target != null) {
            weights.save(target);
            console.tell(output, target + ": written");
        } else if (options.load != null && Models.isJar(model)) {
            jars.write(model);
            console.tell(output, model + ": its weights are now those of " + options.load);
        }
    }

    /// What is told of one weight; optimizer's states are no part of a network.
    private record Summary(Weights.Weight weight, double mean, double std, double min, double max, long distinctRows) {

        static Summary of(Weights.Weight weight, double[] values) {
            double mean = Arrays.stream(values).average().orElse(Double.NaN);
            double squares = 0;
            for (double value : values) {
                squares += (value - mean) * (value - mean);
            }
            return new Summary(
                    weight,
                    mean,
                    Math.sqrt(squares / values.length),
                    Arrays.stream(values).min().orElse(Double.NaN),
                    Arrays.stream(values).max().orElse(Double.NaN),
                    distinctRows(weight.shape(), values));
        }

        /// Rows along the first axis that differ from each other: fewer than there are tell of a symmetry that
        /// training cannot break.
        private static long distinctRows(List<Integer> shape, double[] values) {
            int rows = shape.isEmpty() ? 1 : shape.getFirst();
            int width = values.length / Math.max(1, rows);
            return IntStream.range(0, rows)
                    .mapToObj(r -> Arrays.stream(values, r * width, (r + 1) * width)
                            .boxed()
                            .toList())
                    .distinct()
                    .count();
        }
    }

    private void show(ModelInfo info, WeightStore weights) {
        var summaries = new ArrayList<Summary>();
        for (var weight : weights.list()) {
            if (weight.kind() != Weights.Kind.OPTIMIZER) {
                summaries.add(Summary.of(weight, weights.get(weight.name())));
            }
        }
        if (output.json) {
            var json = new LinkedHashMap<String, Object>();
            json.put("network", info.network());
            json.put("parameters", info.parameters());
            json.put("precision", info.layout().doublePrecision() ? "f64" : "f32");
            json.put("hash", weights.hash());
            json.put("weights", summaries.stream().map(WeightsCommand::json).toList());
            console.printJson(json);
            return;
        }
        var table = new Table("name", "kind", "shape", "mean", "std", "min", "max", "distinct rows");
        for (var summary : summaries) {
            table.row(
                    summary.weight().name(),
                    kind(summary.weight()),
                    summary.weight().shape().toString(),
                    Figures.number(summary.mean()),
                    Figures.number(summary.std()),
                    Figures.number(summary.min()),
                    Figures.number(summary.max()),
                    rows(summary));
        }
        table.print(console.out());
        console.print("");
        console.print(info.network() + ": " + Figures.count(info.parameters()) + " parameters, "
                + (info.layout().doublePrecision() ? "f64" : "f32") + ", hash " + weights.hash());
    }

    private static String rows(Summary summary) {
        var shape = summary.weight().shape();
        return shape.isEmpty() ? "" : summary.distinctRows() + " of " + shape.getFirst();
    }

    private static String kind(Weights.Weight weight) {
        return weight.kind().name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> json(Summary summary) {
        var json = new LinkedHashMap<String, Object>();
        json.put("name", summary.weight().name());
        json.put("kind", kind(summary.weight()));
        json.put("shape", summary.weight().shape());
        json.put("mean", summary.mean());
        json.put("std", summary.std());
        json.put("min", summary.min());
        json.put("max", summary.max());
        json.put("distinctRows", summary.distinctRows());
        return json;
    }
}
