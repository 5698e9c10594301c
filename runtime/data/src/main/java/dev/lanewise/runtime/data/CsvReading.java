package dev.lanewise.runtime.data;

import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.data.DataSchema.Column;
import dev.lanewise.runtime.data.DataSchema.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The second reading of a table: fields become numbers, words become places in a vocabulary.
final class CsvReading {

    /// The classes of a port that takes all words of its column.
    static final int AS_MANY_AS_THERE_ARE = Integer.MAX_VALUE;

    private static final int LARGEST_VOCABULARY = 100_000;

    private final CsvRows rows;
    private final int size;
    private final boolean headed;
    private final String gaps;
    private final Map<String, String> mixtures;
    private final DataOptions options;
    private final List<Filled> filled = new ArrayList<>();
    private int row;

    /// `gaps` is the hint for a missing value, `mixtures` tells of columns that hold numbers and words.
    CsvReading(CsvRows rows, int size, boolean headed, String gaps, Map<String, String> mixtures, DataOptions options) {
        this.rows = rows;
        this.size = size;
        this.headed = headed;
        this.gaps = gaps;
        this.mixtures = Map.copyOf(mixtures);
        this.options = options;
    }

    /// A column of the table that is being read; `places` numbers its words.
    private record Filled(Column column, int position, Port port, double[] values, Map<String, Integer> places) {

        Column known() {
            return new Column(column.name(), column.port(), column.kind(), List.copyOf(places.keySet()));
        }
    }

    void add(Column column, int position, Port port) {
        Memory.require(rows.name(), (filled.size() + 1L) * size * Double.BYTES);
        var places = new LinkedHashMap<String, Integer>();
        column.vocabulary().forEach(word -> places.put(word, places.size()));
        filled.add(new Filled(column, position, port, new double[size], places));
    }

    void run() {
        row = headed ? -1 : 0;
        rows.forEach(fields -> {
            if (row >= 0) {
                for (var column : filled) {
                    column.values()[row] = value(column, fields.fields().get(column.position()), fields.line());
                }
            }
            row++;
        });
    }

    /// How the columns were encoded.
    DataSchema schema() {
        return new DataSchema(filled.stream().map(Filled::known).toList());
    }

    PortReader readerOf(Port port) {
        return new Columns(filled.stream()
                .filter(column -> column.port().equals(port))
                .map(column -> new Segment(
                        column.values(),
                        column.column().kind() == Kind.CATEGORY
                                ? column.places().size()
                                : 0))
                .toList());
    }

    /// The port with the words of its column as labels of the classes; a class without a word is called by its
    /// number.
    Port labelled(Port port) {
        for (var column : filled) {
            if (column.port().equals(port) && column.column().kind() == Kind.LABEL) {
                var labels = new ArrayList<>(column.places().keySet());
                int classes = port.classes() == AS_MANY_AS_THERE_ARE ? labels.size() : port.classes();
                while (labels.size() < classes) {
                    labels.add(Integer.toString(labels.size()));
                }
                return new Port(port.name(), port.kind(), port.shape(), classes, labels);
            }
        }
        return port;
    }

    private double value(Filled column, String field, long line) {
        return switch (column.column().kind()) {
            case NUMBER -> number(column, field, line);
            case CATEGORY -> place(column, field, line, LARGEST_VOCABULARY);
            case LABEL -> place(column, field, line, Math.min(column.port().classes(), LARGEST_VOCABULARY));
        };
    }

    private double number(Filled column, String field, long line) {
        if (!CsvColumn.isNumber(field)) {
            if (CsvColumn.isMissing(field)) {
                throw error(
                        column,
                        line,
                        "expected a number, found " + (field.isEmpty() ? "nothing" : "'" + field + "'"),
                        gaps);
            }
            throw error(column, line, "expected a number, found " + described(field), remedy(column, field));
        }
        double value = Double.parseDouble(field);
        var port = column.port();
        if (port.kind() != Port.Kind.FLOAT && !(value >= 0 && value < port.classes() && value == Math.rint(value))) {
            throw error(
                    column,
                    line,
                    "found " + field + ", " + port.name() + " is " + port.type() + ": 0 to " + (port.classes() - 1),
                    "classes are counted from 0, or named");
        }
        return value;
    }

    private static String described(String field) {
        return (CsvColumn.isDate(field) ? "the date " : "") + quoted(field);
    }

    /// What to do about a field that is no number.
    private String remedy(Filled column, String field) {
        if (CsvColumn.isDate(field)) {
            return "a date or time is no number: write it as numbers (year, month, day; days since a start), or leave"
                    + " the column out";
        }
        if (CsvColumn.isForeignNumber(field)) {
            return "numbers have a decimal point and nothing else: " + CsvColumn.written(field);
        }
        var mixture = mixtures.getOrDefault(column.column().name(), "");
        return mixture.isEmpty()
                ? ""
                : "the column holds " + mixture + ": make numbers of the words, or words of the numbers; leave rows out"
                        + " in which a value is missing";
    }

    private double place(Filled column, String field, long line, int limit) {
        if (field.isEmpty()) {
            throw error(column, line, "found nothing, expected a word", gaps);
        }
        var known = column.places().get(field);
        if (known != null) {
            return known;
        }
        boolean fitted = !column.column().vocabulary().isEmpty();
        if (fitted && options.unknownZero() && column.column().kind() == Kind.CATEGORY) {
            return -1;
        }
        if (fitted) {
            throw error(
                    column,
                    line,
                    quoted(field) + " was not seen in training; known are "
                            + some(column.column().vocabulary()),
                    column.column().kind() == Kind.CATEGORY ? "--unknown zero encodes it as zeros" : "");
        }
        if (column.places().size() == limit) {
            var port = column.port();
            throw error(
                    column,
                    line,
                    limit < LARGEST_VOCABULARY
                            ? quoted(field) + " is value number " + (limit + 1) + ", " + port.name() + " is "
                                    + port.type() + ": "
                                    + some(List.copyOf(column.places().keySet()))
                            : "more than " + LARGEST_VOCABULARY + " different words",
                    "");
        }
        column.places().put(field, column.places().size());
        return column.places().size() - 1;
    }

    private static String some(List<String> words) {
        return String.join(", ", words.subList(0, Math.min(8, words.size()))) + (words.size() > 8 ? ", ..." : "");
    }

    private static String quoted(String field) {
        return "'" + (field.length() > 40 ? field.substring(0, 40) + "..." : field) + "'";
    }

    private DataException error(Filled column, long line, String message, String hint) {
        return new DataException(
                rows.name() + ":" + line + ": column " + column.column().name() + ": " + message, hint);
    }

    /// One column's values; `width` is 0 for a number, else the words of a category.
    private record Segment(double[] values, int width) {}

    private record Columns(List<Segment> segments) implements PortReader {

        @Override
        public void read(int example, double[] target, int offset) {
            int at = offset;
            for (var segment : segments) {
                double value = segment.values()[example];
                if (segment.width() == 0) {
                    target[at++] = value;
                } else {
                    for (int i = 0; i < segment.width(); i++) {
                        target[at++] = i == value ? 1 : 0;
                    }
                }
            }
        }

        @Override
        public void read(int example, float[] target, int offset) {
            int at = offset;
            for (var segment : segments) {
                double value = segment.values()[example];
                if (segment.width() == 0) {
                    target[at++] = (float) value;
                } else {
                    for (int i = 0; i < segment.width(); i++) {
                        target[at++] = i == value ? 1 : 0;
                    }
                }
            }
        }
    }
}
