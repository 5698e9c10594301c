package dev.lanewise.cli.console;

import dev.lanewise.runtime.Metrics;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Losses and metrics as text and as JSON.
public final class Figures {

    private Figures() {}

    /// `loss 0.0731  accuracy 0.9778`
    public static String text(Metrics metrics) {
        var text = new StringBuilder("loss " + number(metrics.loss()));
        metrics.values()
                .forEach((name, value) ->
                        text.append("  ").append(name).append(' ').append(number(value)));
        return text.toString();
    }

    /// `{"loss", metric...}`
    public static Map<String, Object> json(Metrics metrics) {
        var json = new LinkedHashMap<String, Object>();
        json.put("loss", metrics.loss());
        json.putAll(metrics.values());
        json.putAll(metrics.tables());
        return json;
    }

    /// Four digits behind the point, or an exponent where these would hide the number.
    public static String number(double value) {
        double magnitude = Math.abs(value);
        if (value == 0 || magnitude >= 1e-3 && magnitude < 1e6) {
            return String.format(Locale.ROOT, "%.4f", value);
        }
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.3e", value) : Double.toString(value);
    }

    /// `12 s`, `3 min 20 s`, `2 h 5 min`; one digit behind the point below ten seconds.
    public static String duration(double seconds) {
        if (seconds < 10) {
            return String.format(Locale.ROOT, "%.1f s", Math.max(0, seconds));
        }
        long whole = Math.round(seconds);
        if (whole < 60) {
            return whole + " s";
        }
        return whole < 3600
                ? whole / 60 + " min " + whole % 60 + " s"
                : whole / 3600 + " h " + whole % 3600 / 60 + " min";
    }

    /// `25,482`
    public static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /// `12.3 kB`
    public static String bytes(long bytes) {
        return bytes < 1000
                ? bytes + " bytes"
                : bytes < 1_000_000
                        ? String.format(Locale.ROOT, "%.1f kB", bytes / 1e3)
                        : String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }
}
