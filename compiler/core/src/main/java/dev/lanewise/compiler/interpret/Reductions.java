package dev.lanewise.compiler.interpret;

import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Sums and maxima in the order that is part of the graph's meaning:
///
/// - Over axes of a per-example value: one after another in row-major order.
/// - Over the examples (and axes): for each of 32 lanes (example e is in lane e mod 32), over the groups in order,
/// over the axes in
///   row-major order; then the 32 lanes in a fixed tree: i and i + 16, then + 8, 4, 2, 1.
/// - Over axes of a batch-wide value: the elements, numbered in row-major order, go to 32 partial sums by number mod
/// 32, then the tree.
///
/// Sums start at 0, maxima at the first number.
final class Reductions {

    static final int LANES = 32;

    private final boolean doublePrecision;

    Reductions(boolean doublePrecision) {
        this.doublePrecision = doublePrecision;
    }

    Tensor reduce(Tensor input, List<Integer> axes, boolean examples, boolean maximum, Type type) {
        if (examples) {
            var lanes = overExamples(input.type().shape(), axes, maximum);
            lanes.add(input);
            return lanes.result(type);
        }
        var shape = input.type().shape();
        int[] kept = Offsets.along(shape, kept(shape, axes));
        int[] reduced = Offsets.along(shape, axes);
        int results = type.perExample() ? input.examples() : 1;
        double[] data = new double[results * kept.length];
        double[] lanes = new double[LANES];
        for (int e = 0; e < results; e++) {
            for (int i = 0; i < kept.length; i++) {
                int first = e * input.size() + kept[i];
                double value;
                if (input.type().perExample()) {
                    value = sequence(input.data(), first, reduced, maximum);
                } else {
                    Arrays.fill(lanes, maximum ? Double.NEGATIVE_INFINITY : 0);
                    byNumber(input, first, reduced, maximum, lanes);
                    value = tree(lanes, 0, maximum);
                }
                data[e * kept.length + i] = value;
            }
        }
        return new Tensor(type, results, data);
    }

    /// The sum over the examples (and axes) of products, which are not rounded before they are added.
    Tensor products(Tensor a, Tensor b, List<Integer> axes, Type type) {
        var lanes = overExamples(a.type().shape(), axes, false);
        lanes.add(a, b);
        return lanes.result(type);
    }

    /// A reduction over the examples (and axes) of values of this shape, which may come in parts.
    Lanes overExamples(Shape shape, List<Integer> axes, boolean maximum) {
        return new Lanes(Offsets.along(shape, kept(shape, axes)), Offsets.along(shape, axes), maximum);
    }

    /// The 32 partial results of each element that is kept.
    final class Lanes {
        private final int[] kept;
        private final int[] reduced;
        private final boolean maximum;
        private final double[] lanes;
        private int seen;

        private Lanes(int[] kept, int[] reduced, boolean maximum) {
            this.kept = kept;
            this.reduced = reduced;
            this.maximum = maximum;
            this.lanes = new double[Math.multiplyExact(kept.length, LANES)];
            Arrays.fill(lanes, maximum ? Double.NEGATIVE_INFINITY : 0);
        }

        /// The examples behind those that were added before.
        void add(Tensor input) {
            double[] data = input.data();
            for (int example = 0; example < input.examples(); example++) {
                int lane = seen++ % LANES;
                int from = example * input.size();
                for (int i = 0; i < kept.length; i++) {
                    int at = i * LANES + lane;
                    for (int place : reduced) {
                        lanes[at] = combine(lanes[at], data[from + kept[i] + place], maximum);
                    }
                }
            }
        }

        private void add(Tensor a, Tensor b) {
            for (int example = 0; example < a.examples(); example++) {
                int lane = seen++ % LANES;
                int from = example * a.size();
                for (int i = 0; i < kept.length; i++) {
                    int at = i * LANES + lane;
                    for (int place : reduced) {
                        int factor = from + kept[i] + place;
                        lanes[at] = multiplied(a.data()[factor], b.data()[factor], lanes[at]);
                    }
                }
            }
        }

        Tensor result(Type type) {
            double[] data = new double[kept.length];
            for (int i = 0; i < data.length; i++) {
                data[i] = tree(lanes, i * LANES, maximum);
            }
            return new Tensor(type, 1, data);
        }
    }

    Tensor argMax(Tensor input, List<Integer> axes, Type type) {
        var shape = input.type().shape();
        int[] kept = Offsets.along(shape, kept(shape, axes));
        int[] reduced = Offsets.along(shape, axes);
        double[] data = new double[input.examples() * kept.length];
        for (int e = 0; e < input.examples(); e++) {
            for (int i = 0; i < kept.length; i++) {
                int first = e * input.size() + kept[i];
                int best = 0;
                for (int j = 1; j < reduced.length; j++) {
                    if (input.data()[first + reduced[j]] > input.data()[first + reduced[best]]) {
                        best = j;
                    }
                }
                data[e * kept.length + i] = best;
            }
        }
        return new Tensor(type, input.examples(), data);
    }

    private double sequence(double[] data, int first, int[] places, boolean maximum) {
        double value = maximum ? data[first] : 0;
        for (int place : places) {
            value = combine(value, data[first + place], maximum);
        }
        return value;
    }

    private void byNumber(Tensor input, int first, int[] places, boolean maximum, double[] lanes) {
        for (int j = 0; j < places.length; j++) {
            lanes[j % LANES] = combine(lanes[j % LANES], input.data()[first + places[j]], maximum);
        }
    }

    private double tree(double[] lanes, int first, boolean maximum) {
        for (int half = LANES / 2; half > 0; half /= 2) {
            for (int i = first; i < first + half; i++) {
                lanes[i] = combine(lanes[i], lanes[i + half], maximum);
            }
        }
        return lanes[first];
    }

    /// The double sum of two floats, rounded to a float, is their float sum.
    private double combine(double a, double b, boolean maximum) {
        if (maximum) {
            return Math.max(a, b);
        }
        return doublePrecision ? a + b : (float) (a + b);
    }

    private double multiplied(double a, double b, double sum) {
        return doublePrecision ? Math.fma(a, b, sum) : Math.fma((float) a, (float) b, (float) sum);
    }

    private static List<Integer> kept(Shape shape, List<Integer> axes) {
        var kept = new ArrayList<Integer>();
        for (int i = 0; i < shape.rank(); i++) {
            if (!axes.contains(i)) {
                kept.add(i);
            }
        }
        return kept;
    }
}
