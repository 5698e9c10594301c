package dev.lanewise.cli.console;

import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.DiagnosticPrinter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Prints diagnostics: on standard error as text, or as the one JSON object on standard output.
public record Report(Console console) {

    public void print(List<Diagnostic> diagnostics, boolean json) {
        if (json) {
            console.printJson(Map.of(
                    "diagnostics", diagnostics.stream().map(Report::fields).toList()));
        } else {
            text(diagnostics);
        }
    }

    public void text(List<Diagnostic> diagnostics) {
        for (var diagnostic : diagnostics) {
            console.err().println(DiagnosticPrinter.print(diagnostic));
        }
    }

    private static Map<String, Object> fields(Diagnostic diagnostic) {
        var from = diagnostic.fields();
        var fields = new LinkedHashMap<String, Object>();
        fields.put("severity", from.severity());
        fields.put("code", from.code());
        fields.put("file", from.file());
        fields.put("line", from.line());
        fields.put("column", from.column());
        fields.put("message", from.message());
        fields.put("hint", from.hint());
        return fields;
    }
}
