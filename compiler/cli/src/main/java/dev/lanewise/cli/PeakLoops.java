package dev.lanewise.cli;

import dev.lanewise.compiler.emit.Peak;
import dev.lanewise.runtime.team.Team;
import java.util.ArrayList;
import java.util.List;

/// What this machine can do at most: so many threads that do nothing but multiply and add.
final class PeakLoops implements AutoCloseable {
    private static final int ROUNDS = 20_000;

    private final List<Peak> loops = new ArrayList<>();
    private final Team team;
    private final double gflop;

    /// For vectors of `width` bits.
    PeakLoops(int width, int threads) {
        loops.add(Peak.of(width));
        while (loops.size() < threads) {
            loops.add(loops.getFirst().another());
        }
        team = Team.of(threads);
        gflop = loops.getFirst().run(ROUNDS) * threads * 1e-9;
    }

    void run() {
        team.run(worker -> loops.get(worker).run(ROUNDS));
    }

    /// Billions of operations in one run.
    double gflop() {
        return gflop;
    }

    @Override
    public void close() {
        team.close();
    }
}
