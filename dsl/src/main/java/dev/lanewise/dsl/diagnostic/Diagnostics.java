package dev.lanewise.dsl.diagnostic;

import dev.lanewise.dsl.source.Source;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;

/// Collects what a run has to tell, and tells it in the order of the text: file by file, as they were met first. At
/// most [#LIMIT] errors of a file are kept, and of several errors with one code at one place the first.
public final class Diagnostics {
    /// Errors of one file that are kept; more help nobody.
    public static final int LIMIT = 50;

    private static final String TOO_MANY = "too-many-errors";

    private final List<Diagnostic> list = new ArrayList<>();
    private final IdentityHashMap<Source, Integer> errors = new IdentityHashMap<>();

    public void add(Diagnostic diagnostic) {
        if (diagnostic.severity() == Severity.ERROR) {
            if (isKnown(diagnostic)) {
                return;
            }
            int count = errors.merge(diagnostic.span().source(), 1, Integer::sum);
            if (count == LIMIT + 1) {
                list.add(new Diagnostic(
                        Severity.NOTE,
                        TOO_MANY,
                        diagnostic.span(),
                        "more than " + LIMIT + " errors; the rest of this file is not shown",
                        List.of()));
            }
            if (count > LIMIT) {
                return;
            }
        }
        list.add(diagnostic);
    }

    private boolean isKnown(Diagnostic diagnostic) {
        return list.stream()
                .anyMatch(known -> known.span().start() == diagnostic.span().start()
                        && known.span().source() == diagnostic.span().source()
                        && known.code().equals(diagnostic.code())
                        && known.severity() == Severity.ERROR);
    }

    /// Whether a file has an error of this code.
    public boolean has(Code code, Source source) {
        return list.stream()
                .anyMatch(
                        known -> known.code().equals(code.id()) && known.span().source() == source);
    }

    public void addAll(Diagnostics others) {
        others.list.forEach(this::add);
    }

    public List<Diagnostic> all() {
        var files = new IdentityHashMap<Source, Integer>();
        list.forEach(diagnostic -> files.putIfAbsent(diagnostic.span().source(), files.size()));
        return list.stream()
                .sorted(Comparator.comparingInt((Diagnostic diagnostic) ->
                                files.get(diagnostic.span().source()))
                        .thenComparingInt(diagnostic -> diagnostic.code().equals(TOO_MANY)
                                ? Integer.MAX_VALUE
                                : diagnostic.span().start()))
                .toList();
    }

    public boolean hasErrors() {
        return !errors.isEmpty();
    }

    /// Whether the errors of one file have reached the limit, so that looking for more is of no use.
    public boolean isFull(Source source) {
        return errors.getOrDefault(source, 0) > LIMIT;
    }
}
