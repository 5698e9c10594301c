package dev.lanewise.dsl.source;

/// The characters of a file from `start` up to, not including, `end`.
public record Span(Source source, int start, int end) {

    public Span {
        if (start < 0 || end < start || end > source.text().length()) {
            throw new IllegalArgumentException("span " + start + ".." + end + " of " + source.name());
        }
    }

    /// The line of the first character, counted from 1.
    public int line() {
        return source.line(start);
    }

    /// The column of the first character, counted from 1 in code points.
    public int column() {
        return source.column(start);
    }

    public String text() {
        return source.text().substring(start, end);
    }

    public boolean isEmpty() {
        return start == end;
    }

    /// From the start of this span to the end of `last`, which stands behind it in the same file.
    public Span to(Span last) {
        return new Span(source, start, Math.max(end, last.end));
    }

    /// `iris.net:7:17`
    @Override
    public String toString() {
        return source.name() + ":" + line() + ":" + column();
    }
}
