package dev.lanewise.cli.console;

import java.util.ArrayList;
import java.util.List;

/// Text in columns: the first column and those that hold words to the left, numbers to the right.
public final class Table {
    private final List<String> header;
    private final List<List<String>> rows = new ArrayList<>();

    public Table(String... header) {
        this.header = List.of(header);
    }

    public Table row(String... cells) {
        rows.add(List.of(cells));
        return this;
    }

    public Table row(List<String> cells) {
        rows.add(List.copyOf(cells));
        return this;
    }

    /// The lines, without spaces at their ends.
    List<String> lines() {
        var all = new ArrayList<List<String>>();
        all.add(header);
        all.addAll(rows);
        int columns = header.size();
        var width = new int[columns];
        var numeric = new boolean[columns];
        for (int c = 0; c < columns; c++) {
            numeric[c] = c > 0;
            for (var row : all) {
                width[c] = Math.max(width[c], row.get(c).length());
            }
            for (var row : rows) {
                numeric[c] &= row.get(c).isEmpty() || isNumber(row.get(c));
            }
        }
        var lines = new ArrayList<String>();
        for (var row : all) {
            var line = new StringBuilder();
            for (int c = 0; c < columns; c++) {
                var pad = " ".repeat(width[c] - row.get(c).length());
                line.append(c == 0 ? "" : "  ").append(numeric[c] ? pad + row.get(c) : row.get(c) + pad);
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }

    public void print(java.io.PrintStream out) {
        lines().forEach(out::println);
    }

    private static boolean isNumber(String text) {
        char first = text.charAt(0);
        return Character.isDigit(first) || first == '-' || first == '+' || first == '.' || "NaN".equals(text);
    }
}
