package dev.lanewise.cli;

import java.io.PrintStream;

/// Where a command prints: results on `out`, everything else on `err`.
///
/// `terminal` is whether a person watches `err`: colours and the live progress line are for them alone.
record Console(PrintStream out, PrintStream err, boolean terminal, boolean colour) {

    static Console of(PrintStream out, PrintStream err) {
        var console = System.console();
        boolean terminal = console != null && console.isTerminal();
        var noColour = System.getenv("NO_COLOR");
        boolean dumb = "dumb".equals(System.getenv("TERM"));
        return new Console(out, err, terminal && !dumb, terminal && !dumb && (noColour == null || noColour.isEmpty()));
    }

    /// A line of progress or advice.
    void tell(OutputOptions options, String line) {
        if (!options.quiet) {
            err.println(line);
        }
    }
}
