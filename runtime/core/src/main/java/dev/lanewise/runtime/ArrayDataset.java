package dev.lanewise.runtime;

import java.util.ArrayList;
import java.util.List;

/// Examples that lie in arrays, one array for each port, in row-major order, examples first. The arrays are not
/// copied.
public final class ArrayDataset implements Dataset {

    /// How an array of some type is read.
    private interface Column {
        int length();

        double get(int index);
    }

    private final List<Port> ports;
    private final List<Column> columns;
    private final int size;

    private ArrayDataset(List<Port> ports, List<Column> columns, int size) {
        this.ports = List.copyOf(ports);
        this.columns = List.copyOf(columns);
        this.size = size;
    }

    public static Builder builder() {
        return new Builder();
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public List<Port> ports() {
        return ports;
    }

    @Override
    public void read(int port, int example, double[] target, int offset) {
        var column = columns.get(port);
        int numbers = ports.get(port).size();
        for (int i = 0; i < numbers; i++) {
            target[offset + i] = column.get(example * numbers + i);
        }
    }

    @Override
    public void read(int port, int example, float[] target, int offset) {
        int numbers = ports.get(port).size();
        var column = columns.get(port);
        if (column instanceof Floats(float[] values)) {
            System.arraycopy(values, example * numbers, target, offset, numbers);
        } else {
            for (int i = 0; i < numbers; i++) {
                target[offset + i] = (float) column.get(example * numbers + i);
            }
        }
    }

    /// Takes the ports one by one.
    public static final class Builder {
        private final List<Port> ports = new ArrayList<>();
        private final List<Column> columns = new ArrayList<>();
        private int size = -1;

        private Builder() {}

        public Builder add(Port port, float[] values) {
            return add(port, new Floats(values));
        }

        public Builder add(Port port, double[] values) {
            return add(port, new Doubles(values));
        }

        /// Classes or indices.
        public Builder add(Port port, int[] values) {
            return add(port, new Ints(values));
        }

        private Builder add(Port port, Column column) {
            int numbers = port.size();
            if (column.length() % numbers != 0) {
                throw new IllegalArgumentException(
                        port.name() + ": " + column.length() + " numbers do not divide into examples of " + numbers);
            }
            int examples = column.length() / numbers;
            if (size >= 0 && examples != size) {
                throw new IllegalArgumentException(port.name() + " has " + examples + " examples, "
                        + ports.getFirst().name() + " has " + size);
            }
            if (port.kind() != Port.Kind.FLOAT) {
                checkClasses(port, column);
            }
            size = examples;
            ports.add(port);
            columns.add(column);
            return this;
        }

        private static void checkClasses(Port port, Column column) {
            for (int i = 0; i < column.length(); i++) {
                double value = column.get(i);
                if (!(value >= 0 && value < port.classes() && value == Math.rint(value))) {
                    throw new IllegalArgumentException(port.name() + ": number " + i + " is " + value
                            + "; expected a whole number from 0 to " + (port.classes() - 1));
                }
            }
        }

        public Dataset build() {
            return new ArrayDataset(ports, columns, Math.max(size, 0));
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // a private view, never compared
    private record Floats(float[] values) implements Column {
        @Override
        public int length() {
            return values.length;
        }

        @Override
        public double get(int index) {
            return values[index];
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Doubles(double[] values) implements Column {
        @Override
        public int length() {
            return values.length;
        }

        @Override
        public double get(int index) {
            return values[index];
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record Ints(int[] values) implements Column {
        @Override
        public int length() {
            return values.length;
        }

        @Override
        public double get(int index) {
            return values[index];
        }
    }
}
