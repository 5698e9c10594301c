package dev.lanewise.dsl.javafn;

import com.github.javaparser.Position;
import com.github.javaparser.Range;
import com.github.javaparser.ast.Node;
import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.source.Span;

/// The file that is read: where its nodes stand, and what is told about them.
record JavaSource(Source source, Diagnostics diagnostics) {

    Span span(Node node) {
        return node.getRange().map(this::span).orElseGet(() -> source.span(0, 0));
    }

    Span span(Range range) {
        int start = offset(range.begin);
        int end = Math.min(source.text().length(), offset(range.end) + 1);
        return source.span(start, Math.max(start, end));
    }

    private int offset(Position position) {
        int line = Math.clamp(position.line, 1, source.lineCount());
        int offset = source.lineStart(line) + Math.max(0, position.column - 1);
        return Math.min(offset, source.text().length());
    }

    Unreadable fail(JavaCode code, Node node, String message, Note... notes) {
        diagnostics.add(Diagnostic.error(code, span(node), message, notes));
        return new Unreadable();
    }

    Unreadable unsupported(Node node, String what) {
        return fail(
                JavaCode.UNSUPPORTED,
                node,
                what + " cannot be read as part of a formula",
                Note.expected(
                        "float or double, if, ?:, counted loops, arithmetic, comparisons, constants, Math and static"
                                + " methods"));
    }
}
