package dev.lanewise.compiler.graph;

/// A parameter or state of the model: an array that is kept.
///
/// `initial` is a graph without inputs whose one result is the first value (its random draws are numbered leaves);
/// `initialiser` is what the user or the compiler chose, as text for `explain`. `kernel` marks what `weights` in l1
/// and l2 means.
public record Weight(
        String name,
        Shape shape,
        Kind kind,
        boolean frozen,
        boolean kernel,
        Graph initial,
        String initialiser,
        Origin origin) {

    public enum Kind {
        PARAMETER,
        /// Written by the network itself, as the running statistics of batch_norm.
        STATE,
        /// A state of the optimizer for one parameter; named `optimizer.STATE.PARAMETER`.
        OPTIMIZER,
        /// Computed once over the training set: `initial` then has the network's inputs and earlier fitted
        /// values as leaves, and reduces over the examples of the whole set.
        FITTED
    }
}
