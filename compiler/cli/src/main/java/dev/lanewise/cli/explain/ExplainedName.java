package dev.lanewise.cli.explain;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Plot;
import dev.lanewise.cli.console.Table;
import dev.lanewise.compiler.elaborate.Library;
import dev.lanewise.dsl.syntax.Formatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What there is to say about a declaration: its documentation, its text, and for a function of one number its
/// derivative, its values and its shape.
public record ExplainedName(Library library, Library.Entry entry) {
    private static final double[] PLACES = {-10, 0, 10};
    private static final double REACH = 4;

    public void print(Console console) {
        var declaration = entry.declaration();
        var span = declaration.span();
        console.print(declaration.kind().word() + " " + declaration.name() + "   "
                + (entry.fromLibrary() ? "library, " : "") + span.source().name() + ":" + span.line());
        console.print("");
        Formatter.format(declaration).lines().forEach(line -> console.print("  " + line));
        var found = Curve.of(library, declaration);
        if (found.isEmpty()) {
            return;
        }
        var curve = found.get();
        console.print("");
        var lines = curve.derivative();
        for (int i = 0; i < lines.size(); i++) {
            console.print((i < lines.size() - 1 ? "              " : "  derivative  ") + lines.get(i));
        }
        console.print("");
        var table = new Table("  at", "value", "derivative");
        for (double place : PLACES) {
            table.row(
                    "  " + FormulaText.number(place),
                    FormulaText.number(curve.value(place)),
                    FormulaText.number(curve.slope(place)));
        }
        table.print(console.out());
        console.print("");
        for (var fact : facts(curve)) {
            console.print("  " + fact);
        }
        console.print("");
        console.print("  * the function, . its derivative");
        Plot.of(curve::value, curve::slope, REACH).forEach(line -> console.print("  " + line));
    }

    private static List<String> facts(Curve curve) {
        var facts = new ArrayList<String>();
        double[] range = curve.range();
        facts.add("range      " + FormulaText.number(range[0]) + " to " + FormulaText.number(range[1]));
        facts.add("centred    " + (curve.centred() ? "yes" : "no") + ": the mean is "
                + FormulaText.number(rounded(curve.mean())) + " for standard-normal arguments");
        var ends = new ArrayList<String>();
        if (!Double.isNaN(curve.flatBelow())) {
            ends.add("below " + FormulaText.number(curve.flatBelow()) + ", at " + FormulaText.number(curve.leftEnd()));
        }
        if (!Double.isNaN(curve.flatAbove())) {
            ends.add("above " + FormulaText.number(curve.flatAbove()) + ", at " + FormulaText.number(curve.rightEnd()));
        }
        facts.add("saturates  " + (ends.isEmpty() ? "nowhere" : String.join("; ", ends))
                + (ends.isEmpty() ? "" : " (derivative under 0.01)"));
        return facts;
    }

    private static double rounded(double number) {
        return Math.rint(number * 1e4) / 1e4;
    }

    public Map<String, Object> toJson() {
        var declaration = entry.declaration();
        var json = new LinkedHashMap<String, Object>();
        json.put("name", declaration.name().text());
        json.put("kind", declaration.kind().word());
        json.put("file", declaration.span().source().name());
        json.put("line", declaration.span().line());
        json.put("documentation", declaration.documentation().text());
        json.put("source", declaration.documentation().source());
        json.put("text", Formatter.format(declaration));
        Curve.of(library, declaration).ifPresent(curve -> {
            json.put("derivative", curve.derivative());
            var values = new ArrayList<Map<String, Object>>();
            for (double place : PLACES) {
                var fields = new LinkedHashMap<String, Object>();
                fields.put("at", place);
                fields.put("value", curve.value(place));
                fields.put("derivative", curve.slope(place));
                values.add(fields);
            }
            json.put("values", values);
            json.put("range", List.of(number(curve.range()[0]), number(curve.range()[1])));
            json.put("centred", curve.centred());
            var saturates = new LinkedHashMap<String, Object>();
            if (!Double.isNaN(curve.flatBelow())) {
                saturates.put("below", curve.flatBelow());
            }
            if (!Double.isNaN(curve.flatAbove())) {
                saturates.put("above", curve.flatAbove());
            }
            json.put("saturates", saturates);
        });
        return json;
    }

    /// JSON has no infinity.
    private static Object number(double value) {
        return Double.isFinite(value) ? (Object) value : FormulaText.number(value);
    }
}
