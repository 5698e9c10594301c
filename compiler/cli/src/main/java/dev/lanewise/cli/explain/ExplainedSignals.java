package dev.lanewise.cli.explain;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Table;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.Compiler;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.lint.PredictedSignals;
import dev.lanewise.compiler.lint.PredictedSignals.InputFigures;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What first weights are expected to make of each layer, computed without running the network; `stats` measures the
/// same. Inputs are as in the data, where there are any, else standard normal.
public record ExplainedSignals(PredictedSignals signals, boolean fromData) {

    /// Examples that inputs are looked at with, and that gradients are the mean over, as in `stats`.
    private static final int EXAMPLES = 1000;

    /// Of every layer, dense ones and the like included.
    public static ExplainedSignals of(CompiledNetwork compiled, @Nullable Dataset data) {
        var model = compiled.compilation().model();
        var names = model.layers().stream().map(Model.Layer::name).collect(Collectors.toSet());
        var figures = data == null ? Map.<String, InputFigures>of() : figures(model, data);
        int examples = data == null ? EXAMPLES : Math.min(EXAMPLES, data.size());
        return new ExplainedSignals(
                PredictedSignals.of(model, Compiler.watched(model, names), figures, examples), data != null);
    }

    private static Map<String, InputFigures> figures(Model model, Dataset data) {
        var figures = new LinkedHashMap<String, InputFigures>();
        for (int port = 0; port < data.ports().size(); port++) {
            var each = data.ports().get(port);
            if (each.kind() == Port.Kind.FLOAT) {
                figures.put(each.name(), figures(data, port, each.size()));
            }
        }
        figures.keySet().retainAll(model.inputs().stream().map(Port::name).toList());
        return figures;
    }

    private static InputFigures figures(Dataset data, int port, int size) {
        double[] values = new double[size];
        int examples = Math.min(EXAMPLES, data.size());
        double sum = 0;
        double squares = 0;
        for (int e = 0; e < examples; e++) {
            data.read(port, (int) ((long) e * data.size() / examples), values, 0);
            for (double value : values) {
                sum += value;
                squares += value * value;
            }
        }
        double count = (double) examples * size;
        return new InputFigures(sum / count, squares / count);
    }

    void print(Console console) {
        console.print("expected of first weights, with inputs "
                + (fromData ? "as in the data" : "that are standard normal") + " (stats measures it):");
        var table = new Table("layer", "kind", "line", "mean", "std", "gradient std");
        for (var layer : signals.layers()) {
            table.row(
                    layer.layer().name(),
                    layer.layer().kind(),
                    Integer.toString(layer.layer().origin().span().line()),
                    number(layer.mean()),
                    number(layer.std()),
                    number(layer.gradientStd()));
        }
        table.print(console.out());
    }

    private static String number(double value) {
        return Double.isNaN(value)
                ? ""
                : Math.abs(value) < 1e-12
                        ? "0"
                        : String.format(Locale.ROOT, Math.abs(value) < 1e-3 ? "%.2e" : "%.4f", value);
    }

    List<Map<String, Object>> toJson() {
        var layers = new ArrayList<Map<String, Object>>();
        for (var layer : signals.layers()) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put("name", layer.layer().name());
            fields.put("kind", layer.layer().kind());
            fields.put("line", layer.layer().origin().span().line());
            fields.put("mean", layer.mean());
            fields.put("std", layer.std());
            if (!Double.isNaN(layer.gradientStd())) {
                fields.put("gradientStd", layer.gradientStd());
            }
            layers.add(fields);
        }
        return layers;
    }
}
