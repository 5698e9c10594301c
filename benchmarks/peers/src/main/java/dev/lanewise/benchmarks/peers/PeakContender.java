package dev.lanewise.benchmarks.peers;

import java.util.ArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// Does the workload's multiply-adds and nothing else, in registers: the rate that no contender can pass. The others'
/// share of the machine's peak is their rate as a share of this one.
final class PeakContender implements Contender {

    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 12;

    private final long rounds;
    private final int threads;
    private final ExecutorService team;
    private double sum;

    PeakContender(Workload workload, int threads) {
        this.threads = threads;
        rounds = workload.peakSteps() * workload.operations() / (2L * CHAINS * SPECIES.length() * threads);
        team = Executors.newFixedThreadPool(threads, work -> {
            var thread = new Thread(work);
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void step(int batch) throws ExecutionException, InterruptedException {
        var shares = new ArrayList<Future<Float>>();
        for (int t = 0; t < threads; t++) {
            shares.add(team.submit(() -> multiplyAdds(rounds)));
        }
        sum = 0;
        for (var share : shares) {
            sum += share.get();
        }
    }

    private static float multiplyAdds(long rounds) {
        long left = rounds;
        float result = 0;
        while (left > 0) {
            int now = (int) Math.min(left, 10_000);
            result += chains(now);
            left -= now;
        }
        return result;
    }

    private static float chains(int rounds) {
        var x = FloatVector.broadcast(SPECIES, 0.999f);
        var y = FloatVector.broadcast(SPECIES, 0.001f);
        var a = x;
        var b = x;
        var c = x;
        var d = x;
        var e = x;
        var f = x;
        var g = x;
        var h = x;
        var i = x;
        var j = x;
        var k = x;
        var l = x;
        for (int round = 0; round < rounds; round++) {
            a = x.fma(a, y);
            b = x.fma(b, y);
            c = x.fma(c, y);
            d = x.fma(d, y);
            e = x.fma(e, y);
            f = x.fma(f, y);
            g = x.fma(g, y);
            h = x.fma(h, y);
            i = x.fma(i, y);
            j = x.fma(j, y);
            k = x.fma(k, y);
            l = x.fma(l, y);
        }
        return a.add(b)
                .add(c)
                .add(d)
                .add(e)
                .add(f)
                .add(g)
                .add(h)
                .add(i)
                .add(j)
                .add(k)
                .add(l)
                .reduceLanes(VectorOperators.ADD);
    }

    @Override
    public double loss() {
        return sum;
    }
}
