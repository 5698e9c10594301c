package dev.lanewise.runtime.train;

import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Predictor;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.team.Team;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/// Predicts in memory borrowed from a small pool, so that threads neither wait for each other nor allocate: groups of
/// examples side by side, or few examples one after the other, with the same results. A predictor's team is borrowed
/// likewise, by one caller at a time.
final class PooledPredictor implements Predictor {
    private static final int POOL = 64;
    /// A group takes the time of about so many single examples.
    private static final int FEW = 4;
    /// Numbers that a single answer is made from, some 10 microseconds of reading them, below which one thread is
    /// as fast.
    private static final long WORTH_SHARING = 1 << 17;
    private static final float[] NO_FLOATS = {};
    private static final double[] NO_DOUBLES = {};
    private static final int[] NO_PORTS = {};
    private static final Dataset NO_DATA = ArrayDataset.builder().build();

    private final Bundle bundle;
    private final WeightStore weights;
    /// False when no output depends on the input.
    private final boolean readsInput;
    private final boolean hasSingle;
    private final boolean sharesSingle;
    /// For one caller at a time: nothing while somebody has it, and where there is none.
    private final AtomicReference<@Nullable Team> team;
    // what the team works in, for whoever has it
    private @Nullable Session teamGroups;
    private @Nullable Session teamSingle;
    private volatile boolean closed;
    private final AtomicReferenceArray<@Nullable Session> groups = new AtomicReferenceArray<>(POOL);
    private final AtomicReferenceArray<@Nullable Session> singles = new AtomicReferenceArray<>(POOL);
    /// The version of the weights that single examples are predicted with.
    private volatile int prepared = -1;

    PooledPredictor(Bundle bundle, WeightStore weights, int threads) {
        this.bundle = bundle;
        this.weights = weights;
        this.readsInput = !bundle.layout().entries().get(Layout.PREDICT).feeds().isEmpty();
        this.hasSingle = readsInput
                && !bundle.layout().entries().get(Layout.ONE).fetches().isEmpty();
        this.sharesSingle = bundle.layout().prepared() - WeightStore.firstPrepared(bundle.layout()) > WORTH_SHARING;
        this.team = new AtomicReference<>(threads == 1 ? null : Team.of(threads));
    }

    private boolean isSingle(int count) {
        return hasSingle && count < FEW;
    }

    private Session borrow(boolean single) {
        if (single && prepared != weights.version()) {
            prepare();
        }
        var mine = single && !sharesSingle ? null : team.getAndSet(null);
        if (mine != null) {
            return teamSession(single, mine);
        }
        var idle = single ? singles : groups;
        for (int i = 0; i < POOL; i++) {
            var session = idle.getAndSet(i, null);
            if (session != null) {
                return session;
            }
        }
        return session(single ? Layout.ONE : Layout.PREDICT, Team.of(1));
    }

    private Session teamSession(boolean single, Team mine) {
        var session = single ? teamSingle : teamGroups;
        if (session == null) {
            try {
                session = session(single ? Layout.ONE : Layout.PREDICT, mine);
            } catch (RuntimeException e) {
                give(mine);
                throw e;
            }
            if (single) {
                teamSingle = session;
            } else {
                teamGroups = session;
            }
        }
        return session;
    }

    /// Memory for a group a worker.
    private Session session(int entry, Team workers) {
        int examples = entry == Layout.PREDICT ? Session.LANES * workers.workers() : 1;
        return bundle.session(entry, weights, examples, workers);
    }

    private synchronized void prepare() {
        int now = weights.version();
        if (prepared != now) {
            var session = session(Layout.PREPARE, Team.of(1));
            session.feed(NO_DATA, NO_PORTS, NO_PORTS, 0, 1);
            session.run();
            prepared = now;
        }
    }

    private void give(Team used) {
        team.set(used);
        if (closed) {
            close();
        }
    }

    @Override
    public void close() {
        closed = true;
        var idle = team.getAndSet(null);
        if (idle != null) {
            idle.close();
        }
    }

