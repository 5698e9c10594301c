package dev.lanewise.cli.bench;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;

/// How often something was done in a second: the median of blocks, since single times on a busy machine say little.
public record Rate(double perSecond, int blocks, double worst, double best) {
    /// Blocks that fit into the time that is given; warming up goes in rounds of five blocks.
    private static final int BLOCKS = 20;

    private static final int MOST_BLOCKS = 21;
    private static final int FEWEST_BLOCKS = 3;
    private static final int STEADY_ROUNDS = 3;
    /// A round whose best time is above this share of the best before has brought nothing.
    private static final double STEADY = 0.95;

    /// Milliseconds that the JVM may spend on compiling in a round.
    private static final long MOST_COMPILING = 20;

    /// Rounds.
    private static final double MOST_WARMING = 40;

    /// Warms up until the speed stays as it is, then measures for about `seconds`.
    public static Rate of(Runnable work, double seconds) {
        return alternating(List.of(work), seconds).getFirst();
    }

    /// Measures each for about `seconds`, in blocks that take turns: a machine whose speed changes from one minute
    /// to the next is then the same for all.
    static List<Rate> alternating(List<Runnable> works, double seconds) {
        double block = seconds / BLOCKS;
        int[] times = works.stream()
                .mapToInt(work -> (int) Math.max(1, Math.min(1_000_000, block / warm(work, 5 * block))))
                .toArray();
        var rates = new double[works.size()][MOST_BLOCKS];
        int blocks = 0;
        long begin = System.nanoTime();
        while (blocks < MOST_BLOCKS && (blocks < FEWEST_BLOCKS || seconds(begin) < seconds * works.size())) {
            for (int w = 0; w < times.length; w++) {
                works.get(w).run(); // wakes up threads that sleep
                long before = System.nanoTime();
                for (int i = 0; i < times[w]; i++) {
                    works.get(w).run();
                }
                rates[w][blocks] = times[w] / seconds(before);
            }
            blocks++;
        }
        int measured = blocks;
        return Arrays.stream(rates).map(r -> of(Arrays.copyOf(r, measured))).toList();
    }

    /// The shortest time of one call. Vector code is slow until the JVM has compiled it, and gets fast all at once:
    /// so as long as the JVM compiles, nothing is measured.
    private static double warm(Runnable work, double length) {
        var compilation = ManagementFactory.getCompilationMXBean();
        double best = Double.POSITIVE_INFINITY;
        long begin = System.nanoTime();
        for (int steady = 0; steady < STEADY_ROUNDS && seconds(begin) < MOST_WARMING * length; ) {
            double before = best;
            long compiled = compilation == null ? 0 : compilation.getTotalCompilationTime();
            long round = System.nanoTime();
            do {
                long start = System.nanoTime();
                work.run();
                best = Math.min(best, seconds(start));
            } while (seconds(round) < length);
            boolean compiles = compilation != null && compilation.getTotalCompilationTime() - compiled > MOST_COMPILING;
            steady = best > before * STEADY && !compiles ? steady + 1 : 0;
        }
        return best;
    }

    private static double seconds(long since) {
        return (System.nanoTime() - since) * 1e-9;
    }

    public static Rate of(double[] rates) {
        double[] sorted = rates.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return new Rate((sorted[(n - 1) / 2] + sorted[n / 2]) / 2, n, sorted[0], sorted[n - 1]);
    }
}
