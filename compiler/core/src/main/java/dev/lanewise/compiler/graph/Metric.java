package dev.lanewise.compiler.graph;

import java.util.List;

/// A figure over a data set: sums over all examples (results of role METRIC_SUM, by name), areas under the curve
/// (AUC), and a formula on them.
///
/// `formula` is a graph of scalars, evaluated in double precision: its leaves are `Input(sum)`, `Run(EXAMPLES)` and
/// numbers, its one result is the figure.
public record Metric(String name, List<String> sums, Graph formula) {
    public Metric {
        sums = List.copyOf(sums);
    }
}
