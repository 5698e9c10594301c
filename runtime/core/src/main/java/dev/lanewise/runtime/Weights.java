package dev.lanewise.runtime;

import java.nio.file.Path;
import java.util.List;

/// The arrays that a network keeps, by name. Names and layouts are PyTorch's.
public interface Weights {

    enum Kind {
        /// Learned.
        PARAMETER,
        /// Written by the network while it is trained, as running statistics.
        STATE,
        /// Kept by the optimizer; not part of a saved network.
        OPTIMIZER,
        /// Computed once over the training data.
        FITTED
    }

    record Weight(String name, Kind kind, List<Integer> shape) {
        public Weight {
            shape = List.copyOf(shape);
        }

        public int size() {
            int size = 1;
            for (int extent : shape) {
                size = Math.multiplyExact(size, extent);
            }
            return size;
        }
    }

    List<Weight> list();

    /// A copy of the values, in row-major order. An unknown name is an IllegalArgumentException.
    double[] get(String name);

    /// Copies the values in.
    void set(String name, double[] values);

    /// Sets all weights from a safetensors file. A tensor that is missing, unknown (unless it is an optimizer's) or
    /// of a wrong shape is a [ModelException]; shapes `[]` and `[1]` are one. Nothing is changed when the file is
    /// wrong.
    void load(Path safetensors);

    /// Writes all weights but the optimizer's as safetensors, whole or not at all.
    void save(Path safetensors);

    /// The first 8 hexadecimal digits of the SHA-256 of all weights but the optimizer's: their little-endian bytes,
    /// in the order of their names.
    String hash();
}
