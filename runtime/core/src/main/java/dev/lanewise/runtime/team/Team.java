package dev.lanewise.runtime.team;

import java.util.function.IntConsumer;

/// A fixed number of workers that run the same code side by side and meet at barriers.
public interface Team extends AutoCloseable {

    /// A team of so many workers; its threads are daemons and end with [#close].
    static Team of(int workers) {
        if (workers < 1) {
            throw new IllegalArgumentException("a team has at least one worker: " + workers);
        }
        return workers == 1 ? new SingleTeam() : new SpinTeam(workers);
    }

    int workers();

    /// Runs `work` on every worker, the calling thread being worker 0, and returns when all have finished. The
    /// first exception of a worker is thrown again.
    void run(IntConsumer work);

    /// Waits until every worker of the running work has come here. Costs well under a microsecond while the others
    /// are awake.
    void barrier();

    @Override
    void close();
}
