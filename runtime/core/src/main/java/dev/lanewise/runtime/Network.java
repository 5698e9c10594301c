package dev.lanewise.runtime;

import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;

/// A compiled network with weights. Safe for use by several threads, as long as none of them changes the weights.
public interface Network {

    String name();

    List<Port> inputs();

    /// What is learned, in the order of the network's declarations; empty for a network without a loss.
    List<Port> targets();

    List<Port> outputs();

    /// The names of the metrics that [#evaluate] computes.
    List<String> metrics();

    /// Whether the network computes in double precision. The forms with `float[]` and with `double[]` serve both;
    /// numbers are rounded where they have to be.
    boolean doublePrecision();

    Weights weights();

    /// Predicts with the weights of this network, also with those set later.
    Predictor predictor();

    /// As the other, with so many threads that work together on each call. They are the predictor's own, and end
    /// when it is closed.
    Predictor predictor(int threads);

    /// The loss and every metric over a data set that has the network's inputs and targets among its ports, by
    /// name.
    Metrics evaluate(Dataset data);

    /// Options for a trainer, preset from the network's `train` block. The trainer begins with a copy of this
    /// network's weights and leaves the network as it is.
    Trainer.Options trainer();

    /// Sets the weights from a safetensors file. A tensor that is missing, unknown or of a wrong shape is a
    /// [ModelException].
    default void loadWeights(Path safetensors) {
        weights().load(safetensors);
    }

    /// Writes a jar with the present weights, whole or not at all.
    void save(Path jar);

    /// Loads a network from its jar. This runs code from the jar: load only jars that you trust. (Weights alone are
    /// safe: see [#loadWeights].)
    static Network load(Path jar) {
        return load(jar, "");
    }

    /// As the other, from a jar that holds several networks.
    static Network load(Path jar, String name) {
        return ServiceLoader.load(Loader.class, Loader.class.getClassLoader())
                .findFirst()
                .orElseThrow(() -> new ModelException("the runtime on the class path is incomplete: it has no loader"))
                .load(jar, name);
    }

    /// What [#load] is done by.
    interface Loader {
        /// Without a name, the first one in the jar.
        Network load(Path jar, String name);
    }
}
