package dev.lanewise.runtime.simd;

import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/// Chooses for each kernel of a program the form that runs. Until HotSpot has compiled a method of vector code with
/// its last tier, each operation allocates its vectors and is several hundred times slower, while the scalar form is
/// fast almost at once. So a program begins with its scalar kernels, whose results are the same bits, and each is
/// replaced when its vector form is warm. One that HotSpot leaves slow stays scalar.
///
/// HotSpot's compiler is what takes the time. So kernels are warmed up by weight, few at once, and with little work:
/// what vector operations do before they are compiled would be compiled as well. Most calls only go round an empty
/// loop, which makes a method as hot as any other, and which only the last tier removes: that tells when it is done.
public final class Warmup implements Runnable {
    /// HotSpot looks at a method after 256 calls, and at what has a profile after 600, and 15,000 rounds of loops.
    private static final int FIRST_CALLS = 260;

    private static final int IDLE_CALLS = 1_100;
    private static final int IDLE = -25;
    /// Rounds of the empty loop that tell the tiers apart: profiled code takes about a third of the interpreter's
    /// time, the last tier next to none. Before a kernel has done some work there must be few: after 40,000 HotSpot
    /// compiles with its last tier what has run, which is nothing but this loop.
    private static final int PROBE = -2_000;

    private static final int PROBE_LAST = -16_000;
    private static final int PROFILED = 2;
    private static final int LAST = 10;
    private static final int INSTANT_NANOS = 2_000;
    /// So often in turn must a kernel be seen in the last tier, and slow, before it counts as slow: HotSpot may
    /// have to throw away a first attempt, for which it knew too little.
    private static final int SLOW = 5;
    /// So much faster at least are vectors in the last tier than what was before; else the scalar form may be
    /// better.
    private static final int FASTER = 4;

    /// Depth of tiles in calls that do some work: HotSpot learns that loops go round.
    private static final int DEPTH = 16;

    /// So many teach HotSpot which methods of vectors are called. Their slow operations are compiled for nothing:
    /// what the first kernels have taught, others need not. Where a branch was taken 40 times one way, HotSpot
    /// leaves the other out.
    private static final int WORKING_CALLS = 20;

    private static final int FEW_CALLS = 3;
    private static final int FIRST_KERNELS = 4;
    private static final long FIRST_NANOS = 15_000_000;
    private static final long WORK_NANOS = 3_000_000;
    /// After so many rounds some again, in case the others were done in code without a profile.
    private static final int AGAIN = 40;

    private static final int COMPARED_CALLS = 300;
    /// On a busy machine one call may take any time.
    private static final int FEWEST_CALLS = 20;
    /// Kernels at once, of two or three methods: beyond five methods that wait for its last tier, HotSpot compiles
    /// others without profile, which costs them more time than it has taken.
    private static final int AT_ONCE = 2;

    private static final long PAUSE_NANOS = 1_500_000;
    private static final long COMPARED_NANOS = 20_000_000;
    /// A kernel that is not warm by then stays scalar. On a busy machine it only needs more time: after a pause of
    /// so many times what it has had, it gets as much again.
    private static final int PAUSES = 8;

    /// The scalar form is compared when it is compiled, which may take a while too.
    private static final int LOOKS = 3;

    private static final long BETWEEN_LOOKS_NANOS = 100_000_000;
    private static final long PATIENCE_NANOS = 1_000_000_000;

    private static final long NANOS = 120_000_000_000L;
    /// Shorter runs are over before warming up would pay.
    private static final long WORK_BEFORE = 1_000_000_000;

    private final Kernels plain;
    private final Kernels vector;
    private final String[] entries;
    private final float[] scratch;
    private final long[] worked;
    private final boolean[] isVector;
    private volatile Kernels[] forms;

