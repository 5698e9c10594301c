package dev.lanewise.dsl.syntax;

import java.util.List;

/// The width to which the words input, target, output, loss and metric are filled up, so that what follows them in
/// neighbouring lines stands in one column.
final class Columns {
    private final int[] widths;

    Columns(List<Statement> statements) {
        widths = new int[statements.size()];
        int from = 0;
        while (from < widths.length) {
            int to = from;
            int widest = 0;
            while (to < widths.length && word(statements.get(to)) > 0) {
                widest = Math.max(widest, word(statements.get(to)));
                to++;
            }
            for (int i = from; i < to; i++) {
                widths[i] = widest;
            }
            from = Math.max(to, from + 1);
        }
    }

    private static int word(Statement statement) {
        return switch (statement) {
            case Statement.Input _ -> "input".length();
            case Statement.Target _ -> "target".length();
            case Statement.Output _ -> "output".length();
            case Statement.Loss _ -> "loss".length();
            case Statement.Metric _ -> "metric".length();
            default -> 0;
        };
    }

    /// Zero for a statement that stands in no such column.
    int width(int statement) {
        return widths[statement];
    }
}
