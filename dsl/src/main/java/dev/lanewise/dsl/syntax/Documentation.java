package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.source.Span;
import java.util.List;

/// The `///` lines above a declaration, without the marks; what its last line `Source: ...` names is kept apart. Empty
/// where nothing was written.
public record Documentation(List<String> lines, String source, Span span) {

    public Documentation {
        lines = List.copyOf(lines);
    }

    public boolean isEmpty() {
        return lines.isEmpty() && source.isEmpty();
    }

    public String text() {
        return String.join("\n", lines);
    }
}