    // of each kernel: its first round, when it is looked at again, the time of a probe at first
    // and of a call's work before the last tier, and how often in turn it was seen slow in the last tier,
    // or the negative number of rounds since it worked and was not there
    private final long[] begun;
    private final long[] due;
    private final long[] first;
    private final long[] slow;
    private final int[] late;
    private int started;
    // the least time of the scalar form, and how often it was looked at
    private final long[] scalar;
    private final int[] looks;

    /// The kernels of a program in one form.
    public interface Kernels {
        /// Calls a kernel's methods `times` times on scratch data: where `depth` is positive with a little
        /// work, tiles at that depth; else with none, and in vectors with so many rounds of an empty loop.
        void warm(int kernel, float[] scratch, int depth, int times);
    }

    /// For `count` kernels, which touch at most `scratch` numbers of each operand. `entries` gives for each entry
    /// the kernels that have a vector form, the heaviest first, behind the number of those that are worth waiting
    /// for.
    public Warmup(Kernels plain, Kernels vector, int count, int scratch, String[] entries) {
        this.plain = plain;
        this.vector = vector;
        this.entries = entries;
        this.scratch = new float[scratch];
        this.worked = new long[entries.length];
        this.begun = new long[count];
        this.due = new long[count];
        this.first = new long[count];
        this.slow = new long[count];
        this.late = new int[count];
        this.scalar = new long[count];
        this.looks = new int[count];
        this.isVector = new boolean[count];
        this.forms = new Kernels[count];
        Arrays.fill(isVector, plain.equals(vector));
        Arrays.fill(forms, plain);
    }

    /// For each kernel the form to run now. Whoever begins a run with an array ends it with the same.
    public Kernels[] forms() {
        return forms;
    }

    /// The kernels of an entry that have a vector form and do not run in it, each a `char`, the heaviest first.
    public synchronized String scalar(int entry) {
        var scalar = new StringBuilder();
        var kernels = entries[entry];
        for (int i = 1; i < kernels.length(); i++) {
            char kernel = kernels.charAt(i);
            if (!isVector[kernel]) {
                scalar.append(kernel);
            }
        }
        return scalar.toString();
    }

    /// Whether each kernel of an entry runs in its vector form, or was found slow in it.
    public boolean isWarm(int entry) {
        var scalar = scalar(entry);
        for (int i = 0; i < scalar.length(); i++) {
            if (due[scalar.charAt(i)] == 0) {
                return false;
            }
        }
        return true;
    }

    /// Notes that an entry has run for so long. After a while of it, its kernels are warmed up beside.
    public void worked(int entry, long nanos) {
        // Many threads may add at once. What is lost then does not matter.
        if (worked[entry] < WORK_BEFORE) {
            worked[entry] += nanos;
            if (worked[entry] >= WORK_BEFORE) {
                beside(entry);
            }
        }
    }

    /// Warms up the kernels of an entry, `all` or those that are worth waiting for and the others beside.
    public void warm(int entry, boolean all) {
        worked[entry] = WORK_BEFORE;
        var kernels = entries[entry].substring(1, all ? entries[entry].length() : 1 + entries[entry].charAt(0));
        while (round(kernels) > 0) {
            LockSupport.parkNanos(PAUSE_NANOS);
        }
        beside(entry);
    }

    private void beside(int entry) {
        if (!scalar(entry).isEmpty()) {
            var thread = new Thread(this, "lanewise-warm-up");
            thread.setDaemon(true);
            thread.start();
        }
    }

    /// Warms up the kernels of entries that have worked for a while, and looks again at those that were found slow.
    @Override
    public void run() {
        long start = System.nanoTime();
        boolean isCold = true;
        while (isCold && System.nanoTime() - start < NANOS) {
            isCold = false;
            int tried = 0;
            for (int entry = 0; entry < entries.length; entry++) {
                if (worked[entry] >= WORK_BEFORE) {
                    var kernels = scalar(entry);
                    isCold |= !kernels.isEmpty();
                    tried += round(kernels);
                }
            }
            LockSupport.parkNanos(tried > 0 ? PAUSE_NANOS : COMPARED_NANOS);
        }
    }

