package dev.lanewise.compiler.elaborate;

import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.Severity;
import dev.lanewise.dsl.syntax.SourceFile;
import java.util.List;
import java.util.regex.Pattern;

/// Which errors of a file may come from those that were found in reading it: from declarations and statements that
/// could not be read, and are missed.
final class Consequences {
    private final SourceFile file;
    private final List<Diagnostic> unread;

    /// `unread` are the errors of reading.
    Consequences(SourceFile file, List<Diagnostic> unread) {
        this.file = file;
        this.unread = unread.stream()
                .filter(diagnostic -> diagnostic.severity() == Severity.ERROR)
                .toList();
    }

    boolean mayHold(Diagnostic diagnostic) {
        return switch (diagnostic.code()) {
            case "unknown-key", "unknown-argument", "unknown-word", "missing-argument" -> false;
            case "unknown-name" ->
                losesDeclarations() || isInUnread(diagnostic.span().text());
            case "missing-loss" -> isInUnread("loss");
            case "missing-input" -> isInUnread("input");
            case "missing-return" -> isInUnread("return");
            case "unused-schedule" -> true;
            default -> diagnostic.code().startsWith("unknown-") && losesDeclarations();
        };
    }

    /// Whether what could not be read is a declaration, or an import.
    private boolean losesDeclarations() {
        return unread.stream()
                .anyMatch(error -> file.declarations().stream().noneMatch(declaration -> {
                    var whole = declaration.span();
                    return whole.source() == error.span().source()
                            && whole.start() <= error.span().start()
                            && error.span().end() <= whole.end();
                }));
    }

    /// Whether a line that could not be read holds this word.
    private boolean isInUnread(String word) {
        var pattern = Pattern.compile("(?<!\\w)" + Pattern.quote(word) + "(?!\\w)");
        return unread.stream()
                .map(Diagnostic::span)
                .anyMatch(span ->
                        pattern.matcher(span.source().lineText(span.line())).find());
    }
}
