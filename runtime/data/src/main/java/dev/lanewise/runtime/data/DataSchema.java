package dev.lanewise.runtime.data;

import dev.lanewise.runtime.model.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How the columns of a table became numbers, kept in a trained jar so that new rows are encoded in the same way.
///
/// Columns stand in the order in which they fill their port. Data that are not tables have the [#EMPTY] schema.
public record DataSchema(List<Column> columns) {

    public static final DataSchema EMPTY = new DataSchema(List.of());

    public enum Kind {
        /// One number as it is; also classes that the data give as numbers.
        NUMBER,
        /// One of the vocabulary, as many numbers as that has words, one of them 1.
        CATEGORY,
        /// One of the vocabulary, as its place in it.
        LABEL
    }

    /// A column, the port that it belongs to, and the words that were seen, in order of first appearance.
    public record Column(String name, String port, Kind kind, List<String> vocabulary) {

        public Column {
            vocabulary = List.copyOf(vocabulary);
        }

        /// The numbers that it fills.
        public int width() {
            return kind == Kind.CATEGORY ? vocabulary.size() : 1;
        }
    }

    public DataSchema {
        columns = List.copyOf(columns);
    }

    public boolean isEmpty() {
        return columns.isEmpty();
    }

    /// The columns that fill `port`.
    public List<Column> columnsOf(String port) {
        return columns.stream().filter(column -> column.port().equals(port)).toList();
    }

    /// `{"columns": [{"name", "port", "kind", "vocabulary"}]}`.
    public Map<String, Object> toJson() {
        var list = new ArrayList<Object>();
        for (var column : columns) {
            var entry = new LinkedHashMap<String, Object>();
            entry.put("name", column.name());
            entry.put("port", column.port());
            entry.put("kind", column.kind().name());
            entry.put("vocabulary", column.vocabulary());
            list.add(entry);
        }
        return Map.of("columns", list);
    }

    /// Reads what [#toJson] wrote; anything else is a [dev.lanewise.runtime.ModelException].
    public static DataSchema fromJson(Object json) {
        var columns = new ArrayList<Column>();
        for (var entry : Json.objects(Json.object(json, "data").get("columns"), "data.columns")) {
            columns.add(new Column(
                    Json.text(entry.get("name"), "name"),
                    Json.text(entry.get("port"), "port"),
                    Json.word(entry.get("kind"), "data.columns", Kind.values()),
                    Json.texts(entry.get("vocabulary"), "vocabulary")));
        }
        return new DataSchema(columns);
    }
}
