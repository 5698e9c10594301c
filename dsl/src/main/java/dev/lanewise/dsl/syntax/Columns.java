package dev.lanewise.dsl.syntax;

import java.util.List;
import java.util.function.ToIntFunction;

/// The widths to which the words input, target, output, loss and metric of neighbouring statements are filled up, and
/// the names of inputs and targets, so that what follows them stands in one column.
final class Columns {
    private final int[] words;
    private final int[] names;

    Columns(List<Statement> statements) {
        words = widest(statements, Columns::word);
        names = widest(statements, Columns::name);
    }

    /// For each statement the greatest width in its run of statements that have one.
    private static int[] widest(List<Statement> statements, ToIntFunction<Statement> width) {
        var widths = statements.stream().mapToInt(width).toArray();
        int from = 0;
        while (from < widths.length) {
            int to = from;
            int widest = 0;
            while (to < widths.length && widths[to] > 0) {
                widest = Math.max(widest, widths[to]);
                to++;
            }
            for (int i = from; i < to; i++) {
                widths[i] = widest;
            }
            from = Math.max(to, from + 1);
        }
        return widths;
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

    private static int name(Statement statement) {
        return switch (statement) {
            case Statement.Input(var name, var _, var _) -> name.text().length();
            case Statement.Target(var name, var _, var _) -> name.text().length();
            default -> 0;
        };
    }

    /// Zero for a statement that stands in no such column.
    int word(int statement) {
        return words[statement];
    }

    /// Zero for a statement that is neither input nor target.
    int name(int statement) {
        return names[statement];
    }
}
