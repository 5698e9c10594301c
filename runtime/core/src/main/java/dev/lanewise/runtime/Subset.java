package dev.lanewise.runtime;

import java.util.List;
import java.util.Objects;

/// Some examples of a data set, in an order of their own. Closing it leaves the whole open.
public final class Subset implements Dataset {

    private final Dataset whole;
    private final int[] examples;

    public Subset(Dataset whole, int[] examples) {
        this.whole = whole;
        this.examples = examples.clone();
        for (int example : examples) {
            Objects.checkIndex(example, whole.size());
        }
    }

    @Override
    public int size() {
        return examples.length;
    }

    @Override
    public List<Port> ports() {
        return whole.ports();
    }

    @Override
    public void read(int port, int example, double[] target, int offset) {
        whole.read(port, examples[example], target, offset);
    }

    @Override
    public void read(int port, int example, float[] target, int offset) {
        whole.read(port, examples[example], target, offset);
    }
}
