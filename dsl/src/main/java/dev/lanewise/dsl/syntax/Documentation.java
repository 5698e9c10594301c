package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.source.Span;
import java.util.List;

/// The `///` lines above a declaration, without the marks; what its last line `Source: ...` names is kept apart.
/// Empty where nothing was written.
public record Documentation(List<String> lines, String source, Span span) {
    private static final String SOURCE = "Source:";

    public Documentation {
        lines = List.copyOf(lines);
    }

    /// Of lines without marks, the last of which may name the source.
    public static Documentation of(List<String> lines, Span span) {
        if (lines.isEmpty() || !lines.getLast().startsWith(SOURCE)) {
            return new Documentation(lines, "", span);
        }
        var source = lines.getLast().substring(SOURCE.length()).strip();
        int count = lines.size() - 1;
        while (count > 0 && lines.get(count - 1).isEmpty()) {
            count--;
        }
        return new Documentation(lines.subList(0, count), source, span);
    }

    public boolean isEmpty() {
        return lines.isEmpty() && source.isEmpty();
    }

    public String text() {
        return String.join("\n", lines);
    }
}
