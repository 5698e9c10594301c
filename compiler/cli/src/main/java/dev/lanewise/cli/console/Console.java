package dev.lanewise.cli.console;

import dev.lanewise.runtime.model.Json;
import java.io.PrintStream;
import java.util.Map;

/// Where a command prints: results on `out`, everything else on `err`.
///
/// `terminal` is whether a person watches `err` (the script tells): colours and the live progress line are for them
/// alone.
public record Console(PrintStream out, PrintStream err, boolean terminal, boolean colour) {

    public static Console of(PrintStream out, PrintStream err) {
        boolean terminal = Boolean.getBoolean("lanewise.terminal") && !"dumb".equals(System.getenv("TERM"));
        var noColour = System.getenv("NO_COLOR");
        return new Console(out, err, terminal, terminal && (noColour == null || noColour.isEmpty()));
    }

    /// A line of a result.
    public void print(String line) {
        out.println(line);
    }

    /// The one JSON object of a command.
    public void printJson(Map<String, ?> object) {
        out.println(Json.write(object));
    }

    /// A line of progress or advice.
    public void tell(OutputOptions options, String line) {
        if (!options.quiet) {
            err.println(line);
        }
    }
}
