package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.source.Source;
import java.util.List;

/// The formatted text so far. It keeps the place in the old text, `mark`, so that comments and blank lines come
/// along.
final class Page {
    /// The columns of a line.
    static final int WIDTH = 120;

    private static final String STEP = "  ";

    private final Source source;
    private final List<Comment> comments;
    private final StringBuilder out = new StringBuilder();
    private int next;
    private int mark;
    private int lineStart;
    private int lines;
    private boolean closedByComment;

    Page(Source source, List<Comment> comments) {
        this.source = source;
        this.comments = comments;
    }

    void write(String text) {
        if (text.isEmpty()) {
            return;
        }
        if (closedByComment) {
            newLine(indent());
        }
        out.append(text);
    }

    /// Writes what ended at the offset `end` of the old text.
    void write(String text, int end) {
        write(text);
        mark = Math.max(mark, end);
    }

    void passed(int end) {
        mark = Math.max(mark, end);
    }

    int mark() {
        return mark;
    }

    /// Whether the line ends with a comment behind which nothing may follow.
    boolean isClosedByComment() {
        return closedByComment;
    }

    /// The lines begun so far.
    int lines() {
        return lines;
    }

    int column() {
        return out.length() - lineStart;
    }

    private int indent() {
        int blanks = 0;
        while (lineStart + blanks < out.length() && out.charAt(lineStart + blanks) == ' ') {
            blanks++;
        }
        return blanks / STEP.length();
    }

    void newLine(int indent) {
        out.append('\n');
        lineStart = out.length();
        lines++;
        out.append(STEP.repeat(indent));
        closedByComment = false;
    }

    /// A new line for what begins at `start`; a blank one before it when there was one, or when `apart`.
    void newLine(int indent, int start, boolean apart) {
        if (!out.isEmpty()) {
            if (apart || isApart(mark, start)) {
                out.append('\n');
            }
            newLine(indent);
        }
    }

    /// Whether at least one whole line lies between two offsets, between which nothing is to be written.
    boolean isApart(int from, int to) {
        return source.line(Math.max(from, to)) - source.line(from) > 1;
    }

    boolean hasComment(int from, int to) {
        for (int i = next; i < comments.size() && comments.get(i).span().start() < to; i++) {
            if (comments.get(i).span().start() >= from) {
                return true;
            }
        }
        return false;
    }

    /// The offset behind the next `)` of the old text that is in no comment; `from` when there is none.
    int closing(int from) {
        var text = source.text();
        int comment = next;
        for (int at = from; at < text.length(); at++) {
            while (comment < comments.size() && comments.get(comment).span().start() < at) {
                comment++;
            }
            if (comment < comments.size() && comments.get(comment).span().start() == at) {
                at = comments.get(comment).span().end() - 1;
            } else if (text.charAt(at) == ')') {
                return at + 1;
            }
        }
        return from;
    }

    /// Writes the comments before the offset `to` that stood on the line of what was written last, or inside it, in
    /// the column where they stood if that is farther right.
    void trailing(int to) {
        while (next < comments.size() && comments.get(next).span().start() < to && !closedByComment) {
            var comment = comments.get(next);
            if (source.line(comment.span().start()) > source.line(mark)) {
                return;
            }
            if (column() > 0 && out.charAt(out.length() - 1) != ' ') {
                boolean moved =
                        comment.kind() != Comment.Kind.LINE || comment.span().start() < mark;
                int old = moved ? 0 : source.column(comment.span().start()) - 1;
                out.append(" ".repeat(Math.max(2, Math.min(old, WIDTH / 2) - column())));
            }
            comment(comment);
        }
    }

    /// Writes all comments before the offset `to`, those that do not trail on lines of their own, the first of them
    /// perhaps `apart`. Answers whether there was such a line.
    boolean comments(int indent, int to, boolean apart) {
        trailing(to);
        boolean first = true;
        while (next < comments.size() && comments.get(next).span().start() < to) {
            var comment = comments.get(next);
            newLine(indent, comment.span().start(), apart && first);
            first = false;
            comment(comment);
        }
        return !first;
    }

    /// As [#comments] at the beginning of a body, where no blank line stands.
    boolean firstComments(int indent, int to) {
        trailing(to);
        if (next < comments.size() && comments.get(next).span().start() < to) {
            newLine(indent);
            comment(comments.get(next));
            comments(indent, to, false);
            return true;
        }
        return false;
    }

    private void comment(Comment comment) {
        next++;
        var text = comment.text().replace("\r\n", "\n").replace('\r', '\n');
        out.append(text);
        int last = text.lastIndexOf('\n');
        if (last >= 0) {
            lineStart = out.length() - (text.length() - last - 1);
        }
        mark = Math.max(mark, comment.span().end());
        closedByComment = comment.kind() != Comment.Kind.BLOCK || last >= 0;
    }

    /// The text, ended by a new line.
    String text() {
        return out.isEmpty() ? "" : out + "\n";
    }
}
