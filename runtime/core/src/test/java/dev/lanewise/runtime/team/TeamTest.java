package dev.lanewise.runtime.team;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("scalar")
class TeamTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    void nobodyPassesABarrierBeforeAllHaveCome(int workers) {
        int rounds = 300;
        var seen = new int[workers][rounds];
        var shared = new int[workers];
        try (var team = Team.of(workers)) {
            team.run(worker -> {
                for (int round = 0; round < rounds; round++) {
                    shared[worker] = round;
                    team.barrier();
                    int sum = 0;
                    for (int value : shared) {
                        sum += value;
                    }
                    seen[worker][round] = sum;
                    team.barrier();
                }
            });
        }
        for (var sums : seen) {
            for (int round = 0; round < rounds; round++) {
                assertEquals(round * workers, sums[round]);
            }
        }
    }

    @Test
    void aTeamServesManyRunsAndLongPauses() throws InterruptedException {
        var count = new java.util.concurrent.atomic.AtomicInteger();
        try (var team = Team.of(3)) {
            for (int run = 0; run < 200; run++) {
                team.run(worker -> count.incrementAndGet());
                if (run % 50 == 0) {
                    Thread.sleep(3);
                }
            }
        }
        assertEquals(600, count.get());
    }

    @Test
    void aFailureOfOneWorkerIsThrownAndTheTeamGoesOn() {
        try (var team = Team.of(3)) {
            for (int failing = 0; failing < 3; failing++) {
                int who = failing;
                var thrown = assertThrows(
                        IllegalStateException.class,
                        () -> team.run(worker -> {
                            if (worker == who) {
                                throw new IllegalStateException("worker " + who);
                            }
                            team.barrier();
                        }));
                assertEquals("worker " + who, thrown.getMessage());
            }
            var arrived = new java.util.concurrent.atomic.AtomicInteger();
            team.run(worker -> {
                team.barrier();
                arrived.incrementAndGet();
            });
            assertEquals(3, arrived.get());
        }
    }

    @Test
    void aTeamHasAtLeastOneWorker() {
        assertThrows(IllegalArgumentException.class, () -> Team.of(0));
    }
}
