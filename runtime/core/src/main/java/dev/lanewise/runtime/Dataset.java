package dev.lanewise.runtime;

import java.util.List;

/// Examples by number, for training, evaluation and prediction.
///
/// Implementations answer from several threads at once. Classes and indices are delivered as whole numbers.
public interface Dataset extends AutoCloseable {

    /// The number of examples.
    int size();

    /// The ports that this data set fills, inputs first; labels of classes are filled in where the data name them.
    List<Port> ports();

    /// Copies the values of `port` (a place in [#ports]) of one example, in row-major order, to `target` from
    /// `offset` on.
    void read(int port, int example, double[] target, int offset);

    /// As the other `read`, in single precision.
    void read(int port, int example, float[] target, int offset);

    @Override
    default void close() {}
}
