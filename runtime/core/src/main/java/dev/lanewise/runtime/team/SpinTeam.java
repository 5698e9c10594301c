package dev.lanewise.runtime.team;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// Persistent daemon threads that spin at the barrier for a while and then park: a meeting costs well under a
/// microsecond while all are awake.
///
/// Two counters do everything: `round` tells that there is work, `generation` opens the barrier: whoever arrives last
/// advances it.
final class SpinTeam implements Team {
    /// How long a worker spins before it parks.
    private static final long SPIN_NANOS = 40_000;

    private static final int LOOKS = 64;

    private final int workers;
    private final Thread[] threads;
    private final AtomicInteger arrived = new AtomicInteger();
    private final AtomicInteger working = new AtomicInteger();
    private final AtomicInteger parked = new AtomicInteger();
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile int generation;
    private final AtomicInteger round = new AtomicInteger();
    private volatile Work work = worker -> {};
    private volatile boolean closed;
    private volatile @Nullable Thread caller;

    SpinTeam(int workers) {
        this.workers = workers;
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
    public void run(Work next) {
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
        int looks = 0;
        long since = System.nanoTime();
        while (working.get() > 0) {
            looks = pause(looks, since);
        }
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
            int looks = 0;
            long since = System.nanoTime();
            while (round.get() == seen) {
                if (closed) {
                    return;
                }
                looks = pause(looks, since);
            }
            seen = round.get();
            attempt(work, worker);
            if (working.decrementAndGet() == 0) {
                wake();
            }
        }
    }

    private void attempt(Work next, int worker) {
        try {
            next.run(worker);
        } catch (Abandoned _) {
            // another worker's failure is the one to tell
        } catch (RuntimeException | Error thrown) {
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
        int looks = 0;
        long since = System.nanoTime();
        while (generation == mine) {
            if (failure.get() != null) {
                throw new Abandoned();
            }
            looks = pause(looks, since);
        }
    }

    /// Spins at first, then parks for short times: whoever changes what is waited for wakes the parked, and a
    /// wake-up that is missed costs a millisecond.
    private int pause(int looks, long since) {
        if (looks < LOOKS) {
            Thread.onSpinWait();
            return looks + 1;
        }
        if (System.nanoTime() - since < SPIN_NANOS) {
            return 0;
        }
        parked.incrementAndGet();
        LockSupport.parkNanos(1_000_000);
        parked.decrementAndGet();
        return LOOKS;
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

    /// Ends a worker that waits for one that has failed.
    private static final class Abandoned extends RuntimeException {
        private static final long serialVersionUID = 1;

        Abandoned() {
            super(null, null, false, false);
        }
    }
}
