package dev.lanewise.runtime.data;

import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.data.DataSchema.Column;
import dev.lanewise.runtime.data.DataSchema.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// A text table with a header, read twice: once for the kinds of its columns and the number of rows, once for the
/// numbers.
final class CsvTable implements RawData {

    /// So many different words are no small vocabulary any more.
    private static final int MANY_WORDS = 20;

    private final CsvRows rows;
    private final List<CsvColumn> columns = new ArrayList<>();
    private final boolean headed;
    private int size;

    CsvTable(CsvRows rows) {
        this.rows = rows;
        var first = new ArrayList<List<String>>();
        rows.forEach(row -> {
            if (first.isEmpty()) {
                first.add(row.fields());
                row.fields().forEach(field -> columns.add(new CsvColumn(withoutByteOrderMark(field))));
            } else {
                size++;
                for (int i = 0; i < columns.size(); i++) {
                    columns.get(i).look(row.fields().get(i));
                }
            }
        });
        if (first.isEmpty()) {
            throw new DataException(rows.name() + ": is empty, expected a header and rows");
        }
        headed = !CsvColumn.areNumbers(first.getFirst());
        if (headed) {
            checkNames();
        } else {
            size++;
        }
        if (size == 0) {
            throw new DataException(rows.name() + ": has a header and no rows");
        }
    }

    private static String withoutByteOrderMark(String field) {
        return field.startsWith("\ufeff") ? field.substring(1).strip() : field;
    }

    private void checkNames() {
        var seen = new HashSet<String>();
        for (int i = 0; i < columns.size(); i++) {
            String name = columns.get(i).name();
            if (name.isEmpty()) {
                throw new DataException(rows.name() + ":1: column " + (i + 1) + " has no name");
            }
            if (!seen.add(name)) {
                throw new DataException(
                        rows.name() + ":1: two columns are named " + name,
                        CsvColumn.isNumber(name) ? "the first line holds the names of the columns, not numbers" : "");
            }
        }
    }

    /// Every column by itself; a network would say which is the target.
    @Override
    public List<Port> naturalInputs() {
        requireHeader();
        return columns.stream()
                .map(column -> column.isCategorical()
                        ? Ports.classes(column.name(), CsvReading.AS_MANY_AS_THERE_ARE, List.of())
                        : Ports.numbers(column.name(), List.of()))
                .toList();
    }

    @Override
    public List<Port> naturalTargets() {
        return List.of();
    }

    @Override
    public LoadedDataset bind(List<Port> inputs, List<Port> targets, DataOptions options) {
        var plan = options.known().isEmpty() ? plan(inputs, targets, options) : options.known();
        var reading = new CsvReading(rows, size, headed, gaps(), mixtures(), options);
        for (var port : Ports.joined(inputs, targets)) {
            for (var column : columnsFor(port, plan, targets.contains(port))) {
                reading.add(column, position(column, port, plan), port);
            }
        }
        reading.run();
        var ports = new ArrayList<Port>();
        var readers = new ArrayList<PortReader>();
        for (var port : Ports.joined(inputs, targets)) {
            var reader = reading.readerOf(port);
            checkWidth(port, reading.schema().columnsOf(port.name()), targets.contains(port));
            readers.add(reader);
            ports.add(reading.labelled(port));
        }
        return new LoadedDataset(size, ports, readers, options.known().isEmpty() ? reading.schema() : options.known());
    }

    private String gaps() {
        var counts = columns.stream()
                .filter(column -> column.missing() > 0)
                .map(column -> column.name() + " " + column.missing())
                .collect(Collectors.joining(", "));
        return "fill in missing values or leave their rows out; there are: " + counts;
    }

    private Map<String, String> mixtures() {
        var mixtures = new LinkedHashMap<String, String>();
        columns.forEach(column -> mixtures.put(column.name(), column.mixture()));
        return mixtures;
    }

    /// Which column goes to which port, before any word has been seen.
    private DataSchema plan(List<Port> inputs, List<Port> targets, DataOptions options) {
        if (!headed && !targets.isEmpty()) {
            requireHeader();
        }
        var left = new LinkedHashMap<String, CsvColumn>();
        columns.forEach(column -> left.put(headed ? column.name() : "column " + (left.size() + 1), column));
        var plan = new ArrayList<Column>();
        for (var port : targets) {
            plan.add(column(take(left, port, "target", options), port));
        }
        var unnamed = new ArrayList<Port>();
        for (var port : inputs) {
            boolean own = inputs.size() > 1
                    || port.kind() != Port.Kind.FLOAT
                    || options.renames().containsKey(port.name());
            if (own && left.containsKey(options.nameOf(port.name()))) {
                plan.add(column(take(left, port, "input", options), port));
            } else {
                unnamed.add(port);
            }
        }
        if (unnamed.size() > 1 || !unnamed.isEmpty() && unnamed.getFirst().kind() != Port.Kind.FLOAT) {
            take(left, unnamed.getLast(), "input", options);
        }
        for (var port : unnamed) {
            left.forEach((name, column) -> plan.add(new Column(name, port.name(), kind(column, port), List.of())));
        }
        return new DataSchema(plan);
    }

