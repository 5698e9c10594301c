package dev.lanewise.runtime.team;

import java.util.function.IntConsumer;

/// One worker: the caller.
record SingleTeam() implements Team {

    @Override
    public int workers() {
        return 1;
    }

    @Override
    public void run(IntConsumer work) {
        work.accept(0);
    }

    @Override
    public void barrier() {}

    @Override
    public void close() {}
}
