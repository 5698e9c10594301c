package dev.lanewise.benchmarks.peers;

/// A layer as every library has it.
sealed interface Layer {

    record Dense(int units) implements Layer {}

    /// A square kernel, stride 1; `same` pads the image so that it keeps its size.
    record Convolution(int filters, int kernel, boolean same) implements Layer {}

    /// Over examples and, in images, over positions; epsilon 1e-5, weight 1 and bias 0 at first.
    record BatchNorm() implements Layer {}

    record MaxPool() implements Layer {}

    record Dropout(float keep) implements Layer {}

    record Flatten() implements Layer {}

    enum Activation implements Layer {
        TANH,
        SIGMOID,
        RELU,
        SOFTMAX
    }

    /// The shape that goes into a layer or comes out of it; a vector is an image of one position.
    record Shape(int channels, int height, int width) {

        static Shape vector(int size) {
            return new Shape(size, 1, 1);
        }

        int size() {
            return channels * height * width;
        }

        boolean image() {
            return height > 1 || width > 1;
        }
    }

    /// The shape of the layer's result.
    default Shape after(Shape in) {
        return switch (this) {
            case Dense(int units) -> Shape.vector(units);
            case Convolution(int filters, int kernel, boolean same) -> {
                int lost = same ? 0 : kernel - 1;
                yield new Shape(filters, in.height() - lost, in.width() - lost);
            }
            case MaxPool() -> new Shape(in.channels(), in.height() / 2, in.width() / 2);
            case Flatten() -> Shape.vector(in.size());
            case BatchNorm _, Dropout _, Activation _ -> in;
        };
    }

    /// Multiply-adds of one example, each counted as two operations.
    default long operations(Shape in) {
        return switch (this) {
            case Dense(int units) -> 2L * in.size() * units;
            case Convolution(int _, int kernel, boolean _) -> 2L * after(in).size() * in.channels() * kernel * kernel;
            default -> 0;
        };
    }
}
