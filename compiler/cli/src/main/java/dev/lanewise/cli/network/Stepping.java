package dev.lanewise.cli.network;

import dev.lanewise.compiler.graph.Result.Role;
import java.util.List;

/// Steps on one fixed batch, by whatever computes them, and what can be seen of each.
public interface Stepping extends AutoCloseable {

    /// A tensor that was seen: of examples, the first axis counts them.
    record Seen(Role role, String name, List<Integer> shape, double[] values) {
        public Seen {
            shape = List.copyOf(shape);
        }
    }

    /// Makes step number `step`, from 1. The batch is all data there are, so each step is an epoch.
    void step(long step);

    /// What the last step computed but for the weights, in the order of the graph.
    List<Seen> results();

    /// The present values of a weight, by its name.
    double[] weight(String name);

    @Override
    void close();
}
