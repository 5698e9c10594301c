package dev.lanewise.runtime.train;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.Predictor;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.team.Team;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Predicts in memory borrowed from a small pool, so that threads neither wait for each other nor allocate.
final class PooledPredictor implements Predictor {
    private static final int POOL = 64;

    private final Bundle bundle;
    private final WeightStore weights;
    private final int[] outputBuffers;
    private final AtomicReferenceArray<@Nullable Session> idle = new AtomicReferenceArray<>(POOL);

    PooledPredictor(Bundle bundle, WeightStore weights) {
        this.bundle = bundle;
        this.weights = weights;
        var first = borrow();
        this.outputBuffers = bundle.info().outputs().stream()
                .mapToInt(port -> first.find("OUTPUT", port.name()))
                .toArray();
        give(first);
    }

    private Session borrow() {
        for (int i = 0; i < POOL; i++) {
            var session = idle.getAndSet(i, null);
            if (session != null) {
                return session;
            }
        }
        return bundle.session(Layout.PREDICT, weights, Session.LANES, Team.of(1));
    }

    private void give(Session session) {
        for (int i = 0; i < POOL; i++) {
            if (idle.compareAndSet(i, null, session)) {
                return;
            }
        }
    }

    private int inputSize() {
        if (bundle.info().inputs().size() != 1) {
            throw new IllegalStateException(bundle.info().network() + " has several inputs; use the forms with lists");
        }
        return bundle.info().inputs().getFirst().size();
    }

    private int outputSize() {
        if (outputBuffers.length != 1) {
            throw new IllegalStateException(
                    bundle.info().network() + " has " + outputBuffers.length + " outputs; use the forms with lists");
        }
        return bundle.info().outputs().getFirst().size();
    }

    @Override
    public float[] predict(float[] input) {
        var output = new float[outputSize()];
        predict(input, 1, output);
        return output;
    }

    @Override
    public double[] predict(double[] input) {
        var output = new double[outputSize()];
        predict(input, 1, output);
        return output;
    }

    private static void check(String what, int length, int count, int size) {
        if (count < 0 || length < (long) count * size) {
            throw new IllegalArgumentException(what + " has " + length + " numbers; " + count + " examples of " + size
                    + " need " + (long) count * size);
        }
    }

    @Override
    public void predict(float[] given, int count, float[] outputs) {
        int in = inputSize();
        int out = outputSize();
        check("the input", given.length, count, in);
        check("the output", outputs.length, count, out);
        var session = borrow();
        for (int from = 0; from < count; from += Session.LANES) {
            session.feed(given, from, Math.min(Session.LANES, count - from));
            session.run();
            session.copy(outputBuffers[0], out, outputs, from * out);
        }
        give(session);
    }

    @Override
    public void predict(double[] given, int count, double[] outputs) {
        int in = inputSize();
        int out = outputSize();
        check("the input", given.length, count, in);
        check("the output", outputs.length, count, out);
        var session = borrow();
        for (int from = 0; from < count; from += Session.LANES) {
            session.feed(given, from, Math.min(Session.LANES, count - from));
            session.run();
            session.copy(outputBuffers[0], out, outputs, from * out);
        }
        give(session);
    }

    @Override
    public List<float[]> predict(List<float[]> arrays) {
        var data = dev.lanewise.runtime.ArrayDataset.builder();
        var ports = bundle.info().inputs();
        if (arrays.size() != ports.size()) {
            throw new IllegalArgumentException(arrays.size() + " arrays; expected "
                    + ports.stream().map(Port::name).toList());
        }
        for (int i = 0; i < arrays.size(); i++) {
            data.add(ports.get(i), arrays.get(i));
        }
        var outputs = new ArrayList<float[]>();
        var session = borrow();
        var whole = data.build();
        session.feed(whole, bundle.bind(Layout.PREDICT, whole), new int[0], 0, 1);
        session.run();
        for (int o = 0; o < outputBuffers.length; o++) {
            var output = new float[bundle.info().outputs().get(o).size()];
            session.copy(outputBuffers[o], output.length, output, 0);
            outputs.add(output);
        }
        give(session);
        return outputs;
    }

    @Override
    public void predict(Dataset data, int first, int count, List<double[]> outputs) {
        var places = bundle.bind(Layout.PREDICT, data);
        for (int o = 0; o < outputBuffers.length; o++) {
            check(
                    bundle.info().outputs().get(o).name(),
                    outputs.get(o).length,
                    count,
                    bundle.info().outputs().get(o).size());
        }
        var session = borrow();
        for (int from = 0; from < count; from += Session.LANES) {
            session.feed(data, places, new int[0], first + from, Math.min(Session.LANES, count - from));
            session.run();
            for (int o = 0; o < outputBuffers.length; o++) {
                int size = bundle.info().outputs().get(o).size();
                session.copy(outputBuffers[o], size, outputs.get(o), from * size);
            }
        }
        give(session);
    }
}
