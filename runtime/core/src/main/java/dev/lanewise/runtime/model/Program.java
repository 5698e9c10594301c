package dev.lanewise.runtime.model;

import org.jspecify.annotations.Nullable;

/// The code that the compiler emits for one network. One instance serves every frame; it holds no state.
public interface Program {

    /// Runs one entry of the [Layout] on the frame's batch. Every worker of the frame's team calls it, with its own
    /// number; they meet at the team's barrier inside. On return of all, every result of the entry stands in its
    /// buffer.
    void run(int entry, Frame frame, int worker);

    /// The figure of a metric from its sums over a data set of `examples` examples.
    double metric(int metric, double[] sums, double examples);

    /// Calls each vector kernel on scratch data until the JVM has compiled it: see `Warmup`. Afterwards the program
    /// is warm.
    void warmUp();

    /// Whether the vector kernels are at full speed; runs of frames that are not `warm` use the scalar ones.
    default boolean isWarm() {
        return true;
    }

    /// Notes that a run took so long. After a while of work, a thread begins to warm up beside it.
    default void worked(long nanos) {}

    /// What computes the weights that come from the training data; nothing where there are none.
    default @Nullable Fitting fitting() {
        return null;
    }
}
