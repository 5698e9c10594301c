package dev.lanewise.runtime.team;

/// One worker: the caller.
record SingleTeam() implements Team {

    @Override
    public int workers() {
        return 1;
    }

    @Override
    public void run(Work work) {
        work.run(0);
    }

    @Override
    public void barrier() {}

    @Override
    public void close() {}
}