    /// One round with the first of these kernels; gives how many took part, 0 when each is warm or was found slow.
    private synchronized int round(String kernels) {
        int tried = 0;
        for (int i = 0; i < kernels.length() && tried < AT_ONCE; i++) {
            int kernel = kernels.charAt(i);
            if (!isVector[kernel] && (due[kernel] == 0 || due[kernel] - System.nanoTime() < 0)) {
                tried++;
                Arrays.fill(scratch, 0.5f);
                if (warms(kernel)) {
                    var next = forms.clone();
                    next[kernel] = vector;
                    isVector[kernel] = true;
                    forms = next;
                }
            }
        }
        return tried;
    }

    /// Brings a vector form nearer to the last tier, and tells whether it is there and fast.
    private boolean warms(int kernel) {
        long start = System.nanoTime();
        if (begun[kernel] == 0 || looks[kernel] % LOOKS == 0 && due[kernel] != 0 && begun[kernel] - due[kernel] < 0) {
            begun[kernel] = start;
        }
        if (first[kernel] == 0) {
            started++;
            first[kernel] = time(vector, kernel, PROBE, 3);
            slow[kernel] = Long.MAX_VALUE;
            scalar[kernel] = Long.MAX_VALUE;
            vector.warm(kernel, scratch, 0, FIRST_CALLS);
        }
        boolean hasWorked = slow[kernel] < Long.MAX_VALUE;
        long probe = time(vector, kernel, hasWorked ? PROBE_LAST : PROBE, 1);
        boolean last = hasWorked && (probe < first[kernel] / LAST || probe < INSTANT_NANOS);
        if (last && Math.min(work(kernel), work(kernel)) < slow[kernel] / FASTER) {
            return true;
        }
        late[kernel] = last ? Math.max(late[kernel], 0) + 1 : Math.min(late[kernel], 0) - 1;
        if (last || (hasWorked ? late[kernel] < -AGAIN : probe < first[kernel] / PROFILED)) {
            long until = start + (hasWorked ? 0 : started > FIRST_KERNELS ? WORK_NANOS : FIRST_NANOS);
            for (int i = 0; i < WORKING_CALLS && (i < FEW_CALLS || System.nanoTime() < until); i++) {
                slow[kernel] = Math.min(slow[kernel], work(kernel));
            }
            vector.warm(kernel, scratch, IDLE, IDLE_CALLS);
            late[kernel] = Math.max(late[kernel], 0);
        }
        if (late[kernel] < SLOW && start - begun[kernel] < PATIENCE_NANOS) {
            return false;
        }
        scalar[kernel] = Math.min(scalar[kernel], time(plain, kernel, DEPTH, COMPARED_CALLS));
        long now = System.nanoTime();
        boolean again = ++looks[kernel] % LOOKS != 0;
        due[kernel] = now + (again ? BETWEEN_LOOKS_NANOS : PAUSES * (now - begun[kernel]));
        return !again && time(vector, kernel, DEPTH, FEW_CALLS) <= 2 * scalar[kernel];
    }

    /// Nanoseconds of the vector form's work in a call, without the call.
    private long work(int kernel) {
        return Math.max(1, time(vector, kernel, DEPTH, 1) - time(vector, kernel, 0, 1));
    }

    /// Nanoseconds of a call, the least of several.
    private long time(Kernels form, int kernel, int depth, int calls) {
        long least = Long.MAX_VALUE;
        long start = System.nanoTime();
        long last = start;
        for (int i = 0; i < calls && (i < FEWEST_CALLS || last - start < COMPARED_NANOS); i++) {
            form.warm(kernel, scratch, depth, 1);
            long now = System.nanoTime();
            least = Math.min(least, now - last);
            last = now;
        }
        return least;
    }
}
