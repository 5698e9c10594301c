package dev.lanewise.runtime.train;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.model.Arena;
import dev.lanewise.runtime.model.Frame;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.model.Program;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.team.Team;
import java.util.List;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// One entry of a program with the memory it runs in: is fed a batch, runs, and is read. For one thread at a time.
public final class Session {
    /// Examples that lie side by side.
    public static final int LANES = 32;
    /// The order of a data set as it is.
    public static final int[] NATURAL = {};

    private static final int[] ONLY = {0};
    /// Who asks about single examples waits for each answer: kernels are warmed up after so much less work.
    private static final int URGENCY = 10;

    private final Program program;
    private final Layout.Entry entry;
    private final int number;
    /// Examples that lie side by side in this entry.
    private final int lanes;
    private final int capacity;
    private final Frame frame;
    private final Arena examples;
    private final Arena batch;
    private final int[] portSizes;
    private final Rows rows;
    private final IntConsumer work = this::work;
    // where the examples of the batch come from
    private @Nullable Dataset data;
    private int[] ports = ONLY;
    private int[] order = NATURAL;
    private int from;

    /// Memory for up to `capacity` examples. `portSizes` are the numbers of one example for each feed of the entry,
    /// in order.
    public Session(
            Program program, Layout layout, int number, WeightStore weights, int capacity, int[] portSizes, Team team) {
        this.program = program;
        this.number = number;
        this.entry = layout.entries().get(number);
        this.lanes = entry.isSingle() ? 1 : LANES;
        this.capacity = groupsOf(capacity) * lanes;
        this.portSizes = portSizes.clone();
        this.rows = new Rows(portSizes.length == 0 ? 1 : portSizes[0]);
        long groups = groupsOf(capacity);
        boolean fast = number == Layout.TRAIN;
        long fromWeights = WeightStore.extent(layout);
        long shared = entry.isSingle() ? Math.max(fromWeights, layout.prepared()) : fromWeights;
        long start = Long.MAX_VALUE;
        long end = shared;
        for (var buffer : entry.buffers()) {
            if (!buffer.perExample()) {
                start = buffer.offset() < shared ? start : Math.min(start, buffer.offset());
                end = Math.max(end, buffer.offset() + buffer.size());
            }
        }
        start = Math.min(start, end);
        long own = Math.max(end - start, 1);
        long numbers = Math.multiplyExact(entry.exampleArena(), groups);
        var what = "the values of a batch of " + capacity + " examples";
        Arena.expectRoom(layout.doublePrecision(), numbers + own, what, fast ? ", or take smaller batches" : "");
        this.examples = Arena.of(layout.doublePrecision(), fast, numbers, what);
        this.batch = Arena.of(layout.doublePrecision(), fast, own, "the gradients and temporaries");
        this.frame = new Frame(team, layout.uniforms(), layout.doublePrecision());
        int count = entry.buffers().size();
        frame.offsets = new int[count];
        frame.floats = new float[count][];
        frame.doubles = new double[count][];
        for (int b = 0; b < count; b++) {
            var buffer = entry.buffers().get(b);
            boolean isWeight = buffer.offset() < fromWeights;
            boolean isPrepared = !isWeight && buffer.offset() < shared;
            var arena = buffer.perExample()
                    ? examples
                    : isWeight ? weights.arena() : isPrepared ? weights.prepared(layout) : batch;
            frame.floats[b] = arena.floats();
            frame.doubles[b] = arena.doubles();
            long offset = buffer.offset() - (isWeight ? 0 : isPrepared ? WeightStore.firstPrepared(layout) : start);
            frame.offsets[b] =
                    arena.element(buffer.perExample() ? Math.multiplyExact(buffer.offset(), groups) : offset);
        }
    }

    private int groupsOf(int examples) {
        return Math.max(1, (examples + lanes - 1) / lanes);
    }

    /// The most examples of a run.
    int capacity() {
        return capacity;
    }

    public Frame frame() {
        return frame;
    }

    /// Makes examples of a data set the batch of the runs to come: `count` of them, those at `order[from]` and
    /// following, or at `from` and following when `order` is empty. `ports` gives for each feed the data set's
    /// port. Each run reads them anew, every worker its groups, since the memory of inputs is used again within a
    /// run.
    public void feed(Dataset data, int[] ports, int[] order, int from, int count) {
        if (count < 1 || count > capacity) {
            throw new IllegalArgumentException(count + " examples; the batch takes 1 to " + capacity);
        }
        frame.examples = count;
        frame.groups = groupsOf(count);
        this.data = data;
        this.ports = ports;
        this.order = order;
        this.from = from;
    }

