package dev.lanewise.compiler.schedule;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/// Texts of random convolutional networks, with images of any size and all ways in which a window moves.
final class RandomConvolutions {
    private final SplittableRandom random;
    private final List<String> layers = new ArrayList<>();
    private int channels;
    private int height;
    private int width;

    private RandomConvolutions(SplittableRandom random) {
        this.random = random;
        channels = random.nextInt(1, 5);
        height = random.nextInt(5, 12);
        width = random.nextInt(5, 12);
    }

    /// A classifier of `size` layers before the last.
    static String network(SplittableRandom random, int size) {
        var made = new RandomConvolutions(random);
        var image = "float[%d, %d, %d]".formatted(made.channels, made.height, made.width);
        while (made.layers.size() < size) {
            made.layer();
        }
        return """
            network Net {
              input  x: %s
              target y: class[3]
              logits = x
                |> %s
                |> flatten |> dense(3)
              output probability = softmax(logits)
              loss   cross_entropy(logits, y)
              train { optimizer: %s }
            }
            """.formatted(
                        image, String.join("\n    |> ", made.layers), random.nextBoolean() ? "adam" : "sgd(rate: 0.1)");
    }

    private void layer() {
        switch (random.nextInt(11)) {
            case 0, 1, 2 -> convolution();
            case 9, 10 -> manyChannels();
            case 3 -> depthwise();
            case 4 -> transposed();
            case 5, 6 -> pool();
            case 7 -> layers.add(random.nextBoolean() ? "batch_norm" : "dropout(keep: 0.7)");
            default -> activation();
        }
    }

    private void activation() {
        layers.add(List.of("relu", "tanh", "leaky_relu").get(random.nextInt(3)));
    }

    private void convolution() {
        int groups = channels % 2 == 0 && random.nextInt(3) == 0 ? 2 : 1;
        int filters = groups * random.nextInt(1, random.nextInt(4) == 0 ? 25 : 7);
        if (moved("conv(" + filters + ", ", ", groups: " + groups + ", bias: " + random.nextBoolean(), filters)
                && random.nextBoolean()) {
            activation();
            if (random.nextBoolean()) {
                pool();
            }
        }
    }

    /// With so many channels and filters that fewer multiplications pay.
    private void manyChannels() {
        int filters = random.nextInt(16, 26);
        boolean tall = random.nextBoolean();
        int other = random.nextInt(1, 4);
        var pad = List.of("same", "valid", "1", "2").get(random.nextInt(4));
        int zeros = pad.equals("valid") ? 0 : pad.equals("same") ? -1 : Integer.parseInt(pad);
        int high = zeros < 0 ? height : height + 2 * zeros - (tall ? 3 : other) + 1;
        int wide = zeros < 0 ? width : width + 2 * zeros - (tall ? other : 3) + 1;
        if (high >= 1 && wide >= 1 && filters * high * wide <= 2000) {
            layers.add("conv(%d, 1)".formatted(random.nextInt(16, 26)));
            layers.add("conv(%d, [%d, %d], pad: %s)".formatted(filters, tall ? 3 : other, tall ? other : 3, pad));
            channels = filters;
            height = high;
            width = wide;
        }
    }

    private void depthwise() {
        int multiplier = random.nextInt(1, 3);
        moved("depthwise_conv(", ", multiplier: " + multiplier, channels * multiplier);
    }

    /// A window that moves in a random way, where it fits.
    private boolean moved(String before, String behind, int filters) {
        int kernelHeight = random.nextInt(1, 4);
        int kernelWidth = random.nextInt(1, 6);
        int stride = random.nextInt(3) == 0 ? random.nextInt(2, 4) : 1;
        int dilation = random.nextInt(4) == 0 ? 2 : 1;
        int zeros = random.nextInt(0, 3);
        boolean same = random.nextInt(3) == 0;
        int high = places(height, kernelHeight, stride, dilation, zeros, same);
        int wide = places(width, kernelWidth, stride, dilation, zeros, same);
        if (high < 1 || wide < 1 || filters * high * wide > 900) {
            return false;
        }
        layers.add(before
                + "[%d, %d], stride: %d, pad: %s, dilation: %d"
                        .formatted(
                                kernelHeight,
                                kernelWidth,
                                stride,
                                same ? "same" : zeros == 0 ? "valid" : "" + zeros,
                                dilation)
                + behind
                + ")");
        channels = filters;
        height = high;
        width = wide;
        return true;
    }

    private static int places(int extent, int kernel, int stride, int dilation, int zeros, boolean same) {
        int window = (kernel - 1) * dilation + 1;
        int room = same ? Math.ceilDiv(extent, stride) * stride + window - stride : extent + 2 * zeros;
        return extent < window && !same || room < window
                ? 0
                : same ? Math.ceilDiv(extent, stride) : (room - window) / stride + 1;
    }

    private void transposed() {
        int kernel = random.nextInt(1, 4);
        int stride = random.nextInt(1, 3);
        int filters = random.nextInt(1, 5);
        int high = (height - 1) * stride + kernel;
        int wide = (width - 1) * stride + kernel;
        if (filters * high * wide <= 900) {
            layers.add("conv_transpose(%d, %d, stride: %d)".formatted(filters, kernel, stride));
            channels = filters;
            height = high;
            width = wide;
        }
    }

    private void pool() {
        int kernel = random.nextInt(2, 4);
        int stride = random.nextInt(3) == 0 ? random.nextInt(1, 4) : kernel;
        if (height >= kernel && width >= kernel) {
            var kind = random.nextInt(3) == 0 ? "avg_pool" : "max_pool";
            layers.add("%s(%d, stride: %d)".formatted(kind, kernel, stride));
            height = (height - kernel) / stride + 1;
            width = (width - kernel) / stride + 1;
        }
    }
}
