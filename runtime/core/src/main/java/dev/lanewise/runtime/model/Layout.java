package dev.lanewise.runtime.model;

import java.util.List;

/// Where everything lies: the memory plan of a program, fixed when it is compiled.
///
/// There are two arenas. In the *example arena* a buffer of `offset` o and `size` s (numbers per group of 32
/// examples) begins at o * groups and holds `groups` blocks of s numbers, each `[shape...][32]`: 32 examples side by
/// side. In the *batch arena* offsets and sizes are absolute, and values are row-major. Weights (parameters and
/// states) lie in the batch arena at the same place for every entry; in the entries `PREPARE` and `ONE`, what is
/// prepared follows them up to place `prepared`.
public record Layout(
        boolean doublePrecision,
        long batchArena,
        long prepared,
        int uniforms,
        List<Slot> weights,
        List<Entry> entries,
        List<MetricSlot> metrics) {

    public Layout {
        weights = List.copyOf(weights);
        entries = List.copyOf(entries);
        metrics = List.copyOf(metrics);
    }

    /// The entries that every program has, by their place in `entries`; `TRAIN` is missing in a network without a
    /// loss (its entry has no code).
    public static final int TRAIN = 0;
    /// Outputs, the loss and the metric's sums in prediction mode.
    public static final int EVALUATE = 1;
    /// Outputs alone; targets are not needed.
    public static final int PREDICT = 2;
    /// Makes from the weights what `ONE` reads in their place, laid out as it reads it.
    public static final int PREPARE = 3;
    /// Outputs for one example, whose values are as batch-wide ones; neither entry has results where outputs depend
    /// on the other examples of a batch.
    public static final int ONE = 4;

    /// A weight: `offset` in the batch arena, `kind` the name of a `Weights.Kind`. All weights lie before
    /// everything else there.
    public record Slot(String name, String kind, List<Integer> shape, long offset) {
        public Slot {
            shape = List.copyOf(shape);
        }
    }

    /// One entry. `exampleArena` is its need in numbers per group. `buffers` are what the generated code names by
    /// number.
    public record Entry(String name, long exampleArena, List<Buffer> buffers, List<Feed> feeds, List<Fetch> fetches) {
        public Entry {
            buffers = List.copyOf(buffers);
            feeds = List.copyOf(feeds);
            fetches = List.copyOf(fetches);
        }

        /// Whether it works on one example, or on none, and not on groups of 32.
        public boolean isSingle() {
            return name.equals("prepare") || name.equals("one");
        }
    }

    public record Buffer(boolean perExample, long offset, long size) {}

    /// An input or target to fill before a run, and its buffer, example after example: `[group][32][shape...]`.
    public record Feed(String port, int buffer) {}

    /// A result to read after a run: `role` as in the graph (LOSS, OUTPUT, GRADIENT, METRIC_SUM, VALUE).
    public record Fetch(String role, String name, List<Integer> shape, int buffer) {
        public Fetch {
            shape = List.copyOf(shape);
        }
    }

    /// A metric: its name and the names of the METRIC_SUM results that its formula takes, in order.
    public record MetricSlot(String name, List<String> sums) {
        public MetricSlot {
            sums = List.copyOf(sums);
        }
    }
}