    /// Feeds `count` examples of the entry's only input from an array, from example `from` on.
    void feed(float[] values, int from, int count) {
        feed(rows.of(values), ONLY, NATURAL, from, count);
    }

    /// As the other, in double precision.
    void feed(double[] values, int from, int count) {
        feed(rows.of(values), ONLY, NATURAL, from, count);
    }

    /// Reads the groups of one worker.
    private void read(Dataset source, int worker) {
        for (int f = 0; f < portSizes.length; f++) {
            for (int g = worker; g < frame.groups; g += frame.team.workers()) {
                read(source, f, g);
            }
        }
    }

    /// The example that rides a lane of a group; the last one takes the lanes that are left.
    private int example(int group, int lane) {
        int place = from + Math.min(group * lanes + lane, frame.examples - 1);
        return order.length == 0 ? place : order[place];
    }

    private void read(Dataset source, int feed, int group) {
        int buffer = entry.feeds().get(feed).buffer();
        int size = portSizes[feed];
        int to = frame.offsets[buffer] + group * lanes * size;
        for (int lane = 0; lane < lanes; lane++) {
            if (examples.isDouble()) {
                source.read(ports[feed], example(group, lane), frame.doubles[buffer], to + lane * size);
            } else {
                source.read(ports[feed], example(group, lane), frame.floats[buffer], to + lane * size);
            }
        }
    }

    /// Runs the entry on what was fed.
    public void run() {
        frame.run[4] = frame.examples;
        frame.kernels = program.warmup().forms();
        long start = System.nanoTime();
        if (frame.team.workers() == 1) {
            work(0);
        } else {
            frame.team.run(work);
        }
        long nanos = System.nanoTime() - start;
        program.warmup().worked(number, lanes == 1 ? nanos * URGENCY : nanos);
    }

    private void work(int worker) {
        var source = data;
        if (source != null) {
            read(source, worker);
            frame.team.barrier();
        }
        program.run(number, frame, worker);
    }

    /// The buffer of a result, or -1 when the entry has none.
    public int find(String role, String name) {
        // By number: an iterator is an object, and predictions allocate nothing.
        var fetches = entry.fetches();
        for (int i = 0; i < fetches.size(); i++) {
            var fetch = fetches.get(i);
            if (fetch.role().equals(role) && (name.isEmpty() || fetch.name().equals(name))) {
                return fetch.buffer();
            }
        }
        return -1;
    }

    /// All results of the entry.
    public List<Layout.Fetch> fetches() {
        return entry.fetches();
    }

    /// The first number of a batch-wide buffer.
    public double scalar(int buffer) {
        int at = frame.offsets[buffer];
        return frame.doubles[buffer].length > 0 ? frame.doubles[buffer][at] : frame.floats[buffer][at];
    }

    /// The values of a result: example after example when it is per example.
    public double[] values(Layout.Fetch fetch) {
        int size = Arena.count(fetch.shape());
        boolean perExample = entry.buffers().get(fetch.buffer()).perExample();
        var values = new double[perExample ? Math.multiplyExact(size, frame.examples) : size];
        for (int i = 0; i < values.length; i++) {
            int at = perExample ? lane(fetch.buffer(), size, i / size, i % size) : frame.offsets[fetch.buffer()] + i;
            values[i] = frame.doubles[fetch.buffer()].length > 0
                    ? frame.doubles[fetch.buffer()][at]
                    : frame.floats[fetch.buffer()][at];
        }
        return values;
    }

    /// Copies a per-example result of `size` numbers, example after example, to the target that is not empty.
    void copy(int buffer, int size, float[] floatTarget, double[] doubleTarget, int offset) {
        var floats = frame.floats[buffer];
        var doubles = frame.doubles[buffer];
        for (int e = 0; e < frame.examples; e++) {
            int at = lane(buffer, size, e, 0);
            for (int i = 0; i < size; i++) {
                int from = at + i * lanes;
                double number = doubles.length > 0 ? doubles[from] : floats[from];
                if (floatTarget.length > 0) {
                    floatTarget[offset + e * size + i] = (float) number;
                } else {
                    doubleTarget[offset + e * size + i] = number;
                }
            }
        }
    }

    private int lane(int buffer, int size, int example, int element) {
        return frame.offsets[buffer] + (example / lanes * size + element) * lanes + example % lanes;
    }
}
