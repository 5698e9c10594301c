package dev.lanewise.runtime.data;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What is in a data set: for each port its type and the spread of its numbers or the count of each class, and the
/// first examples.
public record DataDescription(int examples, List<PortDescription> ports, List<List<String>> first, String picture) {

    private static final int FIRST = 5;
    private static final int SHOWN = 6;
    private static final String INK = " .:-=+*#%@";

    /// `counts` is empty for floats; the four figures are over all numbers of the port.
    public record PortDescription(
            Port port, double least, double most, double mean, double deviation, List<Integer> counts) {

        public PortDescription {
            counts = List.copyOf(counts);
        }
    }

    public DataDescription {
        ports = List.copyOf(ports);
        first = List.copyOf(first);
    }

    /// Reads every example once.
    public static DataDescription of(Dataset data) {
        var ports = new ArrayList<PortDescription>();
        for (int i = 0; i < data.ports().size(); i++) {
            ports.add(describe(data, i));
        }
        var first = new ArrayList<List<String>>();
        for (int example = 0; example < Math.min(FIRST, data.size()); example++) {
            var values = new ArrayList<String>();
            for (int i = 0; i < data.ports().size(); i++) {
                values.add(look(data, i, example));
            }
            first.add(List.copyOf(values));
        }
        return new DataDescription(data.size(), ports, first, picture(data));
    }

    private static PortDescription describe(Dataset data, int place) {
        var port = data.ports().get(place);
        double[] values = new double[port.size()];
        int[] counts = new int[port.kind() == Port.Kind.CLASS ? port.classes() : 0];
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        double mean = 0;
        double squares = 0;
        long count = 0;
        for (int example = 0; example < data.size(); example++) {
            data.read(place, example, values, 0);
            for (double value : values) {
                least = Math.min(least, value);
                most = Math.max(most, value);
                count++;
                double difference = value - mean; // Welford 1962
                mean += difference / count;
                squares += difference * (value - mean);
                if (counts.length > 0) {
                    counts[(int) value]++;
                }
            }
        }
        var perClass = new ArrayList<Integer>();
        for (int c : counts) {
            perClass.add(c);
        }
        return new PortDescription(port, least, most, mean, Math.sqrt(squares / count), perClass);
    }

    private static String look(Dataset data, int place, int example) {
        var port = data.ports().get(place);
        double[] values = new double[port.size()];
        data.read(place, example, values, 0);
        if (port.kind() == Port.Kind.CLASS) {
            int number = (int) values[0];
            return port.labels().isEmpty()
                    ? Integer.toString(number)
                    : port.labels().get(number);
        }
        var text = new ArrayList<String>();
        for (int i = 0; i < Math.min(SHOWN, values.length); i++) {
            text.add(short4(values[i]));
        }
        String joined = String.join(" ", text);
        return values.length > SHOWN ? joined + " ..." : joined;
    }

    /// The first example in characters, where the first port is an image of one channel that fits a terminal.
    private static String picture(Dataset data) {
        if (data.ports().isEmpty()) {
            return "";
        }
        var shape = data.ports().getFirst().shape();
        var plane = shape.size() == 3 && shape.getFirst() == 1 ? shape.subList(1, 3) : shape;
        if (data.ports().getFirst().kind() != Port.Kind.FLOAT
                || plane.size() != 2
                || plane.get(1) > 60
                || plane.get(0) > 60
                || plane.get(1) < 2) {
            return "";
        }
        double[] values = new double[data.ports().getFirst().size()];
        data.read(0, 0, values, 0);
        var text = new StringBuilder();
        for (int i = 0; i < values.length; i++) {
            char ink = INK.charAt((int) Math.clamp(values[i] * INK.length(), 0, INK.length() - 1.0));
            text.append(ink).append(ink);
            if ((i + 1) % plane.get(1) == 0) {
                text.append('\n');
            }
        }
        return text.toString();
    }

    /// Lines for a terminal.
    public String toText() {
        var text = new StringBuilder("examples  " + examples + "\n\n");
        int width = ports.stream().mapToInt(p -> p.port().name().length()).max().orElse(0);
        for (var described : ports) {
            var port = described.port();
            text.append(String.format(Locale.ROOT, "%-" + Math.max(1, width) + "s  %-16s  ", port.name(), port.type()));
            if (described.counts().isEmpty()) {
                text.append("from " + short4(described.least()) + " to " + short4(described.most()) + ", mean "
                        + short4(described.mean()) + ", deviation " + short4(described.deviation()));
            } else {
                text.append(classCounts(described));
            }
            text.append('\n');
        }
        text.append("\nthe first examples\n");
        for (var example : first) {
            text.append("  ").append(String.join(" | ", example)).append('\n');
        }
        return picture.isEmpty()
                ? text.toString()
                : text.append('\n').append(picture).toString();
    }

    private static String classCounts(PortDescription described) {
        var parts = new ArrayList<String>();
        var counts = described.counts();
        for (int c = 0; c < Math.min(counts.size(), 20); c++) {
            parts.add((described.port().labels().isEmpty()
                            ? c
                            : described.port().labels().get(c)) + ": " + counts.get(c));
        }
        return String.join(", ", parts) + (counts.size() > 20 ? ", ..." : "");
    }

    /// `{"examples", "ports": [{"name", "type", "shape", "classes", "labels", "counts" | "min", "max", "mean",
    /// "std"}], "first": [[...]]}`, for [Json#write].
    public Map<String, Object> toJson() {
        var list = new ArrayList<Object>();
        for (var described : ports) {
            var port = described.port();
            var entry = new LinkedHashMap<String, Object>();
            entry.put("name", port.name());
            entry.put("type", port.type());
            entry.put("shape", port.shape());
            if (port.kind() == Port.Kind.FLOAT) {
                entry.put("min", described.least());
                entry.put("max", described.most());
                entry.put("mean", described.mean());
                entry.put("std", described.deviation());
            } else {
                entry.put("classes", port.classes());
                entry.put("labels", port.labels());
                entry.put("counts", described.counts());
            }
            list.add(entry);
        }
        var all = new LinkedHashMap<String, Object>();
        all.put("examples", examples);
        all.put("ports", list);
        all.put("first", first);
        return all;
    }

    /// Four significant digits, without an exponent where that is readable.
    private static String short4(double value) {
        if (value == Math.rint(value) && Math.abs(value) < 1e9) {
            return Long.toString((long) value);
        }
        double magnitude = Math.abs(value);
        if (magnitude >= 1e-4 && magnitude < 1e9) {
            int digits = Math.clamp(3 - (int) Math.floor(Math.log10(magnitude)), 0, 8);
            return String.format(Locale.ROOT, "%." + digits + "f", value);
        }
        return String.format(Locale.ROOT, "%.3e", value);
    }
}
