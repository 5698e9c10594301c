package dev.lanewise.compiler.graph;

/// A parameter or state of the model: an array that is kept.
///
/// `initial` is a graph without inputs whose one result is the first value (its random draws are numbered leaves).
/// `fit` is what it becomes once there are training data, before the first step: a graph with the network's inputs
/// and weights declared before as leaves, which reduces over the examples of the whole set; empty where data change
/// nothing. `initialiser` is what the user or the compiler chose, as text for `explain`. `kernel` marks what
/// `weights` in l1 and l2 means.
public record Weight(
        String name,
        Shape shape,
        Kind kind,
        boolean frozen,
        boolean kernel,
        Graph initial,
        Graph fit,
        String initialiser,
        Origin origin) {

    public enum Kind {
        PARAMETER,
        /// Written by the network itself, as the running statistics of batch_norm.
        STATE,
        /// A state of the optimizer for one parameter; named `optimizer.STATE.PARAMETER`.
        OPTIMIZER,
        /// Computed once over the training set, 0 before.
        FITTED
    }

    /// The same weight where training changes it, whatever it is otherwise, or does not.
    Weight trainedIf(boolean trained) {
        var seen = trained ? Kind.PARAMETER : kind;
        return new Weight(name, shape, seen, !trained, kernel, initial, fit, initialiser, origin);
    }

    /// Whether its value comes from the training data.
    public boolean isFitted() {
        return !fit.results().isEmpty();
    }
}