    private void give(boolean single, Session session) {
        var used = session.frame().team;
        if (used.workers() > 1) {
            give(used);
            return;
        }
        var idle = single ? singles : groups;
        for (int i = 0; i < POOL; i++) {
            if (idle.compareAndSet(i, null, session)) {
                return;
            }
        }
    }

    private int find(Session session, int output) {
        return session.find("OUTPUT", bundle.info().outputs().get(output).name());
    }

    private int inputSize() {
        if (bundle.info().inputs().size() != 1) {
            throw new IllegalStateException(bundle.info().network() + " has several inputs; use the forms with lists");
        }
        return bundle.info().inputs().getFirst().size();
    }

    private int outputSize() {
        var outputs = bundle.info().outputs();
        if (outputs.size() != 1) {
            throw new IllegalStateException(
                    bundle.info().network() + " has " + outputs.size() + " outputs; use the forms with lists");
        }
        return outputs.getFirst().size();
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

    @Override
    public void predict(float[] inputs, int count, float[] outputs) {
        predict(inputs, NO_DOUBLES, count, outputs, NO_DOUBLES);
    }

    @Override
    public void predict(double[] inputs, int count, double[] outputs) {
        predict(NO_FLOATS, inputs, count, NO_FLOATS, outputs);
    }

    /// Reads and fills the arrays of the precision that is given; those of the other are empty.
    private void predict(float[] floats, double[] doubles, int count, float[] floatOutputs, double[] doubleOutputs) {
        int in = inputSize();
        int out = outputSize();
        check("the input", floats.length + doubles.length, count, in);
        check("the output", floatOutputs.length + doubleOutputs.length, count, out);
        boolean single = isSingle(count);
        var session = borrow(single);
        try {
            int output = find(session, 0);
            int step = session.capacity();
            for (int from = 0; from < count; from += step) {
                int examples = Math.min(step, count - from);
                if (!readsInput) {
                    session.feed(NO_DATA, NO_PORTS, NO_PORTS, 0, examples);
                } else if (floats.length > 0) {
                    session.feed(floats, from, examples);
                } else {
                    session.feed(doubles, from, examples);
                }
                session.run();
                session.copy(output, out, floatOutputs, doubleOutputs, from * out);
            }
        } finally {
            give(single, session);
        }
    }

    private static void check(String what, int length, int count, int size) {
        if (count < 0 || length < (long) count * size) {
            throw new IllegalArgumentException(what + " has " + length + " numbers; " + count + " examples of " + size
                    + " need " + (long) count * size);
        }
    }

    @Override
    public List<float[]> predict(List<float[]> inputs) {
        var ports = bundle.info().inputs();
        if (inputs.size() != ports.size()) {
            throw new IllegalArgumentException(
                    inputs.size() + " arrays; " + bundle.info().network() + " takes " + ports.size());
        }
        var data = ArrayDataset.builder();
        for (int i = 0; i < inputs.size(); i++) {
            data.add(ports.get(i), inputs.get(i));
        }
        var results = new ArrayList<double[]>();
        for (var output : bundle.info().outputs()) {
            results.add(new double[output.size()]);
        }
        predict(data.build(), 0, 1, results);
        var outputs = new ArrayList<float[]>();
        for (var result : results) {
            var output = new float[result.length];
            for (int i = 0; i < output.length; i++) {
                output[i] = (float) result[i];
            }
            outputs.add(output);
        }
        return outputs;
    }

    @Override
    public void predict(Dataset data, int first, int count, List<double[]> outputs) {
        var places = bundle.bind(isSingle(count) ? Layout.ONE : Layout.PREDICT, data);
        var ports = bundle.info().outputs();
        for (int o = 0; o < ports.size(); o++) {
            var port = ports.get(o);
            check(port.name(), outputs.get(o).length, count, port.size());
        }
        boolean single = isSingle(count);
        var session = borrow(single);
        try {
            int step = session.capacity();
            for (int from = 0; from < count; from += step) {
                session.feed(data, places, NO_PORTS, first + from, Math.min(step, count - from));
                session.run();
                for (int o = 0; o < ports.size(); o++) {
                    int size = ports.get(o).size();
                    session.copy(find(session, o), size, NO_FLOATS, outputs.get(o), from * size);
                }
            }
        } finally {
            give(single, session);
        }
    }
}
