package dev.lanewise.runtime.train;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.model.Decompositions;
import dev.lanewise.runtime.random.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Changes the examples of a training set as they are read, anew in each epoch. What is drawn depends on seed, epoch
/// and the example's number alone, so that every thread that reads an example sees the same.
///
/// A plan has a line for each change: the name of an input, the kind, its numbers. Changes that move pixels are
/// joined to one map of the plane until another kind follows, and what comes from outside of the picture is 0.
public final class Augmentation {
    /// The stream of whole examples; the changes of inputs count on from it, downwards.
    private static final long STREAM = -10;

    private final Dataset data;
    private final long seed;
    /// Whether examples are read in double precision; they are changed in it.
    private final boolean isDouble;
    private final List<List<Change>> changes = new ArrayList<>();
    /// Of the mixture of two examples; 0 without.
    private double alpha;

    /// `components` are those of the colours, where they are wanted: a row for each, times its variance.
    private record Change(String kind, double first, double second, long stream, double[] components) {}

    /// For the examples of `data`, whose ports are called as the network's.
    public Augmentation(String plan, Dataset data, long seed, boolean isDouble) {
        this.data = data;
        this.seed = seed;
        this.isDouble = isDouble;
        for (int port = 0; port < data.ports().size(); port++) {
            changes.add(new ArrayList<>());
        }
        long stream = STREAM;
        for (var line : plan.split("\n", -1)) {
            var words = line.split(" ", -1);
            double first = Double.parseDouble(words[2]);
            if (words[1].equals("mixup")) {
                alpha = first;
                continue;
            }
            stream--;
            for (int port = 0; port < data.ports().size(); port++) {
                if (data.ports().get(port).name().equals(words[0])) {
                    double second = words.length > 3 ? Double.parseDouble(words[3]) : 0;
                    var components = words[1].equals("color_shift") ? components(port) : new double[0];
                    changes.get(port).add(new Change(words[1], first, second, stream, components));
                }
            }
        }
    }

    private double[] values(int port, int example) {
        var values = new double[data.ports().get(port).size()];
        if (isDouble) {
            data.read(port, example, values, 0);
        } else {
            var single = new float[values.length];
            data.read(port, example, single, 0);
            for (int i = 0; i < values.length; i++) {
                values[i] = single[i];
            }
        }
        return values;
    }

    /// The data as one epoch sees them.
    public Dataset epoch(int epoch) {
        return new View(epoch);
    }

    private final class View implements Dataset {
        private final long epoch;

        View(int epoch) {
            this.epoch = epoch;
        }

        @Override
        public int size() {
            return data.size();
        }

        @Override
        public List<Port> ports() {
            return data.ports();
        }

        @Override
        public void read(int port, int example, double[] target, int offset) {
            var values = mixed(port, example);
            System.arraycopy(values, 0, target, offset, values.length);
        }

        @Override
        public void read(int port, int example, float[] target, int offset) {
            var values = mixed(port, example);
            for (int i = 0; i < values.length; i++) {
                target[offset + i] = (float) values[i];
            }
        }

        private CounterRandom random(long stream, int example) {
            return CounterRandom.of(seed, stream, epoch << 32 | example);
        }

        /// The example, or its mixture with another one (Zhang, Cisse, Dauphin and Lopez-Paz 2018). A class is
        /// drawn, with the share of each: the loss is that of the mixture on average.
        private double[] mixed(int port, int example) {
            if (alpha == 0) {
                return changed(port, example);
            }
            var random = random(STREAM, example);
            int other = random.below(data.size(), 0);
            double share = share(random);
            if (data.ports().get(port).kind() != Port.Kind.FLOAT) {
                return changed(port, random.uniform(1) < share ? example : other);
            }
            var values = changed(port, example);
            var others = changed(port, other);
            for (int i = 0; i < values.length; i++) {
                values[i] = share * values[i] + (1 - share) * others[i];
            }
            return values;
        }

        /// Of the distribution Beta(alpha, alpha), by Jöhnk (1964).
        private double share(CounterRandom random) {
            for (int i = 2; ; i += 2) {
                double x = StrictMath.pow(random.uniform(i), 1 / alpha);
                double y = StrictMath.pow(random.uniform(i + 1), 1 / alpha);
                if (x + y <= 1 && x + y > 0) {
                    return x / (x + y);
                }
            }
        }

        private double[] changed(int port, int example) {
            var shape = data.ports().get(port).shape();
            var values = values(port, example);
            int rank = shape.size();
            int width = rank > 1 ? shape.get(rank - 1) : 1;
            int height = rank > 1 ? shape.get(rank - 2) : 1;
            PlaneMap map = null;
            for (var change : changes.get(port)) {
                var random = random(change.stream, example);
                var moved = moved(change, random, map);
                if (moved == null) {
                    values = map == null ? values : map.apply(values, height, width);
                    recolour(change, random, values, height, width);
                }
                map = moved;
            }
            return map == null ? values : map.apply(values, height, width);
        }
    }

    /// The plane's map with this change, or nothing when it is of another kind.
    private static @Nullable PlaneMap moved(Change change, CounterRandom random, @Nullable PlaneMap before) {
        double first = change.first;
        double u = random.uniform(0);
        var map = before == null ? PlaneMap.IDENTITY : before;
        return switch (change.kind) {
            case "flip_horizontal" -> u < first ? map.after(-1, 0, 0, 1, 0, 0) : map;
            case "flip_vertical" -> u < first ? map.after(1, 0, 0, -1, 0, 0) : map;
            case "rotate" -> {
                double angle = StrictMath.toRadians((2 * u - 1) * first);
                double cosine = StrictMath.cos(angle);
                double sine = StrictMath.sin(angle);
                yield map.after(cosine, sine, -sine, cosine, 0, 0);
            }
            case "scale" -> {
                double factor = 1 / (first + u * (change.second - first));
                yield map.after(factor, 0, 0, factor, 0, 0);
            }
            case "shift", "crop" -> {
                int pixels = (int) first;
                yield map.after(
                        1, 0, 0, 1, pixels - random.below(2 * pixels + 1, 0), pixels - random.below(2 * pixels + 1, 1));
            }
            default -> null;
        };
    }

