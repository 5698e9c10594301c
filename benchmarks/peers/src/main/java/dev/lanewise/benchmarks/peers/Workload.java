package dev.lanewise.benchmarks.peers;

import dev.lanewise.benchmarks.peers.Layer.Activation;
import dev.lanewise.benchmarks.peers.Layer.BatchNorm;
import dev.lanewise.benchmarks.peers.Layer.Convolution;
import dev.lanewise.benchmarks.peers.Layer.Dense;
import dev.lanewise.benchmarks.peers.Layer.Dropout;
import dev.lanewise.benchmarks.peers.Layer.Flatten;
import dev.lanewise.benchmarks.peers.Layer.MaxPool;
import dev.lanewise.benchmarks.peers.Layer.Shape;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/// What is measured: a network, its batch, its update. Each has a `.net` file of its own name beside this class,
/// which says the same.
@SuppressWarnings("ImmutableEnumChecker") // records and unmodifiable lists
enum Workload {
    /// Products of 500 by 500.
    MLP("W1", Shape.vector(784), 256, Update.SGD, 0.5f, Layers.MLP),
    /// Small layers with statistics over the batch between them.
    BATCH_NORM("W2", Shape.vector(784), 64, Update.SGD, 0.1f, Layers.BATCH_NORM),
    /// LeNet's two convolutions.
    LENET("W3", new Shape(1, 28, 28), 64, Update.ADAM, 0.001f, Layers.LENET),
    /// Convolutions in pairs, batch normalisation, dropout.
    CIFAR("W4", new Shape(3, 32, 32), 64, Update.ADAM, 0.001f, Layers.CIFAR),
    /// So small that a step is all overhead.
    SMALL("W5", Shape.vector(32), 32, Update.ADAM, 0.001f, Layers.SMALL),
    /// The first network, asked about one example at a time.
    ASK_MLP("W6a", Shape.vector(784), 1, Update.NONE, 0, Layers.with(Layers.MLP, Activation.SOFTMAX)),
    /// LeNet, asked about one example at a time.
    ASK_LENET("W6b", new Shape(1, 28, 28), 1, Update.NONE, 0, Layers.with(Layers.LENET, Activation.SOFTMAX));

    enum Update {
        SGD,
        ADAM,
        NONE
    }

    final String code;
    final Shape input;
    final int batch;
    final Update update;
    final float rate;
    final List<Layer> layers;

    Workload(String code, Shape input, int batch, Update update, float rate, List<Layer> layers) {
        this.code = code;
        this.input = input;
        this.batch = batch;
        this.update = update;
        this.rate = rate;
        this.layers = layers;
    }

