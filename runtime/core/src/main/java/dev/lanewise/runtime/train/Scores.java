package dev.lanewise.runtime.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Rows of scores, one for each class, and the true class. A single score is that of class 1 against class 0. Only
/// the jars of networks whose metrics need it hold this class.
final class Scores {
    private final int width;
    private double[] rows = {};
    private int size;

    /// `width` is the length of a row, the class included.
    Scores(int width) {
        this.width = width;
    }

    void add(double[] more) {
        if (size + more.length > rows.length) {
            rows = Arrays.copyOf(rows, Math.max(size + more.length, rows.length + rows.length / 2));
        }
        System.arraycopy(more, 0, rows, size, more.length);
        size += more.length;
    }

    private int classes() {
        return Math.max(2, width - 1);
    }

    private int actual(int row) {
        double found = rows[row + width - 1];
        return width == 2 ? (found > 0 ? 1 : 0) : (int) found;
    }

    /// The class with the first largest score.
    private int decided(int row) {
        if (width == 2) {
            return rows[row] > 0 ? 1 : 0;
        }
        int best = 0;
        for (int c = 1; c < width - 1; c++) {
            if (rows[row + c] > rows[row + best]) {
                best = c;
            }
        }
        return best;
    }

    /// The probability that an example of a class has a larger score for it than an example of another class has;
    /// equal scores count half. With several classes the mean over those that occur and are not alone; not a number
    /// where there is none.
    double areaUnderCurve() {
        double sum = 0;
        int known = 0;
        for (int c = 0; c < width - 1; c++) {
            double area = area(c, width == 2 ? 1 : c);
            if (!Double.isNaN(area)) {
                sum += area;
                known++;
            }
        }
        return known == 0 ? Double.NaN : sum / known;
    }

    private double area(int column, int positive) {
        double[] own = new double[size / width];
        double[] others = new double[size / width];
        int n = 0;
        int m = 0;
        for (int row = 0; row < size; row += width) {
            if (actual(row) == positive) {
                own[n++] = rows[row + column];
            } else {
                others[m++] = rows[row + column];
            }
        }
        Arrays.sort(own, 0, n);
        Arrays.sort(others, 0, m);
        boolean failed = n > 0 && Double.isNaN(own[n - 1]) || m > 0 && Double.isNaN(others[m - 1]);
        if (n == 0 || m == 0 || failed) {
            return Double.NaN;
        }
        double wins = 0;
        int below = 0;
        int upTo = 0;
        for (int i = 0; i < n; i++) {
            while (below < m && others[below] < own[i]) {
                below++;
            }
            while (upTo < m && others[upTo] <= own[i]) {
                upTo++;
            }
            wins += (below + upTo) * 0.5;
        }
        return wins / n / m;
    }

    /// How many examples of each class, a row, were taken for each.
    List<List<Long>> confusion() {
        long[][] counts = new long[classes()][classes()];
        for (int row = 0; row < size; row += width) {
            counts[actual(row)][decided(row)]++;
        }
        var table = new ArrayList<List<Long>>();
        for (var line : counts) {
            var numbers = new ArrayList<Long>();
            for (long count : line) {
                numbers.add(count);
            }
            table.add(List.copyOf(numbers));
        }
        return List.copyOf(table);
    }
}
