package dev.lanewise.cli;

import dev.lanewise.compiler.emit.Peak;
import dev.lanewise.runtime.team.Team;
import java.util.ArrayList;

/// The peak of this machine, measured: operations a second of so many threads that do nothing but multiply and add.
final class PeakRate {
    private static final int ROUNDS = 20_000;

    private PeakRate() {}

    /// In GFLOP/s, for vectors of `width` bits.
    static double of(int width, int threads, double seconds) {
        var loops = new ArrayList<Peak>();
        loops.add(Peak.of(width));
        while (loops.size() < threads) {
            loops.add(loops.getFirst().another());
        }
        long operations = loops.getFirst().run(ROUNDS) * threads;
        try (var team = Team.of(threads)) {
            var rate = Rate.of(() -> team.run(worker -> loops.get(worker).run(ROUNDS)), seconds);
            return rate.perSecond() * operations * 1e-9;
        }
    }
}
