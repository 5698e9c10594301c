package dev.lanewise.runtime;

import java.util.List;

/// Computes outputs for inputs. Safe for use by several threads at once; a call allocates nothing beyond its result.
///
/// Many examples in a call are computed side by side, few one after the other, with the same results. For the latter
/// the weights are kept a second time, laid out for it when they are first needed and when they change.
///
/// Arrays are in row-major order, examples first. Classes and indices are whole numbers. The short forms are for
/// networks with one input and one output, and throw IllegalStateException on others. Arrays that are too short are
/// an IllegalArgumentException.
///
/// One that was made for several threads computes each call with all of them together: a single answer of a large
/// network comes sooner. Where several callers ask it at once, one has the team, and the others compute alone
/// meanwhile.
public interface Predictor extends AutoCloseable {

    /// The output for one example.
    float[] predict(float[] input);

    /// As the other, in double precision.
    double[] predict(double[] input);

    /// Fills `outputs` for the first `count` examples of `inputs`.
    void predict(float[] inputs, int count, float[] outputs);

    /// As the other, in double precision.
    void predict(double[] inputs, int count, double[] outputs);

    /// The outputs for one example of a network with several inputs or outputs, each in the order of its ports.
    List<float[]> predict(List<float[]> inputs);

    /// Fills one array for each output, in the order of the ports, for `count` examples from number `first` on. The
    /// data set has the network's inputs among its ports, by name.
    void predict(Dataset data, int first, int count, List<double[]> outputs);

    /// Ends the threads of a predictor that has several; its callers then compute alone.
    @Override
    void close();
}
