package dev.lanewise.cli.stats;

import dev.lanewise.compiler.graph.Model.Layer;
import dev.lanewise.runtime.model.Json;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// What one layer gives for some examples, in figures.
///
/// `saturated` is the share of values at the flat ends of a function that has them, `dead` the share of units that
/// are 0 for every example. `sameSign` is the share of units whose incoming weights all get a gradient of one sign
/// from a single example. What cannot be told (gradients, in a network without a loss) is NaN.
public record LayerStatistics(
        Layer layer,
        double mean,
        double std,
        double min,
        double max,
        double saturated,
        double dead,
        double gradientStd,
        double sameSign,
        Histogram values,
        Histogram gradients) {

    /// Gradients have few that are very large: deviations from the mean that their histogram shows.
    private static final double REACH = 4;

    /// `values` are those of `examples` examples, one after the other, `gradients` the derivatives of the loss by
    /// them, empty when there are none.
    static LayerStatistics of(Layer layer, double[] values, int examples, double[] gradients, double sameSign) {
        var ends = FlatEnds.of(layer.kind());
        double mean = mean(values);
        double low = Arrays.stream(values).min().orElse(Double.NaN);
        double high = Arrays.stream(values).max().orElse(Double.NaN);
        double centre = mean(gradients); // NaN without any, as their deviation
        double spread = std(gradients, centre);
        return new LayerStatistics(
                layer,
                mean,
                std(values, mean),
                low,
                high,
                share(Arrays.stream(values).filter(ends::reached).count(), values.length),
                dead(values, examples),
                spread,
                sameSign,
                Histogram.of(values, ends.lowest(low), ends.highest(high)),
                Histogram.around(centre, REACH * spread, gradients));
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double std(double[] values, double mean) {
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return Math.sqrt(squares / values.length);
    }

    private static double share(long part, int whole) {
        return (double) part / whole;
    }

    private static double dead(double[] values, int examples) {
        int units = values.length / examples;
        int dead = 0;
        for (int unit = 0; unit < units; unit++) {
            boolean silent = true;
            for (int at = unit; at < values.length && silent; at += units) {
                silent = values[at] == 0;
            }
            dead += silent ? 1 : 0;
        }
        return share(dead, units);
    }

    /// Where a function of this kind is nearly flat, and the range that it cannot leave.
    private record FlatEnds(double low, double high, double least, double most) {
        private static final FlatEnds NONE =
                new FlatEnds(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NaN, Double.NaN);

        static FlatEnds of(String kind) {
            return switch (kind) {
                case "tanh" -> new FlatEnds(-0.99, 0.99, -1, 1);
                case "sigmoid" -> new FlatEnds(0.01, 0.99, 0, 1);
                case "relu6" -> new FlatEnds(Double.MIN_VALUE, Math.nextDown(6.0), 0, 6);
                case "hard_sigmoid" -> new FlatEnds(Double.MIN_VALUE, Math.nextDown(1.0), 0, 1);
                default -> NONE;
            };
        }

        boolean reached(double value) {
            return value < low || value > high;
        }

        double lowest(double found) {
            return Double.isNaN(least) ? found : least;
        }

        double highest(double found) {
            return Double.isNaN(most) ? found : most;
        }
    }

    /// `{"name", "kind", "line", "mean", "std", "min", "max", "saturated", "dead", "gradientStd", ...}`
    Map<String, Object> json() {
        var json = new LinkedHashMap<String, Object>();
        json.put("name", layer.name());
        json.put("kind", layer.kind());
        json.put("line", layer.origin().span().line());
        json.put("mean", mean);
        json.put("std", std);
        json.put("min", min);
        json.put("max", max);
        json.put("saturated", saturated);
        json.put("dead", dead);
        json.put("gradientStd", known(gradientStd));
        json.put("sameSign", known(sameSign));
        json.put("histogram", values.json());
        json.put("gradientHistogram", gradients.isEmpty() ? Json.NULL : gradients.json());
        return json;
    }

    private static Object known(double figure) {
        return Double.isNaN(figure) ? Json.NULL : figure;
    }
}
