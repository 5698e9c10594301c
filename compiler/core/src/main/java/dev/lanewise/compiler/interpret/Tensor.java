package dev.lanewise.compiler.interpret;

import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;

/// The numbers of a value: row-major, one example after the other (`examples` is 1 for a batch-wide value). In single
/// precision every number is a float, held in a double. Whoever is handed a tensor does not change its data.
public record Tensor(Type type, int examples, double[] data) {

    public Tensor {
        if (data.length
                != Math.multiplyExact(examples, Math.toIntExact(type.shape().size()))) {
            throw new IllegalArgumentException(data.length + " numbers for " + examples + " times " + type);
        }
    }

    public static Tensor batch(Shape shape, double... data) {
        return new Tensor(Type.batch(shape), 1, data);
    }

    public static Tensor examples(Shape shape, int examples, double... data) {
        return new Tensor(Type.example(shape), examples, data);
    }

    public static Tensor scalar(double value) {
        return batch(Shape.SCALAR, value);
    }

    /// The numbers of one example (or of the batch).
    public int size() {
        return data.length / examples;
    }

    /// The only number of a batch-wide scalar.
    public double number() {
        return data[0];
    }
}