    /// A change of the numbers where they are.
    private static void recolour(Change change, CounterRandom random, double[] values, int height, int width) {
        double draw = (2 * random.uniform(0) - 1) * change.first;
        int plane = height * width;
        switch (change.kind) {
            case "brightness" -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] *= Math.max(0, 1 + draw);
                }
            }
            case "contrast" -> {
                double mean = mean(values, 0, values.length);
                for (int i = 0; i < values.length; i++) {
                    values[i] = mean + Math.max(0, 1 + draw) * (values[i] - mean);
                }
            }
            case "noise" -> {
                for (int i = 0; i < values.length; i++) {
                    values[i] += change.first * random.normal(i);
                }
            }
            case "color_shift" -> {
                int channels = values.length / plane;
                for (int k = 0; k < channels; k++) {
                    double much = change.first * random.normal(k);
                    for (int i = 0; i < values.length; i++) {
                        values[i] += much * change.components[k * channels + i / plane];
                    }
                }
            }
            case "cutout" -> {
                int size = (int) change.first;
                int top = random.below(height, 0) - size / 2;
                int left = random.below(width, 1) - size / 2;
                for (int from = 0; from < values.length; from += plane) {
                    double mean = mean(values, from, plane);
                    for (int y = Math.max(0, top); y < Math.min(height, top + size); y++) {
                        for (int x = Math.max(0, left); x < Math.min(width, left + size); x++) {
                            values[from + y * width + x] = mean;
                        }
                    }
                }
            }
            default -> throw new IllegalArgumentException(change.kind);
        }
    }

    private static double mean(double[] values, int from, int count) {
        double sum = 0;
        for (int i = from; i < from + count; i++) {
            sum += values[i];
        }
        return sum / count;
    }

    /// The principal components of the colours of all pixels, each times its variance (Krizhevsky, Sutskever and
    /// Hinton 2012).
    private double[] components(int port) {
        int channels = data.ports().get(port).shape().getFirst();
        int plane = data.ports().get(port).size() / channels;
        var sums = new double[channels];
        var products = new double[channels * channels];
        for (int example = 0; example < data.size(); example++) {
            var values = values(port, example);
            for (int a = 0; a < channels; a++) {
                sums[a] += mean(values, a * plane, plane);
                for (int b = 0; b < channels; b++) {
                    double product = 0;
                    for (int i = 0; i < plane; i++) {
                        product += values[a * plane + i] * values[b * plane + i];
                    }
                    products[a * channels + b] += product / plane;
                }
            }
        }
        var covariance = new double[products.length];
        for (int i = 0; i < products.length; i++) {
            double means = sums[i / channels] / data.size() * (sums[i % channels] / data.size());
            covariance[i] = products[i] / data.size() - means;
        }
        var components = Decompositions.eigenvectors(covariance.clone(), channels);
        for (int k = 0; k < channels; k++) {
            double variance = 0;
            for (int i = 0; i < products.length; i++) {
                variance += components[k * channels + i / channels]
                        * covariance[i]
                        * components[k * channels + i % channels];
            }
            for (int c = 0; c < channels; c++) {
                components[k * channels + c] *= variance;
            }
        }
        return components;
    }

    /// Where a pixel of the changed picture comes from, around the middle: x' = a x + b y + e, y' = c x + d y + f.
    private record PlaneMap(double a, double b, double c, double d, double e, double f) {
        static final PlaneMap IDENTITY = new PlaneMap(1, 0, 0, 1, 0, 0);

        /// That of two changes, of which this one was first.
        PlaneMap after(double a2, double b2, double c2, double d2, double e2, double f2) {
            return new PlaneMap(
                    a * a2 + b * c2,
                    a * b2 + b * d2,
                    c * a2 + d * c2,
                    c * b2 + d * d2,
                    a * e2 + b * f2 + e,
                    c * e2 + d * f2 + f);
        }

        /// All channels, interpolated between the four pixels around each place.
        double[] apply(double[] from, int height, int width) {
            var to = new double[from.length];
            double middleX = (width - 1) / 2.0;
            double middleY = (height - 1) / 2.0;
            for (int i = 0; i < height * width; i++) {
                int row = i / width;
                double dx = i % width - middleX;
                double dy = row - middleY;
                double x = a * dx + b * dy + e + middleX;
                double y = c * dx + d * dy + f + middleY;
                int left = (int) Math.floor(x);
                int top = (int) Math.floor(y);
                double right = x - left;
                double bottom = y - top;
                for (int plane = 0; plane < from.length; plane += height * width) {
                    double above = (1 - right) * pixel(from, plane, top, left, height, width)
                            + right * pixel(from, plane, top, left + 1, height, width);
                    double below = (1 - right) * pixel(from, plane, top + 1, left, height, width)
                            + right * pixel(from, plane, top + 1, left + 1, height, width);
                    to[plane + i] = (1 - bottom) * above + bottom * below;
                }
            }
            return to;
        }

        private static double pixel(double[] from, int plane, int y, int x, int height, int width) {
            return y < 0 || y >= height || x < 0 || x >= width ? 0 : from[plane + y * width + x];
        }
    }
}
