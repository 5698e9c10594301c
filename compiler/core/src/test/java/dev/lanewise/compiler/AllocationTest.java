package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.management.ThreadMXBean;
import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.simd.Simd;
import dev.lanewise.runtime.train.ModelTrainer;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The memory of steps and predictions is taken beforehand. Counted with the scalar kernels alone: vector code that
/// the JVM has not compiled yet makes an object of each vector, and on a busy machine a program would come to it.
/// (Adam's corrections are powers, for which the JDK's `StrictMath.pow` makes some small arrays.)
@Tag("scalar")
class AllocationTest {
    private static final String NETWORK = """
        network Counted(hidden = 16) {
          input  x: float[4]
          target kind: class[3]
          logits = x |> dense(hidden) |> tanh |> dense(3)
          output p = softmax(logits)
          loss cross_entropy(logits, kind) + l2(weights, 1e-3)
          metric accuracy(logits, kind)
          train { optimizer: momentum(rate: 0.01); batch: 40 }
        }
        """;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @BeforeAll
    static void count() {
        THREADS.setThreadAllocatedMemoryEnabled(true);
        System.setProperty(Simd.PROPERTY, "scalar");
    }

    @AfterAll
    static void forgetTheWidth() {
        System.clearProperty(Simd.PROPERTY);
    }

    /// The bytes of 20 runs, the least of some attempts: a first call loads classes.
    private static long bytes(Runnable work) {
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 5; attempt++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 20; i++) {
                work.run();
            }
            least = Math.min(least, THREADS.getCurrentThreadAllocatedBytes() - before);
        }
        return least;
    }

    private static Dataset batch(CompiledNetwork compiled, int examples) {
        return ArrayDataset.builder()
                .add(compiled.info().inputs().getFirst(), new float[4 * examples])
                .add(compiled.info().targets().getFirst(), new float[examples])
                .build();
    }

    @Test
    void aStepAllocatesNothing() {
        var compiled = Lanewise.compile(NETWORK, CompileOptions.standard());
        try (var trainer =
                (ModelTrainer) compiled.network().trainer().threads(1).open()) {
            var full = batch(compiled, 40);
            assertEquals(0, bytes(() -> {
                trainer.feed(full);
                trainer.stepFed();
            }));
        }
    }

    @Test
    void aStepOfATeamAllocatesNothing() {
        var compiled = Lanewise.compile(NETWORK, CompileOptions.standard());
        try (var trainer =
                (ModelTrainer) compiled.network().trainer().threads(2).open()) {
            trainer.feed(batch(compiled, 40));
            assertEquals(0, bytes(trainer::stepFed));
        }
    }

    @Test
    void aPredictionAllocatesNothing() {
        var compiled = Lanewise.compile(NETWORK, CompileOptions.standard());
        var predictor = compiled.network().predictor();
        var input = new float[4];
        var output = new float[3];
        assertEquals(0, bytes(() -> predictor.predict(input, 1, output)));
    }
}
