package dev.lanewise.dsl.diagnostic;

import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.source.Span;

/// The layout of diagnostics, for people:
///
///     iris.net:7:17: error: `h @ w` cannot be formed [shape-mismatch]
///     7 |   logits = relu(h @ w)
///       |                 ^^^^^
///       = found: float[4, 50] @ float[60, 3]
///       = help: declare w as float[50, 3]
public final class DiagnosticPrinter {
    /// Lines longer than this, in characters, are shown in part.
    private static final int WIDEST = 120;

    /// How much of a long line is shown before the caret.
    private static final int BEFORE = 40;

    private static final String TAB = "    ";
    private static final String CUT = "...";

    private DiagnosticPrinter() {}

    /// The lines of one diagnostic, each ended by `\n`.
    public static String print(Diagnostic diagnostic) {
        return print(diagnostic, false);
    }

    /// `colour`: with the escapes of a terminal.
    public static String print(Diagnostic diagnostic, boolean colour) {
        var out = new StringBuilder();
        var span = diagnostic.span();
        var severity = diagnostic.severity();
        out.append(span).append(": ");
        out.append(colour ? paint(severity) : severity.word()).append(": ");
        out.append(clean(diagnostic.message()));
        out.append(" [").append(diagnostic.code()).append("]\n");
        var number = Integer.toString(span.line());
        var margin = " ".repeat(number.length());
        if (!span.source().text().isEmpty()) {
            excerpt(span, number, margin, out);
        }
        for (var note : diagnostic.notes()) {
            out.append(margin).append(" = ").append(note.kind().word()).append(": ");
            out.append(clean(note.text()).replace("\n", "\n" + margin + "   "));
            note.places().forEach(place -> out.append(" (").append(place).append(')'));
            out.append('\n');
        }
        return out.toString();
    }

    /// All of them, one after another.
    public static String print(Diagnostics diagnostics) {
        var out = new StringBuilder();
        diagnostics.all().forEach(diagnostic -> out.append(print(diagnostic)));
        return out.toString();
    }

    private static String paint(Severity severity) {
        int colour = switch (severity) {
            case ERROR -> 31;
            case WARNING -> 33;
            case NOTE -> 36;
        };
        return "\u001b[1;" + colour + "m" + severity.word() + "\u001b[0m";
    }

    private static void excerpt(Span span, String number, String margin, StringBuilder out) {
        var source = span.source();
        var text = source.text();
        int lineStart = source.lineStart(span.line());
        int lineEnd = source.lineEnd(span.line());
        int start = Math.min(span.start(), lineEnd);
        int from = lineStart;
        int to = lineEnd;
        if (to - from > WIDEST) {
            from = start - lineStart > WIDEST - BEFORE ? boundary(text, start - BEFORE) : lineStart;
            to = boundary(text, Math.min(lineEnd, from + WIDEST));
        }
        int end = Math.min(Math.max(span.end(), start), to);
        var before = shown(source, from, start);
        var under = shown(source, start, end);
        var left = from > lineStart ? CUT : "";
        var line = left + before + under + shown(source, end, to) + (to < lineEnd ? CUT : "");
        out.append(number).append(" | ").append(line.stripTrailing()).append('\n');
        out.append(margin).append(" | ");
        out.append(" ".repeat(left.length() + width(before)));
        out.append("^".repeat(Math.max(1, width(under)))).append('\n');
    }

    /// Not between the halves of one character.
    private static int boundary(String text, int at) {
        return at > 0 && at < text.length() && Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
    }

    private static String shown(Source source, int from, int to) {
        return clean(source.text().substring(from, to)).replace("\n", "\u2424");
    }

    /// Tabs as blanks; control characters, which a terminal would obey, as their pictures.
    private static String clean(String text) {
        var out = new StringBuilder();
        text.codePoints().forEach(c -> {
            if (c == '\t') {
                out.append(TAB);
            } else if (c < ' ' && c != '\n') {
                out.append((char) (0x2400 + c));
            } else if (c == 0x7F) {
                out.append('\u2421');
            } else if (c >= 0x80 && c < 0xA0
                    || c >= 0x200B && c <= 0x200F
                    || c >= 0x2028 && c <= 0x202E
                    || c >= 0x2066 && c <= 0x2069
                    || c == 0xFEFF
                    || c >= 0xD800 && c <= 0xDFFF) {
                out.append('\uFFFD');
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }

    /// The places that a text takes in a terminal.
    private static int width(String text) {
        return text.codePoints().map(DiagnosticPrinter::width).sum();
    }

    private static int width(int c) {
        int type = Character.getType(c);
        if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
            return 0;
        }
        boolean wide = c >= 0x1100 && c <= 0x115F
                || c >= 0x2E80 && c <= 0xA4CF
                || c >= 0xAC00 && c <= 0xD7A3
                || c >= 0xF900 && c <= 0xFAFF
                || c >= 0xFE30 && c <= 0xFE6F
                || c >= 0xFF00 && c <= 0xFF60
                || c >= 0xFFE0 && c <= 0xFFE6
                || c >= 0x1F300 && c <= 0x1FAFF
                || c >= 0x20000 && c <= 0x3FFFD;
        return wide ? 2 : 1;
    }
}
