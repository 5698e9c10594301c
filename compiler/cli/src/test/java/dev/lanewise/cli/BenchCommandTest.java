package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.cli.bench.StartWatch;
import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.Lanewise;
import dev.lanewise.runtime.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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
        var ran = Ran.of("bench", network, "--seconds", "0.02", "--threads", "1", "--starts", "1", "--json", "--quiet");
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
        assertTrue(Json.number(json.get("peakGflops"), "peakGflops") > 0);
        assertTrue(Json.number(json.get("peakGflopsOfOne"), "peakGflopsOfOne") > 0);
        var start = Json.object(json.get("start"), "start");
        double first = Json.number(start.get("firstStepMillis"), "firstStepMillis");
        double hundred = Json.number(start.get("hundredStepsMillis"), "hundredStepsMillis");
        assertTrue(0 < first && first <= hundred, first + " to " + hundred);
        assertTrue(Json.number(start.get("steadyMillis"), "steadyMillis") >= first);
        assertEquals(1, Json.objects(start.get("jvms"), "jvms").size());
        assertTrue(Json.number(json.get("jarBytes"), "jarBytes") > Json.number(json.get("codeBytes"), "codeBytes"));
    }

    @Test
    void theRooflineTellsTheTimeOfEveryLine(@TempDir Path folder) throws IOException {
        var network = Files.writeString(folder.resolve("measured.net"), NETWORK);
        var ran = Ran.of("bench", network, "--roofline", "--seconds", "0.02", "--threads", "2", "--json", "--quiet");
        assertEquals(0, ran.exit(), ran::err);
        var json = Json.object(Json.parse(ran.out().getBytes(StandardCharsets.UTF_8)), "bench");
        var lines = Json.objects(json.get("lines"), "lines");
        // the layers, the loss, and the optimizer that no line names: it stands where the network begins
        var text =
                lines.stream().map(line -> Json.text(line.get("text"), "text")).toList();
        assertTrue(text.contains("logits = x |> dense(16) |> tanh |> dense(3)"), text::toString);
        assertTrue(text.contains("loss cross_entropy(logits, c)"), text::toString);
        double sum = Json.number(json.get("batchMicros"), "batchMicros")
                + Json.number(json.get("otherMicros"), "otherMicros");
        for (var line : lines) {
            double micros = Json.number(line.get("micros"), "micros");
            assertTrue(micros > 0, line::toString);
            sum += micros;
            double calls = 0;
            for (var call : Json.objects(line.get("calls"), "calls")) {
                calls += Json.number(call.get("micros"), "micros");
            }
            assertEquals(micros, calls, 1e-6 * micros);
        }
        double step = Json.number(json.get("stepMicros"), "stepMicros");
        assertEquals(step, sum, 1e-6 * step);
        assertTrue(Json.number(json.get("peakGflops"), "peakGflops") > 0);
        assertTrue(Json.number(json.get("gigabytesPerSecond"), "gigabytesPerSecond") > 0);
    }

    @Test
    void theRooflineIsATableOfLines(@TempDir Path folder) throws IOException {
        var network = Files.writeString(folder.resolve("measured.net"), NETWORK);
        var ran = Ran.of("bench", network, "--roofline", "--seconds", "0.02", "--threads", "1", "--verbose");
        assertEquals(0, ran.exit(), ran::err);
        assertTrue(ran.out().lines().anyMatch(l -> l.startsWith("4 ") && l.endsWith("|> dense(3)")), ran::out);
        assertTrue(ran.out().contains("product in register tiles, 16 rows of depth 4"), ran::out);
        assertTrue(ran.out().lines().anyMatch(l -> l.startsWith("other ")), ran::out);
    }

    @Test
    void aStartIsSteadyWhenItsStepsAreAsFastAsTheLastOnes() {
        var ends = new long[400];
        long now = 0;
        for (int i = 0; i < ends.length; i++) {
            now += i < 100 ? 100_000_000L : 10_000_000L; // ten steps a second, then a hundred
            ends[i] = now;
        }
        var start = StartWatch.of(ends, 500, List.of("k3"));
        assertEquals(600, start.first(), 1e-6);
        assertEquals(10_500, start.hundred(), 1e-6);
        assertTrue(Double.isNaN(start.thousand()));
        assertEquals(100, start.stepsPerSecond(), 1e-6);
        assertEquals(10_500, start.steady(), 101);
        var told = Json.object(Json.parse(Json.write(start.toJson())), "start");
        assertEquals(List.of("k3"), StartWatch.of(told).stuck());
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
