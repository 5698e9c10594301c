package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.Lanewise;
import dev.lanewise.runtime.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
    private static final String NETWORK = """
        network Measured {
          input  x: float[4]
          target c: class[3]
          logits = x |> dense(16) |> tanh |> dense(3)
          output p = softmax(logits)
          loss cross_entropy(logits, c)
          train { batch: 40 }
        }
        """;

    @Test
    void itReportsEveryWayOfComputing(@TempDir Path folder) throws IOException {
        var network = Files.writeString(folder.resolve("measured.net"), NETWORK);
        var ran = Ran.of("bench", network, "--seconds", "0.02", "--threads", "1", "--json", "--quiet");
        assertEquals(0, ran.exit(), ran::err);
        var json = Json.object(Json.parse(ran.out().getBytes(StandardCharsets.UTF_8)), "bench");
        assertEquals("Measured", json.get("network"));
        for (var way : new String[] {"compiled", "nodeByNode", "interpreted"}) {
            Map<String, Object> figures = Json.object(json.get(way), way);
            assertTrue(Json.number(figures.get("stepsPerSecond"), "stepsPerSecond") > 0, way);
            assertTrue(Json.number(figures.get("peakShare"), "peakShare") > 0, way);
        }
        // forward 16 x 4 and 3 x 16, the weights' gradients the same again, and back through the second layer
        assertEquals(2e-9 * 40 * (2 * (64 + 48) + 48), Json.number(json.get("gflopPerStep"), "gflopPerStep"), 1e-15);
        assertTrue(Json.number(json.get("compileMillis"), "compileMillis") > 0);
        assertTrue(Json.number(json.get("jarBytes"), "jarBytes") > Json.number(json.get("codeBytes"), "codeBytes"));
    }

    @Test
    void withoutFusionThereAreMoreCallsAndTheSameWeights() {
        var compiled = Lanewise.compile(NETWORK, CompileOptions.standard());
        var unfused = Lanewise.compile(NETWORK, CompileOptions.standard().unfused());
        assertTrue(calls(unfused) > calls(compiled));
        assertEquals(
                compiled.network().weights().hash(), unfused.network().weights().hash());
    }

    private static int calls(CompiledNetwork network) {
        return network.compilation().program().entries().getFirst().calls().size();
    }
}
