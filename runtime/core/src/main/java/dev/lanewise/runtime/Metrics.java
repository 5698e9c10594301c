package dev.lanewise.runtime;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The mean loss over some examples, and each metric by its name, in the order of the network's declarations.
/// `tables` are the metrics that are no number: for `confusion`, how many examples of each class (a row) were taken
/// for each.
public record Metrics(long examples, double loss, Map<String, Double> values, Map<String, List<List<Long>>> tables) {
    public Metrics {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        tables = Collections.unmodifiableMap(new LinkedHashMap<>(tables));
    }
}
