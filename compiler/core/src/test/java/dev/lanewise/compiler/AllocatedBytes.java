package dev.lanewise.compiler;

import com.sun.management.ThreadMXBean;
import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.train.ModelNetwork;
import dev.lanewise.runtime.train.ModelTrainer;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;

/// What work allocates, on the calling thread and on the workers of teams.
final class AllocatedBytes {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private AllocatedBytes() {}

    /// Prints what steps of a jar's network allocate, of a team of two, when their kernels are warm.
    public static void main(String[] arguments) {
        var network = (ModelNetwork) Network.load(Path.of(arguments[0]));
        try (var trainer = (ModelTrainer) network.trainer().threads(2).open()) {
            var data = ArrayDataset.builder();
            for (var port : network.inputs()) {
                data.add(port, new float[40 * port.size()]);
            }
            for (var port : network.targets()) {
                data.add(port, new float[40 * port.size()]);
            }
            trainer.feed(data.build());
            trainer.stepFed();
            network.bundle().program().warmup().warm(Layout.TRAIN, true);
            // The JVM may compile a kernel once more, which takes a while where others work on this machine.
            long bytes = of(trainer::stepFed);
            for (int attempt = 0; attempt < 600 && bytes > 0; attempt++) {
                LockSupport.parkNanos(100_000_000);
                bytes = of(trainer::stepFed);
            }
            System.out.println(bytes);
        }
    }

    /// The workers of teams, but for the calling thread.
    private static long[] workers() {
        return Arrays.stream(THREADS.getThreadInfo(THREADS.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().matches("lanewise-[0-9]+"))
                .mapToLong(ThreadInfo::getThreadId)
                .toArray();
    }

    private static long allocated(long[] workers) {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        for (long worker : workers) {
            bytes += THREADS.getThreadAllocatedBytes(worker);
        }
        return bytes;
    }

    /// The bytes of 20 runs, the least of some attempts: a first call loads classes.
    static long of(Runnable work) {
        THREADS.setThreadAllocatedMemoryEnabled(true);
        var workers = workers();
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5; attempt++) {
            long before = allocated(workers);
            for (int i = 0; i < 20; i++) {
                work.run();
            }
            least = Math.min(least, allocated(workers) - before);
        }
        return least;
    }
}
