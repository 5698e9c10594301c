package dev.lanewise.cli;

import dev.lanewise.dsl.diagnostic.Diagnostic;
import java.util.List;

/// Ends a command because its files are wrong: the diagnostics have been collected, and are printed once.
final class Rejected extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final transient List<Diagnostic> diagnostics;

    Rejected(List<Diagnostic> diagnostics) {
        super("the network has errors");
        this.diagnostics = List.copyOf(diagnostics);
    }

    List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
