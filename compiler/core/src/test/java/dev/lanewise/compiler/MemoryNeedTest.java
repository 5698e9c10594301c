package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.team.Team;
import dev.lanewise.runtime.train.Session;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What does not fit into the heap is refused before anything is taken or warmed up.
@Tag("scalar")
class MemoryNeedTest {
    private static final String NETWORK = """
        network Wide {
          input  x: float[64]
          target y: float[64]
          h = x |> dense(512) |> tanh |> dense(512) |> tanh |> dense(64)
          output prediction = h
          loss mse(h, y)
          train { optimizer: sgd(rate: 0.01); batch: 32 }
        }
        """;

    /// Examples whose inputs alone are more than the heap.
    private static int tooMany() {
        return Math.toIntExact(Runtime.getRuntime().maxMemory() / (4 * 64) + 1);
    }

    private static void isRefused(ModelException refusal, int examples) {
        var text = refusal.getMessage();
        assertTrue(text.startsWith("the values of a batch of " + examples + " examples need "), text);
        assertTrue(text.endsWith("; give it more with -Xmx, or take smaller batches"), text);
    }

    @Test
    void aTrainerWithoutRoomIsRefused(@TempDir Path folder) {
        var compiled = Lanewise.compile(NETWORK, CompileOptions.standard()).network();
        int examples = tooMany();
        isRefused(
                assertThrows(
                        ModelException.class,
                        () -> compiled.trainer().batch(examples).open()),
                examples);
        var warmup = compiled.bundle().program().warmup();
        assertEquals(
                Lanewise.compile(NETWORK, CompileOptions.standard())
                        .network()
                        .bundle()
                        .program()
                        .warmup()
                        .scalar(Layout.TRAIN),
                warmup.scalar(Layout.TRAIN),
                "something was warmed up");
        var jar = folder.resolve("wide.jar");
        compiled.save(jar);
        var loaded = Network.load(jar);
        isRefused(
                assertThrows(
                        ModelException.class,
                        () -> loaded.trainer().batch(examples).open()),
                examples);
        compiled.trainer().open().close();
    }

    @Test
    void aPredictorWithoutRoomIsRefused() {
        var compiled = Lanewise.compile(NETWORK, CompileOptions.standard()).network();
        int threads = tooMany() / 32 + 1;
        var text = assertThrows(ModelException.class, () -> compiled.predictor(threads))
                .getMessage();
        assertTrue(text.startsWith("the values for " + threads + " threads need "), text);
        assertTrue(text.endsWith("; give it more with -Xmx"), text);
        compiled.predictor(2).close();
    }

    /// Both arenas of an entry count, though each alone would fit.
    @Test
    void whatIsNeededTogetherIsCounted() {
        long half = Runtime.getRuntime().maxMemory() / Float.BYTES * 6 / 10;
        var layout = new Layout(
                false,
                half,
                0,
                0,
                List.of(),
                List.of(new Layout.Entry(
                        "train", half, List.of(new Layout.Buffer(false, 0, half)), List.of(), List.of())),
                List.of());
        var program = Lanewise.compile(NETWORK, CompileOptions.standard())
                .network()
                .bundle()
                .program();
        var weights = WeightStore.zeros(layout);
        var text = assertThrows(
                        ModelException.class,
                        () -> new Session(program, layout, Layout.TRAIN, weights, 32, new int[0], Team.of(1)))
                .getMessage();
        assertTrue(text.startsWith("the values of a batch of 32 examples need " + (half >> 17) + " MB"), text);
    }
}