    static Workload named(String name) {
        return Arrays.stream(values())
                .filter(workload -> workload.code.equalsIgnoreCase(name)
                        || workload.name().equals(name.toUpperCase(Locale.ROOT).replace('-', '_')))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no workload " + name + "; there are "
                        + String.join(
                                " ", Arrays.stream(values()).map(w -> w.code).toList())));
    }

    boolean trains() {
        return update != Update.NONE;
    }

    /// Whether a class is learned, by cross-entropy; else a number, by its mean squared error.
    boolean classifies() {
        return this != SMALL;
    }

    int outputs() {
        return classifies() ? 10 : 1;
    }

    /// Batches that lie in memory and are taken in turn.
    int batches() {
        return this == SMALL ? 64 : 8;
    }

    String source() {
        var file = name().toLowerCase(Locale.ROOT).replace("ask_", "").replace('_', '-') + ".net";
        try (var in = Workload.class.getResourceAsStream(file)) {
            if (in == null) {
                throw new IllegalStateException(file + " is missing");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Operations of contractions in a step: forward and both products backward, without the first layer's gradient
    /// of its input.
    long operations() {
        long all = 0;
        long first = 0;
        var shape = input;
        for (var layer : layers) {
            long one = layer.operations(shape);
            first = first == 0 ? one : first;
            all += one;
            shape = layer.after(shape);
        }
        return trains() ? batch * (3 * all - first) : all;
    }

    /// Steps that one call of [PeakContender] stands for: so many that handing them to threads takes no time
    /// against them.
    long peakSteps() {
        return Math.max(1, 1_000_000_000 / operations());
    }

    /// The first weights, two arrays for each layer that has some: weight in the layout `[out, in]` or `[out, in,
    /// y, x]` and bias. Uniform as Glorot has it.
    List<float[][]> weights() {
        var random = new SplittableRandom(42);
        var result = new ArrayList<float[][]>();
        var shape = input;
        for (var layer : layers) {
            switch (layer) {
                case Dense(int units) -> result.add(weights(random, units * shape.size(), shape.size() + units, units));
                case Convolution(int filters, int kernel, boolean _) -> {
                    int window = kernel * kernel;
                    result.add(weights(
                            random,
                            filters * shape.channels() * window,
                            (shape.channels() + filters) * window,
                            filters));
                }
                case BatchNorm() -> {
                    var ones = new float[shape.channels()];
                    Arrays.fill(ones, 1);
                    result.add(new float[][] {ones, new float[ones.length]});
                }
                default -> {}
            }
            shape = layer.after(shape);
        }
        return result;
    }

    private static float[][] weights(SplittableRandom random, int size, int fans, int units) {
        double bound = Math.sqrt(6.0 / fans);
        var weight = new float[size];
        for (int i = 0; i < size; i++) {
            weight[i] = (float) ((2 * random.nextDouble() - 1) * bound);
        }
        return new float[][] {weight, new float[units]};
    }

    /// The inputs of each batch in row-major order: for classes a sparse pattern each, with noise, so that every
    /// network learns; else uniform in [-1, 1].
    float[][] inputs() {
        var random = new SplittableRandom(7);
        int size = input.size();
        var patterns = new float[10][size];
        for (var pattern : patterns) {
            for (int i = 0; i < size; i++) {
                pattern[i] = random.nextDouble() < 0.2 ? (float) random.nextDouble() : 0;
            }
        }
        var batches = new float[batches()][batch * size];
        for (int b = 0; b < batches.length; b++) {
            for (int e = 0; e < batch; e++) {
                var pattern = patterns[label(b, e)];
                for (int i = 0; i < size; i++) {
                    batches[b][e * size + i] = classifies()
                            ? pattern[i] + (random.nextDouble() < 0.1 ? (float) random.nextDouble() : 0)
                            : (float) (2 * random.nextDouble() - 1);
                }
            }
        }
        return batches;
    }

    private static int label(int batch, int example) {
        return (batch * 31 + example * 7 + example / 10) % 10;
    }

    /// The targets of each batch: classes, or noisy values of a smooth function of the inputs.
    float[][] targets(float[][] inputs) {
        var random = new Random(8);
        int size = input.size();
        var slope = new float[size];
        for (int i = 0; i < size; i++) {
            slope[i] = (float) (0.5 * random.nextGaussian());
        }
        var targets = new float[inputs.length][batch];
        for (int b = 0; b < inputs.length; b++) {
            for (int e = 0; e < batch; e++) {
                double sum = 0;
                for (int i = 0; i < size; i++) {
                    sum += inputs[b][e * size + i] * slope[i];
                }
                targets[b][e] = classifies() ? label(b, e) : (float) (Math.sin(sum) + 0.3 * random.nextGaussian());
            }
        }
        return targets;
    }

    /// Lists of layers.
    private static final class Layers {
        static final List<Layer> MLP = List.of(
                new Dense(500),
                Activation.TANH,
                new Dense(500),
                Activation.TANH,
                new Dense(500),
                Activation.TANH,
                new Dense(10));

        static final List<Layer> BATCH_NORM = with(
                Stream.of(100, 50, 50, 50, 50, 50, 50)
                        .flatMap(units -> Stream.of(new Dense(units), new BatchNorm(), Activation.SIGMOID))
                        .toList(),
                new Dense(10));

        static final List<Layer> LENET = List.of(
                new Convolution(20, 5, false),
                Activation.RELU,
                new MaxPool(),
                new Convolution(50, 5, false),
                Activation.RELU,
                new MaxPool(),
                new Flatten(),
                new Dense(500),
                Activation.RELU,
                new Dense(10));

        static final List<Layer> CIFAR = Stream.of(
                        pair(32),
                        pair(64),
                        List.of(new Flatten(), new Dense(256), Activation.RELU, new Dropout(0.5f), new Dense(10)))
                .flatMap(List::stream)
                .toList();

        static final List<Layer> SMALL =
                List.of(new Dense(64), Activation.RELU, new Dense(32), Activation.RELU, new Dense(1));

        private static List<Layer> pair(int filters) {
            var convolution = new Convolution(filters, 3, true);
            return List.of(
                    convolution,
                    new BatchNorm(),
                    Activation.RELU,
                    convolution,
                    new BatchNorm(),
                    Activation.RELU,
                    new MaxPool(),
                    new Dropout(0.75f));
        }

        static List<Layer> with(List<Layer> layers, Layer last) {
            return Stream.concat(layers.stream(), Stream.of(last)).toList();
        }
    }
}