    private Map.Entry<String, CsvColumn> take(
            Map<String, CsvColumn> left, Port port, String role, DataOptions options) {
        String name = options.nameOf(port.name());
        var column = left.remove(name);
        if (column == null) {
            throw new DataException(
                            "%s:1: no column %s for %s %s; the columns are %s"
                                    .formatted(
                                            rows.name(),
                                            name,
                                            role,
                                            port.name(),
                                            columns.stream()
                                                    .map(CsvColumn::name)
                                                    .collect(Collectors.joining(", "))),
                            headerTrouble()
                                    .orElse(
                                            role.equals("target")
                                                    ? "--target NAME says which column is the target"
                                                    : ""))
                    .instead(name, columns.stream().map(CsvColumn::name).toList());
        }
        return Map.entry(name, column);
    }

    /// What is wrong with the first line, when it can hardly be a header.
    private Optional<String> headerTrouble() {
        if (columns.stream().anyMatch(column -> CsvColumn.isNumber(column.name()))) {
            return Optional.of("the first line looks like a row: write a line with the names of the columns above it");
        }
        boolean single =
                columns.size() == 1 && columns.getFirst().name().strip().contains(" ");
        return single ? Optional.of("columns are separated by commas, semicolons or tabs") : Optional.empty();
    }

    private static Column column(Map.Entry<String, CsvColumn> named, Port port) {
        return new Column(named.getKey(), port.name(), kind(named.getValue(), port), List.of());
    }

    private static Kind kind(CsvColumn column, Port port) {
        if (port.kind() == Port.Kind.FLOAT) {
            return column.isCategorical() ? Kind.CATEGORY : Kind.NUMBER;
        }
        return column.hasText() ? Kind.LABEL : Kind.NUMBER;
    }

    private List<Column> columnsFor(Port port, DataSchema plan, boolean isTarget) {
        var found = plan.columnsOf(port.name());
        if (isTarget && found.stream().anyMatch(column -> column.kind() == Kind.CATEGORY)) {
            throw new DataException(
                    "%s: column %s holds text, target %s is %s"
                            .formatted(rows.name(), found.getFirst().name(), port.name(), port.type()),
                    "declare " + port.name() + ": class[...]");
        }
        return found;
    }

    /// A table without a header fills the inputs in order; else columns are found by name, and others may stand
    /// between them.
    private int position(Column column, Port port, DataSchema plan) {
        if (!headed) {
            var inputColumns = plan.columnsOf(port.name());
            int position = inputColumns.indexOf(column);
            if (inputColumns.size() != columns.size()) {
                throw new DataException("%s:1: %d columns and no header; %s takes %d columns"
                        .formatted(rows.name(), columns.size(), port.name(), inputColumns.size()));
            }
            return position;
        }
        for (int i = 0; i < columns.size(); i++) {
            if (columns.get(i).name().equals(column.name())) {
                return i;
            }
        }
        throw new DataException(
                rows.name() + ":1: no column " + column.name() + ", which the network was trained with");
    }

    private void checkWidth(Port port, List<Column> filled, boolean isTarget) {
        long width = filled.stream().mapToLong(Column::width).sum();
        if (width != port.size()) {
            var listed = filled.stream()
                    .map(column -> column.name() + " " + column.width()
                            + (column.kind() == Kind.CATEGORY ? " (categorical)" : ""))
                    .collect(Collectors.joining(", "));
            throw new DataException(
                    "%s: the columns fill %d numbers, %s %s is %s and takes %d: %s"
                            .formatted(
                                    rows.name(),
                                    width,
                                    isTarget ? "target" : "input",
                                    port.name(),
                                    port.type(),
                                    port.size(),
                                    listed),
                    narrowed(filled)
                            .map(name -> "nearly every row has a " + name + " of its own, which tells nothing of other"
                                    + " rows: leave the column out")
                            .orElse("declare " + port.name() + ": float[" + width + "], or leave columns out"));
        }
    }

    /// A column of words that differ from row to row, such as a name or number of the example.
    private Optional<String> narrowed(List<Column> filled) {
        return filled.stream()
                .filter(column -> column.kind() == Kind.CATEGORY)
                .filter(column -> column.width() > MANY_WORDS && column.width() > size / 2)
                .map(Column::name)
                .findFirst();
    }

    private void requireHeader() {
        if (!headed) {
            throw new DataException(
                    rows.name() + ":1: holds numbers, expected the columns' names", "write a header as the first line");
        }
    }
}
