package dev.lanewise.cli.console;

import dev.lanewise.dsl.diagnostic.Diagnostic;
import java.util.List;

/// Ends a command because its files are wrong: the diagnostics have been collected, and are printed once.
public final class Rejected extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Diagnostic> diagnostics;

    public Rejected(List<Diagnostic> diagnostics) {
        super("the network has errors");
        this.diagnostics = List.copyOf(diagnostics);
    }

    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
