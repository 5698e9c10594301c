package dev.lanewise.runtime.train;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Port;
import java.util.List;

/// Examples of a single input that an application hands over in an array, one after the other. Made once and filled
/// again and again, so that predictions allocate nothing.
final class Rows implements Dataset {
    private static final float[] NO_FLOATS = {};
    private static final double[] NO_DOUBLES = {};

    private float[] floats = NO_FLOATS;
    private double[] doubles = NO_DOUBLES;
    private final int numbers;

    /// `numbers` of each example.
    Rows(int numbers) {
        this.numbers = numbers;
    }

    Rows of(float[] values) {
        floats = values;
        doubles = NO_DOUBLES;
        return this;
    }

    Rows of(double[] values) {
        floats = NO_FLOATS;
        doubles = values;
        return this;
    }

    @Override
    public int size() {
        return (floats.length + doubles.length) / numbers;
    }

    @Override
    public List<Port> ports() {
        return List.of();
    }

    @Override
    public void read(int port, int example, double[] target, int offset) {
        for (int i = 0; i < numbers; i++) {
            target[offset + i] = get(example * numbers + i);
        }
    }

    @Override
    public void read(int port, int example, float[] target, int offset) {
        int from = example * numbers;
        if (floats.length > 0) {
            System.arraycopy(floats, from, target, offset, numbers);
            return;
        }
        for (int i = 0; i < numbers; i++) {
            target[offset + i] = (float) get(from + i);
        }
    }

    private double get(int index) {
        return floats.length > 0 ? floats[index] : doubles[index];
    }
}
