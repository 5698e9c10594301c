package dev.lanewise.runtime.team;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Persistent daemon threads that spin at the barrier for a while and then park: a meeting costs well under a
/// microsecond while all are awake.
///
/// Two counters do everything: `round` tells that there is work, `generation` opens the barrier: whoever arrives last
/// advances it.
final class SpinTeam implements Team {
    /// How long a thread that waits for work spins before it parks.
    private static final long SPIN_NANOS = 40_000;

    /// The same for a thread that waits for others to finish, where each has a core: to be woken up takes longer
    /// than they will, and whoever comes last would have to do it.
    private static final long PATIENT_NANOS = 1_000_000;

    private static final int LOOKS = 64;

    // What a thread waits for: that there is work, or will be none; that all have come to the barrier, or somebody has
    // failed; that the others have finished.
    private static final int ROUND = 0;
    private static final int BARRIER = 1;
    private static final int DONE = 2;

    private final int workers;
    private final long patience;
    private final Thread[] threads;
    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicInteger working = new AtomicInteger();
    private final AtomicInteger parked = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile int generation;
    private final AtomicInteger round = new AtomicInteger();
    private volatile IntConsumer work = worker -> {};
    private volatile boolean closed;
    private volatile @Nullable Thread caller;

    SpinTeam(int workers) {
        this.workers = workers;
        this.patience = workers > Runtime.getRuntime().availableProcessors() ? SPIN_NANOS : PATIENT_NANOS;
        this.threads = new Thread[workers - 1];
        for (int i = 0; i < threads.length; i++) {
            int worker = i + 1;
            threads[i] =
                    Thread.ofPlatform().name("lanewise-" + worker).daemon(true).unstarted(() -> serve(worker));
        }
        for (var thread : threads) {
            thread.start();
        }
    }

    @Override
    public int workers() {
        return workers;
    }

    @Override
    public void run(IntConsumer next) {
        if (closed) {
            throw new IllegalStateException("the team is closed");
        }
        failure.set(null);
        arrived.set(0);
        caller = Thread.currentThread();
        work = next;
        working.set(workers - 1);
        round.incrementAndGet();
        wake();
        attempt(next, 0);
        await(DONE, 0);
        var thrown = failure.get();
        if (thrown instanceof RuntimeException exception) {
            throw exception;
        }
        if (thrown instanceof Error error) {
            throw error;
        }
    }

    private void serve(int worker) {
        int seen = 0;
        while (true) {
            await(ROUND, seen);
            if (closed) {
                return;
            }
            seen = round.get();
            attempt(work, worker);
            if (working.decrementAndGet() == 0) {
                wake();
            }
        }
    }

    private void attempt(IntConsumer next, int worker) {
        try {
            next.accept(worker);
        } catch (RuntimeException | Error thrown) {
            // the first failure is the one to tell
            failure.compareAndSet(null, thrown);
            wake();
        }
    }

    @Override
    public void barrier() {
        int mine = generation;
        if (arrived.incrementAndGet() == workers) {
            arrived.set(0);
            generation = mine + 1;
            wake();
            return;
        }
        await(BARRIER, mine);
        if (generation == mine) {
            // It waits for a worker that has failed.
            throw new CancellationException();
        }
    }

    private boolean given(int sign, int seen) {
        return sign == ROUND
                ? round.get() != seen || closed
                : sign == BARRIER ? generation != seen || failure.get() != null : working.get() == 0;
    }

    /// Spins at first, then parks: for good, since a thread that woke up to look would take the place of one that
    /// works. Whoever gives a sign looks for the parked afterwards, and whoever parks looks for the sign after it
    /// is counted: one of the two sees the other.
    private void await(int sign, int seen) {
        long spin = sign == ROUND ? SPIN_NANOS : patience;
        long since = System.nanoTime();
        while (System.nanoTime() - since < spin) {
            for (int look = 0; look < LOOKS; look++) {
                if (given(sign, seen)) {
                    return;
                }
                Thread.onSpinWait();
            }
        }
        parked.incrementAndGet();
        while (!given(sign, seen)) {
            LockSupport.park(this);
        }
        parked.decrementAndGet();
    }

    private void wake() {
        if (parked.get() == 0) {
            return;
        }
        for (var thread : threads) {
            LockSupport.unpark(thread);
        }
        LockSupport.unpark(caller);
    }

    @Override
    public void close() {
        closed = true;
        wake();
    }
}
