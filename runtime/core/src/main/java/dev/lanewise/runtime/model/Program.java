package dev.lanewise.runtime.model;

import dev.lanewise.runtime.simd.Warmup;
import org.jspecify.annotations.Nullable;

/// The code that the compiler emits for one network. One instance serves every frame; it holds no state.
public interface Program {

    /// Runs one entry of the [Layout] on the frame's batch. Every worker of the frame's team calls it, with its own
    /// number; they meet at the team's barrier inside. On return of all, every result of the entry stands in its
    /// buffer.
    void run(int entry, Frame frame, int worker);

    /// The figure of a metric from its sums over a data set of `examples` examples.
    double metric(int metric, double[] sums, double examples);

    /// Which form each kernel runs in.
    Warmup warmup();

    /// What computes the weights that come from the training data; nothing where there are none.
    default @Nullable Fitting fitting() {
        return null;
    }
}
