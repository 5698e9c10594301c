package dev.lanewise.runtime;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// The mean loss over some examples, and each metric by its name, in the order of the network's declarations.
public record Metrics(long examples, double loss, Map<String, Double> values) {
    public Metrics {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
}
