package dev.lanewise.runtime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/// Examples that lie in arrays, one array for each port, in row-major order, examples first. Arrays of floats and
/// doubles are not copied.
public final class ArrayDataset implements Dataset {
    private static final float[] NO_FLOATS = {};
    private static final double[] NO_DOUBLES = {};

    private final List<Port> ports = new ArrayList<>();

    /// For each port its numbers in one of the two; the other has an empty array there.
    private final List<float[]> floats = new ArrayList<>();

    private final List<double[]> doubles = new ArrayList<>();

    /// For each port the numbers of an example.
    private int[] sizes = {};

    private int size;

    private ArrayDataset() {}

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public List<Port> ports() {
        return Collections.unmodifiableList(ports);
    }

    @Override
    public void read(int port, int example, double[] target, int offset) {
        int numbers = sizes[port];
        for (int i = 0; i < numbers; i++) {
            target[offset + i] = get(port, example * numbers + i);
        }
    }

    @Override
    public void read(int port, int example, float[] target, int offset) {
        int numbers = sizes[port];
        var single = floats.get(port);
        if (single.length > 0) {
            System.arraycopy(single, example * numbers, target, offset, numbers);
        } else {
            for (int i = 0; i < numbers; i++) {
                target[offset + i] = (float) get(port, example * numbers + i);
            }
        }
    }

    private double get(int port, int index) {
        var single = floats.get(port);
        return single.length > 0 ? single[index] : doubles.get(port)[index];
    }

    /// Takes the ports one by one.
    public static final class Builder {
        private ArrayDataset data = new ArrayDataset();

        private Builder() {}

        public Builder add(Port port, float[] values) {
            return add(port, values, NO_DOUBLES);
        }

        public Builder add(Port port, double[] values) {
            return add(port, NO_FLOATS, values);
        }

        /// Classes or indices.
        public Builder add(Port port, int[] values) {
            return add(port, Arrays.stream(values).asDoubleStream().toArray());
        }

        private Builder add(Port port, float[] floats, double[] doubles) {
            int length = floats.length + doubles.length;
            int numbers = port.size();
            if (length % numbers != 0) {
                throw new IllegalArgumentException(
                        port.name() + ": " + length + " numbers do not divide into examples of " + numbers);
            }
            int examples = length / numbers;
            if (!data.ports.isEmpty() && examples != data.size) {
                throw new IllegalArgumentException(port.name() + " has " + examples + " examples, "
                        + data.ports.getFirst().name() + " has " + data.size);
            }
            data.size = examples;
            data.floats.add(floats);
            data.doubles.add(doubles);
            data.sizes = Arrays.copyOf(data.sizes, data.sizes.length + 1);
            data.sizes[data.sizes.length - 1] = numbers;
            data.ports.add(port);
            if (port.kind() != Port.Kind.FLOAT) {
                checkClasses(port, length);
            }
            return this;
        }

        private void checkClasses(Port port, int length) {
            for (int i = 0; i < length; i++) {
                double value = data.get(data.ports.size() - 1, i);
                if (!(value >= 0 && value < port.classes() && value == Math.rint(value))) {
                    throw new IllegalArgumentException(port.name() + ": number " + i + " is " + value
                            + "; expected a whole number from 0 to " + (port.classes() - 1));
                }
            }
        }

        /// The data set; the builder begins anew.
        public Dataset build() {
            var built = data;
            data = new ArrayDataset();
            return built;
        }
    }
}
