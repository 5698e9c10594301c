package dev.lanewise.runtime.team;

/// A fixed number of workers that run the same code side by side and meet at barriers.
public interface Team extends AutoCloseable {

    int workers();

    /// Runs `work` on every worker, the calling thread being worker 0, and returns when all have finished. The first exception of a worker is thrown again.
    void run(Work work);

    /// Waits until every worker of the running work has come here. Costs well under a microsecond while the others are awake.
    void barrier();

    @Override
    void close();

    interface Work {
        void run(int worker);
    }
}
