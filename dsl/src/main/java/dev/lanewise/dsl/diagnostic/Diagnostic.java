package dev.lanewise.dsl.diagnostic;

import dev.lanewise.dsl.source.Span;
import java.util.Arrays;
import java.util.List;

/// One thing to tell the user about a place in a file. Only [DiagnosticPrinter] knows how it looks.
public record Diagnostic(Severity severity, String code, Span span, String message, List<Note> notes) {

    public Diagnostic {
        notes = List.copyOf(notes);
    }

    public static Diagnostic error(String code, Span span, String message, Note... notes) {
        return new Diagnostic(Severity.ERROR, code, span, message, Arrays.asList(notes));
    }

    public static Diagnostic error(Code code, Span span, String message, Note... notes) {
        return error(code.id(), span, message, notes);
    }

    public static Diagnostic warning(Code code, Span span, String message, Note... notes) {
        return new Diagnostic(Severity.WARNING, code.id(), span, message, Arrays.asList(notes));
    }

    public static Diagnostic note(Code code, Span span, String message, Note... notes) {
        return new Diagnostic(Severity.NOTE, code.id(), span, message, Arrays.asList(notes));
    }

    /// The help notes in one line; empty when there is none.
    public String hint() {
        return String.join(
                "; ",
                notes.stream()
                        .filter(note -> note.kind() == Note.Kind.HELP)
                        .map(Note::text)
                        .toList());
    }

    /// The fields of the JSON form: numbers and texts alone.
    public Fields fields() {
        return new Fields(severity.word(), code, span.source().name(), span.line(), span.column(), message, hint());
    }

    /// `{"severity", "code", "file", "line", "column", "message", "hint"}`
    public record Fields(
            String severity, String code, String file, int line, int column, String message, String hint) {}

    /// `iris.net:7:17: error: message [code]`
    @Override
    public String toString() {
        return span + ": " + severity.word() + ": " + message + " [" + code + "]";
    }
}
