package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StatsCommandTest {
    private static final String NETWORK = """
        block twice(x) {
          a = x |> dense(6) |> tanh
          return a |> dense(6) |> tanh
        }

        network Watched(bias = 0, spread = 0.5) {
          input  x: float[4]
          target y: float[6]

          h1 = x |> dense(6, init: normal(std: spread), bias_init: constant(bias)) |> sigmoid
          h = h1
          repeat 2 { h = h |> dense(6, init: normal(std: spread), bias_init: constant(bias)) |> relu }
          s = h + h1
          z = s |> twice
          output p = z |> dense(6)
          loss mse(p, y)

          train {
            data:      "normal:60"
            optimizer: sgd(rate: 0.1)
            batch:     20
            epochs:    3
          }
        }
        """;

    @TempDir
    Path folder;

    private Path network;

    @BeforeEach
    void write() throws IOException {
        network = Files.writeString(folder.resolve("watched.net"), NETWORK);
    }

    private static Ran stats(Object... arguments) {
        var all = new ArrayList<Object>(List.of("stats", "--json"));
        all.addAll(List.of(arguments));
        return Ran.of(all.toArray()).endsWith(0);
    }

    private static List<Map<String, Object>> layers(Map<String, Object> json) {
        return Json.list(json.get("layers"), "layers").stream()
                .map(layer -> Json.object(layer, "a layer"))
                .toList();
    }

    private static Map<String, Object> layer(Map<String, Object> json, String name) {
        return layers(json).stream()
                .filter(layer -> layer.get("name").equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static double figure(Map<String, Object> layer, String name) {
        return ((Number) layer.get(name)).doubleValue();
    }

    private static List<Object> names(Map<String, Object> json) {
        return layers(json).stream().map(layer -> layer.get("name")).toList();
    }

    @Test
    void activationsAreListedByTheNamesTheyHaveOrTheirKindsCounted() {
        var json = stats(network).json();
        assertEquals(List.of("h1", "relu_1", "relu_2", "twice_1.a", "z"), names(json));
        assertEquals(
                List.of("sigmoid", "relu", "relu", "tanh", "tanh"),
                layers(json).stream().map(layer -> layer.get("kind")).toList());
        assertEquals(10L, layer(json, "h1").get("line"));
        assertEquals("Watched", json.get("network"));
        assertEquals(60L, json.get("examples"));
    }

    @Test
    void otherValuesAreWatchedByName() {
        var json = stats(network, "--layers", "p,s,dense_1").json();
        assertEquals(List.of("dense_1", "s", "p"), names(json));
        var unknown = Ran.of("stats", network, "--layers", "h7").endsWith(2);
        assertTrue(unknown.err().contains("--layers h7: the network has no such layer"), unknown::err);
        assertTrue(unknown.err().contains("twice_1.a"), unknown::err);
    }

    /// The derivative of mse by the output is 2 (p - y) over the number of outputs and of examples.
    @Test
    void figuresAreThoseOfTheValuesAndTheirGradients() throws IOException {
        var text = NETWORK.replace("mse(p, y)", "mean((p - 1) ^ 2) + l2(weights, 1)");
        Files.writeString(network, text);
        var p = layer(stats(network, "--layers", "p", "--precision", "f64").json(), "p");
        assertEquals(2 * figure(p, "std") / 6 / 60, figure(p, "gradientStd"), 1e-12);
        assertTrue(figure(p, "min") < figure(p, "mean") && figure(p, "mean") < figure(p, "max"));
        var histogram = Json.object(p.get("histogram"), "histogram");
        long counted = Json.list(histogram.get("counts"), "counts").stream()
                .mapToLong(count -> (Long) count)
                .sum();
        assertEquals(60 * 6, counted);
        double loss = (Double)
                stats(network, "--precision", "f64", "--set", "spread=0").json().get("loss");
        assertTrue(loss > 1, () -> "penalties belong to the loss, and it is " + loss);
    }

    @Test
    void dyingAndSaturatedUnitsAreCounted() {
        var fresh = stats(network).json();
        assertTrue(figure(layer(fresh, "relu_1"), "dead") < 0.5);
        assertEquals(0, figure(layer(fresh, "h1"), "saturated"));
        var shifted = stats(network, "--set", "bias=-50").json();
        assertEquals(1, figure(layer(shifted, "relu_1"), "dead"));
        assertEquals(0, figure(layer(shifted, "relu_1"), "saturated"));
        assertEquals(1, figure(layer(shifted, "h1"), "saturated"));
        assertEquals(0, figure(layer(shifted, "h1"), "dead"));
        assertEquals(0, figure(layer(shifted, "relu_1"), "gradientStd"));
    }

    @Test
    void weightsBehindPositiveValuesGetGradientsOfOneSign() throws IOException {
        for (var loss : List.of("mse(p, y)", "mse(p, y) + l2(weights, 0.1)")) {
            Files.writeString(network, NETWORK.replace("mse(p, y)", loss));
            var json = stats(network, "--layers", "h1,relu_1,twice_1.a,p").json();
            assertTrue(figure(layer(json, "h1"), "sameSign") < 0.3, json::toString);
            assertEquals(1.0, figure(layer(json, "relu_1"), "sameSign"));
            assertTrue(figure(layer(json, "p"), "sameSign") < 0.2, json::toString);
        }
    }

    @Test
    void alongTrainingThereIsALookEverySoManyStepsAndAfterTheLast() {
        var json = stats(network, "--every", 3, "--steps", 7, "--layers", "h1").json();
        var looks = Json.list(json.get("steps"), "steps").stream()
                .map(look -> Json.object(look, "a look"))
                .toList();
        assertEquals(
                List.of(0L, 3L, 6L, 7L),
                looks.stream().map(look -> look.get("step")).toList());
        assertTrue((Double) looks.get(3).get("loss") < (Double) looks.get(0).get("loss"));
        assertEquals(layers(json), layers(looks.getFirst()));
        var text = Ran.of("stats", network, "--every", 3, "--steps", 7, "--layers", "h1")
                .endsWith(0);
        assertTrue(text.out().contains("h1, sigmoid, line 10"), text::out);
        assertEquals(4, text.out().lines().filter(line -> line.contains("|")).count(), text::out);
    }

    @Test
    void theEndOfTrainingIsWhatTrainLeavesInTheJar() {
        var jar = folder.resolve("watched.jar");
        Ran.of("train", network, "-o", jar).endsWith(0);
        var along = stats(network, "--every", 9).json();
        var last = Json.object(Json.list(along.get("steps"), "steps").getLast(), "a look");
        assertEquals(9L, last.get("step"));
        assertEquals(layers(last), layers(stats(jar).json()));
    }

    @Test
    void theMachineMakesNoDifference() {
        var one = stats(network, "--steps", 5, "--threads", 1, "--vector", "scalar");
        assertEquals(one.out(), stats(network, "--steps", 5, "--threads", 2).out());
    }

    @Test
    void aNetworkWithoutALossHasNoGradients() throws IOException {
        Files.writeString(network, "network N {\n  input x: float[3]\n  output y = x |> dense(5) |> tanh\n}\n");
        var json = stats(network, "--data", "normal:50").json();
        assertEquals(Json.NULL, layer(json, "y").get("gradientStd"));
        assertEquals(Json.NULL, layer(json, "y").get("sameSign"));
        assertEquals(Json.NULL, json.get("loss"));
        assertTrue(figure(layer(json, "y"), "std") > 0.1);
        var trained =
                Ran.of("stats", network, "--data", "normal:50", "--steps", 3).endsWith(1);
        assertTrue(trained.err().contains("has no loss"), trained::err);
    }

    @Test
    void aSampleOfLargeDataIsLookedAt() {
        var some = stats(network, "--examples", 7).json();
        assertEquals(7L, some.get("examples"));
        assertEquals(1, Ran.of("stats", network, "--data", "csv:none.csv").exit());
        assertEquals(2, Ran.of("stats", network, "--every", 0).exit());
    }

    @Test
    void aRunThatDivergesShowsWhatWasSeen() {
        var ran = Ran.of("stats", network, "--set", "train.optimizer=sgd(rate: 1e30)", "--every", 1, "--layers", "z")
                .endsWith(3);
        assertTrue(ran.out().contains("z, tanh"), ran::out);
        assertTrue(ran.err().contains("diverged") || ran.err().contains("loss"), ran::err);
    }

    @Test
    void thePageStandsByItself() throws IOException {
        var page = folder.resolve("page.html");
        Ran.of("stats", network, "--steps", 4, "--every", 2, "--html", page).endsWith(0);
        var html = Files.readString(page);
        for (var part : List.of("twice_1.a", "step 4", "prefers-color-scheme: dark", "</html>")) {
            assertTrue(html.contains(part), part);
        }
        for (var part : List.of("http:", "https:", "src=", "href=", "NaN", "@import")) {
            assertFalse(html.contains(part), part);
        }
        assertEquals(html.split("<svg", -1).length, html.split("</svg>", -1).length);
        assertTrue(html.split("<svg", -1).length > 5 * 3 * 2);
        var again = folder.resolve("again.html");
        Ran.of("stats", network, "--steps", 4, "--every", 2, "--html", again).endsWith(0);
        assertEquals(html, Files.readString(again));
    }
}
