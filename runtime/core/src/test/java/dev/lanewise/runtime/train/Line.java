package dev.lanewise.runtime.train;

import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.model.Frame;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.model.ModelInfo;
import dev.lanewise.runtime.model.Program;
import dev.lanewise.runtime.model.TrainPlan;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.simd.Warmup;
import java.util.List;
import java.util.Map;

/// A program written by hand: y = w . x + b for x of two numbers, mean squared error, gradient descent at rate 0.1.
/// Its metric is the mean absolute error. Buffers: 0 x as rows, 1 y in lanes, 2 prediction in lanes, 3 w, 4 b, 5
/// loss, 6 sum of absolute errors.
final class Line implements Program {
    static final Port X = new Port("x", Port.Kind.FLOAT, List.of(2), 0, List.of());
    static final Port Y = new Port("y", Port.Kind.FLOAT, List.of(), 0, List.of());
    static final Port P = new Port("p", Port.Kind.FLOAT, List.of(), 0, List.of());
    private static final Warmup.Kernels NONE = (kernel, scratch, depth, times) -> {};

    private final Warmup warmup = new Warmup(NONE, NONE, 0, 0, new String[] {"\0", "\0", "\0", "\0", "\0"});

    @Override
    public void run(int entry, Frame frame, int worker) {
        if (worker == 0) {
            predict(frame);
            if (entry != Layout.PREDICT) {
                learn(frame, entry == Layout.TRAIN ? 0.1f : 0);
            }
        }
        frame.team.barrier();
    }

    private static void predict(Frame frame) {
        var w = frame.floats[3];
        for (int e = 0; e < 32 * frame.groups; e++) {
            int x = frame.offsets[0] + 2 * e;
            frame.floats[2][frame.offsets[2] + e] = w[frame.offsets[3]] * frame.floats[0][x]
                    + w[frame.offsets[3] + 1] * frame.floats[0][x + 1]
                    + frame.floats[4][frame.offsets[4]];
        }
    }

    private static void learn(Frame frame, float rate) {
        var gradient = new float[3];
        float loss = 0;
        float distance = 0;
        for (int e = 0; e < frame.examples; e++) {
            float error = frame.floats[2][frame.offsets[2] + e] - frame.floats[1][frame.offsets[1] + e];
            int x = frame.offsets[0] + 2 * e;
            gradient[0] += 2 * error * frame.floats[0][x] / frame.examples;
            gradient[1] += 2 * error * frame.floats[0][x + 1] / frame.examples;
            gradient[2] += 2 * error / frame.examples;
            loss += error * error / frame.examples;
            distance += Math.abs(error);
        }
        frame.floats[3][frame.offsets[3]] -= rate * gradient[0];
        frame.floats[3][frame.offsets[3] + 1] -= rate * gradient[1];
        frame.floats[4][frame.offsets[4]] -= rate * gradient[2];
        frame.floats[5][frame.offsets[5]] = loss;
        frame.floats[6][frame.offsets[6]] = distance;
    }

    @Override
    public double metric(int metric, double[] sums, double examples) {
        return sums[0] / examples;
    }

    @Override
    public Warmup warmup() {
        return warmup;
    }

    static Layout layout() {
        var buffers = List.of(
                new Layout.Buffer(true, 0, 64),
                new Layout.Buffer(true, 64, 32),
                new Layout.Buffer(true, 96, 32),
                new Layout.Buffer(false, 0, 2),
                new Layout.Buffer(false, 16, 1),
                new Layout.Buffer(false, 32, 1),
                new Layout.Buffer(false, 48, 1));
        var feeds = List.of(new Layout.Feed("x", 0), new Layout.Feed("y", 1));
        var loss = new Layout.Fetch("LOSS", "loss", List.of(), 5);
        var sum = new Layout.Fetch("METRIC_SUM", "distance", List.of(), 6);
        var output = new Layout.Fetch("OUTPUT", "p", List.of(), 2);
        return new Layout(
                false,
                64,
                64,
                0,
                List.of(
                        new Layout.Slot("w", "PARAMETER", List.of(2), 0),
                        new Layout.Slot("b", "PARAMETER", List.of(), 16)),
                List.of(
                        new Layout.Entry("train", 192, buffers, feeds, List.of(loss, sum, output)),
                        new Layout.Entry("evaluate", 192, buffers, feeds, List.of(loss, sum, output)),
                        new Layout.Entry("predict", 192, buffers, feeds.subList(0, 1), List.of(output)),
                        new Layout.Entry("prepare", 0, List.of(), List.of(), List.of()),
                        new Layout.Entry("one", 0, List.of(), List.of(), List.of())),
                List.of(new Layout.MetricSlot("mae", List.of("distance"))));
    }

    static ModelInfo info(int epochs, double validate, int patience) {
        var plan = new TrainPlan("", "", 0, validate, "sgd", "constant", 32, epochs, 1, true, patience, "", 1, 0, "");
        return new ModelInfo(
                "Line",
                List.of(X),
                List.of(Y),
                List.of(P),
                3,
                layout(),
                Line.class.getName(),
                plan,
                Map.of(),
                Map.of(),
                List.of(),
                "",
                "test");
    }

    static ModelNetwork network(int epochs, double validate, int patience) {
        var info = info(epochs, validate, patience);
        return new ModelNetwork(new Bundle(info, new Line(), Map::of), WeightStore.zeros(info.layout()));
    }

    /// y = 2 x0 - x1 + 0.5 on a grid.
    static Dataset data(int size) {
        var x = new float[2 * size];
        var y = new float[size];
        for (int e = 0; e < size; e++) {
            x[2 * e] = (e % 7) / 7f - 0.4f;
            x[2 * e + 1] = (e % 11) / 11f - 0.5f;
            y[e] = 2 * x[2 * e] - x[2 * e + 1] + 0.5f;
        }
        return ArrayDataset.builder().add(X, x).add(Y, y).build();
    }
}
