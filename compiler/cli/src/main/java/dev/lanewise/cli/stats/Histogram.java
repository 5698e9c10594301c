package dev.lanewise.cli.stats;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How many numbers lie in each of some equally wide parts of a range.
public record Histogram(double low, double high, List<Integer> counts) {
    private static final int BINS = 40;
    private static final String HEIGHTS = " \u2581\u2582\u2583\u2584\u2585\u2586\u2587\u2588";

    public Histogram {
        counts = List.copyOf(counts);
    }

    /// Over `reach` around `centre`, or the range that the numbers have where that is less.
    static Histogram around(double centre, double reach, double[] values) {
        return of(
                values,
                Math.max(Arrays.stream(values).min().orElse(Double.NaN), centre - reach),
                Math.min(Arrays.stream(values).max().orElse(Double.NaN), centre + reach));
    }

    /// Over a range; numbers beyond it count at its ends.
    static Histogram of(double[] values, double low, double high) {
        if (!(Double.isFinite(low) && Double.isFinite(high))) {
            return new Histogram(Double.NaN, Double.NaN, List.of());
        }
        double from = low < high ? low : low - Math.max(Math.abs(low), 1) / 2;
        double to = low < high ? high : high + Math.max(Math.abs(high), 1) / 2;
        var counts = new int[BINS];
        for (double value : values) {
            int bin = (int) ((value - from) / (to - from) * BINS);
            counts[Math.clamp(bin, 0, BINS - 1)]++;
        }
        return new Histogram(from, to, Arrays.stream(counts).boxed().toList());
    }

    boolean isEmpty() {
        return counts.isEmpty();
    }

    /// One line of bars, a character for each two parts; a part that holds anything shows.
    String bars() {
        var sums = new int[counts.size() / 2];
        for (int i = 0; i < counts.size(); i++) {
            sums[i / 2] += counts.get(i);
        }
        int most = Arrays.stream(sums).max().orElse(1);
        var text = new StringBuilder();
        for (int sum : sums) {
            text.append(HEIGHTS.charAt((int) Math.ceilDiv((long) sum * (HEIGHTS.length() - 1), most)));
        }
        return text.toString();
    }

    Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("low", low);
        json.put("high", high);
        json.put("counts", counts);
        return json;
    }
}
