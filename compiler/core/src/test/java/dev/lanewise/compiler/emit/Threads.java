package dev.lanewise.compiler.emit;

import dev.lanewise.runtime.team.Team;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/// The plainest team.
record Threads(int workers, CyclicBarrier meeting) implements Team {

    static Threads of(int workers) {
        return new Threads(workers, new CyclicBarrier(workers));
    }

    @Override
    public void run(IntConsumer work) {
        var others = IntStream.range(1, workers)
                .mapToObj(w -> CompletableFuture.runAsync(
                        () -> work.accept(w), r -> Thread.ofPlatform().start(r)))
                .toList();
        work.accept(0);
        others.forEach(CompletableFuture::join);
    }

    @Override
    public void barrier() {
        try {
            meeting.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {}
}
