package dev.lanewise.compiler;

import dev.lanewise.dsl.diagnostic.Diagnostic;
import java.util.List;
import java.util.stream.Collectors;

/// A network's text is wrong. The message has a line for each diagnostic.
public final class CompileException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final transient List<Diagnostic> diagnostics;

    public CompileException(List<Diagnostic> diagnostics) {
        super(diagnostics.stream().map(Diagnostic::toString).collect(Collectors.joining("\n")));
        this.diagnostics = List.copyOf(diagnostics);
    }

    /// What is wrong, with places and fixes.
    public List<Diagnostic> diagnostics() {
        return diagnostics;
    }
}
