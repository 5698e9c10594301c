package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import dev.lanewise.runtime.ArrayDataset;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.model.Arena;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.simd.Simd;
import dev.lanewise.runtime.train.ModelTrainer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The memory of steps and predictions is taken beforehand. Counted with the scalar kernels from the first call on,
/// and with vectors once they are warm: vector code that the JVM has not compiled makes an object of each vector.
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
    /// Of 20 steps: 3 kB each.
    private static final long MOST_OF_VECTORS = 60_000;

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private static CompiledNetwork scalar(String network) {
        System.setProperty(Simd.PROPERTY, "scalar");
        try {
            return Lanewise.compile(network, CompileOptions.standard());
        } finally {
            System.clearProperty(Simd.PROPERTY);
        }
    }

    /// Of an array for so many numbers, which is larger where it has to be aligned.
    private static long bytes(long numbers) {
        return (long) Float.BYTES * Arena.of(false, true, numbers, "values").floats().length;
    }

    private static Dataset batch(CompiledNetwork compiled, int examples) {
        return ArrayDataset.builder()
                .add(compiled.info().inputs().getFirst(), new float[4 * examples])
                .add(compiled.info().targets().getFirst(), new float[examples])
                .build();
    }

    @Test
    void aStepAllocatesNothing() {
        var compiled = scalar(NETWORK);
        try (var trainer =
                (ModelTrainer) compiled.network().trainer().threads(1).open()) {
            var full = batch(compiled, 40);
            assertEquals(0, AllocatedBytes.of(() -> {
                trainer.feed(full);
                trainer.stepFed();
            }));
        }
    }

    @Test
    void aStepOfATeamAllocatesNothing() {
        var compiled = scalar(NETWORK);
        try (var trainer =
                (ModelTrainer) compiled.network().trainer().threads(2).open()) {
            trainer.feed(batch(compiled, 40));
            assertEquals(0, AllocatedBytes.of(trainer::stepFed));
        }
    }

    /// What the compiler planned for a convolutional network, and little else: the batch and the readings.
    @Test
    void aTrainerAndItsStepsTakeWhatWasPlanned() {
        var compiled = scalar("""
            network Images {
              input  x: float[3, 20, 20]
              target kind: class[4]
              logits = x |> conv(16, 3, pad: same) |> batch_norm |> relu |> max_pool(2)
                |> conv(16, 3, pad: same) |> relu |> dropout(keep: 0.75) |> flatten |> dense(4)
              loss cross_entropy(logits, kind)
              train { optimizer: adam(rate: 0.001); batch: 64 }
            }
            """);
        var batch = ArrayDataset.builder()
                .add(compiled.info().inputs().getFirst(), new float[1200 * 64])
                .add(compiled.info().targets().getFirst(), new float[64])
                .build();
        var layout = compiled.compilation().program().layout();
        long weights = layout.weights().stream()
                .mapToLong(slot ->
                        slot.offset() + slot.shape().stream().mapToLong(n -> n).reduce(1, (a, b) -> a * b))
                .max()
                .orElseThrow();
        long planned = bytes(weights)
                + bytes(layout.batchArena() - weights)
                + bytes(2 * layout.entries().get(Layout.TRAIN).exampleArena());
        long taken = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 3; attempt++) {
            long before = THREADS.getCurrentThreadAllocatedBytes();
            try (var trainer =
                    (ModelTrainer) compiled.network().trainer().threads(1).open()) {
                for (int i = 0; i < 3; i++) {
                    trainer.feed(batch);
                    trainer.stepFed();
                }
                taken = Math.min(taken, THREADS.getCurrentThreadAllocatedBytes() - before);
            }
        }
        assertTrue(planned > 4_000_000, "planned " + planned);
        long most = planned + planned / 20 + Float.BYTES * 1200 * 64;
        assertTrue(taken >= planned && taken <= most, "planned " + planned + ", taken " + taken);
    }

    /// In JVMs of their own: where vectors of three widths were at work, as in that of the tests, the JVM calls
    /// methods that it would else inline, and hands them objects. Some JVMs, on a busy machine above all, do so for
    /// some vectors here, too: of three, one must not.
    @Test
    void warmVectorsAreNoObjectsButForAFew(@TempDir Path folder)
            throws IOException, InterruptedException, URISyntaxException {
        var jar = folder.resolve("counted.jar");
        Lanewise.compile(NETWORK, CompileOptions.standard()).network().save(jar);
        long least = Long.MAX_VALUE;
        for (int attempt = 0; attempt < 3 && least > MOST_OF_VECTORS; attempt++) {
            least = Math.min(least, bytesInOwnJvm(jar));
        }
        assertTrue(least <= MOST_OF_VECTORS, least + " bytes in 20 steps");
    }

    private static long bytesInOwnJvm(Path jar) throws IOException, InterruptedException, URISyntaxException {
        var tests = AllocationTest.class.getProtectionDomain().getCodeSource().getLocation();
        var process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--add-modules=jdk.incubator.vector",
                        "-cp",
                        jar + System.getProperty("path.separator") + Path.of(tests.toURI()),
                        AllocatedBytes.class.getName(),
                        jar.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), output);
        return Long.parseLong(output.strip());
    }

    @Test
    void aPredictionAllocatesNothing() {
        var compiled = scalar(NETWORK);
        var predictor = compiled.network().predictor();
        var input = new float[4];
        var output = new float[3];
        assertEquals(0, AllocatedBytes.of(() -> predictor.predict(input, 1, output)));
    }
}
