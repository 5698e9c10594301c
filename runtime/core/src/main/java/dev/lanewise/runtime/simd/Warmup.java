package dev.lanewise.runtime.simd;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Brings vector kernels to full speed: until HotSpot has compiled a method of vector code with its last tier, each
/// operation allocates its vectors and is several hundred times slower, while the scalar form is fast almost at once.
/// So a program computes with its scalar kernels, whose results are the same bits, until the others are warm.
///
/// All kernels are called in turn, in rounds, while HotSpot compiles beside; one is done when it has become so much
/// faster as only the last tier makes it.
public final class Warmup {
    /// HotSpot looks at a method after 200 calls, so these are for the interpreter and as small as can be.
    private static final int FIRST_CALLS = 250;

    private static final int FIRST_DEPTH = 2;
    /// With 16 passes of the loop in each call, the last tier's threshold (15,000 calls and passes) is reached
    /// after 900 calls.
    private static final int DEPTH = 16;

    private static final int BATCH = 20;
    private static final long ROUND_NANOS = 2_000_000;
    /// The interpreter's time for a call of vector code against the last tier's is several 100 to 1; that of the
    /// tier between is 2 to 12.
    private static final int FASTER = 50;

    /// Enough for code without vectors, which does not become so much faster. Calls are counted, not time: beside
    /// other work HotSpot may take long.
    private static final int CALLS = 6_000;
    /// A call may be long, as of a convolution; then the loops inside are compiled after a few of them.
    private static final int LONG_CALLS = 400;

    private static final long LONG_CALLS_NANOS = 150_000_000;

    private static final long NANOS = 30_000_000_000L;
    /// Shorter runs are over before warming up would pay.
    private static final long WORK_BEFORE = 1_000_000_000;

    private final Kernels kernels;
    private final int count;
    private final int scratch;
    private final AtomicLong worked = new AtomicLong();
    private final AtomicBoolean begun = new AtomicBoolean();
    private volatile boolean warm;

    /// The kernels of a program.
    public interface Kernels {
        /// Calls a kernel `times` times with a little work on scratch data: tiles at a depth of at most 16.
        void warm(int kernel, float[] scratch, int depth, int times);
    }

    /// For the kernels 0 to `count` - 1, which touch at most `scratch` numbers of each operand.
    public Warmup(Kernels kernels, int count, int scratch) {
        this.kernels = kernels;
        this.count = count;
        this.scratch = scratch;
        this.warm = count == 0;
    }

    public boolean isWarm() {
        return warm;
    }

    /// Notes that the program has run for so long. After a while of it, a thread of its own begins to warm up the
    /// kernels.
    public void worked(long nanos) {
        if (!warm && worked.addAndGet(nanos) > WORK_BEFORE && begun.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("lanewise-warm-up").start(this::run);
        }
    }

    /// Warms up all kernels, unless that is done.
    public synchronized void run() {
        if (warm) {
            return;
        }
        begun.set(true);
        var data = new float[scratch];
        var states = new State[count];
        Arrays.setAll(states, State::new);
        long start = System.nanoTime();
        boolean more = true;
        while (more && System.nanoTime() - start < NANOS) {
            more = false;
            for (var state : states) {
                if (!state.done) {
                    Arrays.fill(data, 0.5f);
                    state.round(kernels, data);
                    more |= !state.done;
                }
            }
        }
        warm = true;
    }

    private static final class State {
        private final int kernel;
        private int calls;
        private long slow = Long.MAX_VALUE;
        private long spent;
        private boolean done;

        State(int kernel) {
            this.kernel = kernel;
        }

        void round(Kernels kernels, float[] data) {
            long before = System.nanoTime();
            long last = before;
            while (!done && last - before < ROUND_NANOS) {
                boolean early = calls < FIRST_CALLS;
                kernels.warm(kernel, data, early ? FIRST_DEPTH : DEPTH, BATCH);
                long now = System.nanoTime();
                if (calls < FIRST_CALLS / 2) {
                    slow = Math.min(slow, now - last);
                }
                calls += BATCH;
                spent += now - last;
                done = !early && (now - last) * FASTER < slow
                        || calls >= CALLS
                        || calls >= LONG_CALLS && spent >= LONG_CALLS_NANOS;
                last = now;
            }
        }
    }
}
