package dev.lanewise.compiler.graph;

/// A value that leaves the graph, and what it is.
public record Result(Role role, String name, Value value) {

    public enum Role {
        /// The mean loss of the batch, batch-wide and scalar.
        LOSS,
        /// An output of the network, by its name.
        OUTPUT,
        /// The gradient of a parameter.
        GRADIENT,
        /// The new value of a parameter or state, written at the end of the step.
        UPDATE,
        /// A sum over the examples of the batch that a metric is made of, batch-wide and scalar.
        METRIC_SUM,
        /// For each example the scores of the classes and the true class, a vector, for a metric that takes the
        /// area under the curve over the whole data set.
        AUC,
        /// The same, for the table of the examples of each class that were taken for each.
        CONFUSION,
        /// A named value of the network, for whoever looks inside.
        VALUE,
        /// What a layer gives, where layers are watched.
        LAYER,
        /// The derivative of the loss by what the layer of the same name gives.
        COTANGENT
    }
}
