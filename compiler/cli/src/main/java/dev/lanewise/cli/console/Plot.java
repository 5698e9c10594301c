package dev.lanewise.cli.console;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;

/// A function drawn in characters: `*` the function, `.` its derivative, and the axes.
public final class Plot {
    private static final int WIDTH = 61;
    private static final int HEIGHT = 17;
    private static final double MOST = 5;

    private Plot() {}

    /// The lines of a picture over [-`reach`, `reach`].
    public static List<String> of(DoubleUnaryOperator function, DoubleUnaryOperator derivative, double reach) {
        double low = -1;
        double high = 1;
        for (int x = 0; x < WIDTH; x++) {
            for (var each : List.of(function, derivative)) {
                double y = each.applyAsDouble(place(x, reach));
                if (Double.isFinite(y)) {
                    low = Math.max(-MOST, Math.min(low, y));
                    high = Math.min(MOST, Math.max(high, y));
                }
            }
        }
        var cells = new char[HEIGHT][WIDTH];
        for (var row : cells) {
            Arrays.fill(row, ' ');
            row[WIDTH / 2] = '|';
        }
        int zero = row(0, low, high);
        Arrays.fill(cells[zero], '-');
        cells[zero][WIDTH / 2] = '+';
        draw(cells, derivative, reach, low, high, '.');
        draw(cells, function, reach, low, high, '*');
        var lines = new ArrayList<String>();
        for (int r = 0; r < HEIGHT; r++) {
            var label = r == 0 ? number(high) : r == HEIGHT - 1 ? number(low) : r == zero ? "0" : "";
            lines.add((" ".repeat(6 - label.length()) + label + " " + new String(cells[r])).stripTrailing());
        }
        var left = number(-reach);
        var right = number(reach);
        lines.add(" ".repeat(7) + left + " ".repeat(WIDTH - left.length() - right.length()) + right);
        return lines;
    }

    private static void draw(
            char[][] cells, DoubleUnaryOperator function, double reach, double low, double high, char mark) {
        for (int x = 0; x < WIDTH; x++) {
            double y = function.applyAsDouble(place(x, reach));
            if (y >= low && y <= high) {
                cells[row(y, low, high)][x] = mark;
            }
        }
    }

    private static double place(int x, double reach) {
        return reach * (2.0 * x / (WIDTH - 1) - 1);
    }

    private static int row(double y, double low, double high) {
        return (int) Math.round((high - y) / (high - low) * (HEIGHT - 1));
    }

    /// Three digits.
    public static String number(double value) {
        return String.format(Locale.ROOT, "%.3g", value)
                .replaceFirst("(\\.\\d*?)0+$", "$1")
                .replaceFirst("\\.$", "");
    }
}
