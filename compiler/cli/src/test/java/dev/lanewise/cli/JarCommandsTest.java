package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Exit;
import dev.lanewise.runtime.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// compile, evaluate, predict and weights, on the digits.
class JarCommandsTest {
    private static final String DIGITS = """
        network Digits(hidden = 32) {
          input  image: float[64]
          target digit: class[10]
          logits = image |> dense(hidden) |> relu |> dense(10)
          output probability = softmax(logits)
          loss   cross_entropy(logits, digit)
          metric accuracy(logits, digit)
          train { data: "digits"; test: 0.2; epochs: 8; optimizer: adam(rate: 3e-3) }
        }
        """;

    @TempDir
    static Path folder;

    private static Path net;
    private static Path jar;
    private static Ran trained;

    @BeforeAll
    static void train() throws IOException {
        net = Files.writeString(folder.resolve("digits.net"), DIGITS);
        jar = folder.resolve("trained.jar");
        trained = Ran.of("train", net, "--json", "--quiet", "-o", jar).endsWith(Exit.DONE);
    }

    @Test
    void evaluateMeasuresWhatTrainingHeldBack() {
        var test = Json.object(trained.json().get("test"), "test");
        assertTrue(Json.number(test.get("accuracy"), "accuracy") > 0.9, trained.out());
        var json = Ran.of("evaluate", jar, "--json").endsWith(Exit.DONE).json();
        assertEquals(List.of("network", "examples", "loss", "accuracy", "confusion"), List.copyOf(json.keySet()));
        assertEquals(359L, json.get("examples"));
        assertEquals(test.get("loss"), json.get("loss"));
        assertEquals(test.get("accuracy"), json.get("accuracy"));
        long all = 0;
        long right = 0;
        var rows = Json.list(json.get("confusion"), "confusion");
        for (int row = 0; row < rows.size(); row++) {
            var counts = Json.list(rows.get(row), "row");
            assertEquals(10, counts.size());
            for (int column = 0; column < 10; column++) {
                long count = Json.integer(counts.get(column), "count");
                all += count;
                right += row == column ? count : 0;
            }
        }
        assertEquals(359, all);
        assertEquals(Json.number(json.get("accuracy"), "accuracy"), right / 359.0, 1e-12);
    }

    @Test
    void evaluateTakesOtherDataAndBounds() {
        var json = Ran.of("evaluate", jar, "--data", "digits", "--json", "--threads", 1)
                .endsWith(Exit.DONE)
                .json();
        assertEquals(1797L, json.get("examples"));
        Ran.of("evaluate", jar, "--require", "accuracy > 0.9").endsWith(Exit.DONE);
        Ran.of("evaluate", jar, "--require", "accuracy > 2").endsWith(Exit.WRONG_OUTCOME);
    }

    @Test
    void predictPrintsALineForEachExample() {
        var run = Ran.of("predict", jar, "--data", "digits").endsWith(Exit.DONE);
        var lines = run.out().lines().toList();
        assertEquals(1798, lines.size());
        assertTrue(lines.getFirst().startsWith("digit,probability_0,probability_1,"), lines.getFirst());
        assertTrue(lines.get(1).matches("0,(0\\.\\d+(E-\\d+)?|\\d\\.\\d+E-\\d+|1\\.0|,)+"), lines.get(1));
        assertEquals(
                1797,
                Ran.of("predict", jar, "--data", "digits", "--no-header")
                        .out()
                        .lines()
                        .count());
    }

    @Test
    void predictPrintsJsonLines() {
        var lines = Ran.of("predict", jar, "--data", "digits", "--json")
                .endsWith(Exit.DONE)
                .out()
                .lines()
                .toList();
        assertEquals(1797, lines.size());
        var first = Json.object(Json.parse(lines.getFirst()), "line");
        assertEquals(0L, first.get("digit"));
        double sum = 0;
        for (var probability : Json.list(first.get("probability"), "probability")) {
            sum += Json.number(probability, "probability");
        }
        assertEquals(1, sum, 1e-5);
    }

    @Test
    void compileWritesTheSameBytesTwice() throws IOException {
        var one = folder.resolve("one.jar");
        var run =
                Ran.of("compile", net, "-o", one, "--json").endsWith(Exit.DONE).json();
        assertEquals(Files.size(one), run.get("jarBytes"));
        var first = Files.readAllBytes(one);
        Ran.of("compile", net, "-o", one).endsWith(Exit.DONE);
        assertArrayEquals(first, Files.readAllBytes(one));
    }

    @Test
    void weightsGoOutAndIn() throws IOException {
        var tensors = folder.resolve("w.safetensors");
        var json = Ran.of("weights", jar, "-o", tensors, "--json")
                .endsWith(Exit.DONE)
                .json();
        var weights = Json.list(json.get("weights"), "weights");
        assertEquals(4, weights.size());
        var first = Json.object(weights.getFirst(), "weight");
        assertEquals("dense_1.weight", first.get("name"));
        assertEquals("parameter", first.get("kind"));
        assertEquals(List.of(32L, 64L), first.get("shape"));
        assertEquals(32L, first.get("distinctRows"));

        var fresh = folder.resolve("fresh.jar");
        Ran.of("compile", net, "-o", fresh).endsWith(Exit.DONE);
        var hash = Ran.of("weights", fresh, "--json").json().get("hash");
        assertFalse(json.get("hash").equals(hash));
        Ran.of("weights", fresh, "--load", tensors).endsWith(Exit.DONE);
        assertEquals(json.get("hash"), Ran.of("weights", fresh, "--json").json().get("hash"));
        Ran.of("compile", net, "-o", fresh, "--load", tensors).endsWith(Exit.DONE);
        assertEquals(json.get("hash"), Ran.of("weights", fresh, "--json").json().get("hash"));
        assertEquals(
                json.get("hash"),
                Ran.of("weights", net, "--load", tensors, "--json").json().get("hash"));
    }

    @Test
    void weightsOfAnotherShapeAreRefusedAndTheJarIsAsItWas() throws IOException {
        var tensors = folder.resolve("small.safetensors");
        Ran.of("weights", net, "--set", "hidden=16", "-o", tensors).endsWith(Exit.DONE);
        var before = Files.readAllBytes(jar);
        var run = Ran.of("weights", jar, "--load", tensors).endsWith(Exit.WRONG_INPUT);
        assertTrue(run.err().contains("dense_1.weight"), run.err());
        assertArrayEquals(before, Files.readAllBytes(jar));
    }

    @ParameterizedTest
    @ValueSource(strings = {"evaluate", "predict", "weights", "train"})
    void aMissingAndAForeignFileAreNamed(String command) throws IOException {
        var missing = folder.resolve("missing.jar");
        var run = Ran.of(command, missing).endsWith(Exit.WRONG_INPUT);
        assertTrue(run.err().startsWith("lanewise: " + missing + ": there is no such file"), run.err());
        var foreign = Files.writeString(folder.resolve("foreign.jar"), "no jar at all", StandardCharsets.UTF_8);
        run = Ran.of(command, foreign).endsWith(Exit.WRONG_INPUT);
        assertTrue(run.err().startsWith("lanewise: " + foreign + ": "), run.err());
        var text = Files.writeString(folder.resolve("notes.txt"), "");
        run = Ran.of(command, text).endsWith(Exit.WRONG_INPUT);
        assertTrue(run.err().contains(".net or .jar"), run.err());
        Ran.of(command).endsWith(Exit.USAGE);
    }

    @Test
    void aPackageIsNamedAsJavaDoes() {
        Ran.of("compile", net, "-o", folder.resolve("p.jar"), "--package", "com.example.models")
                .endsWith(Exit.DONE);
        Ran.of("compile", net, "--package", "com.1.x").endsWith(Exit.USAGE);
    }

    @Test
    void everyCommandHasHelp() {
        var console = Console.of(System.out, System.err);
        var commands = new CommandLine(RootCommand.class, new Commands(console)).getSubcommands();
        assertTrue(commands.size() > 10);
        commands.forEach((name, command) -> {
            var help = Ran.of(name, "--help").endsWith(Exit.DONE).out();
            assertTrue(help.startsWith("Usage: lanewise " + name + " [OPTIONS]"), help);
            // What is written in lines is shown in the same lines; a longer text is a paragraph.
            for (var line : command.getCommandSpec().usageMessage().footer()) {
                var shown = line.replace("%%", "%").replace("%n", "").stripTrailing();
                assertTrue(shown.length() > 109 || help.contains(shown + "\n"), () -> line + "\n" + help);
            }
        });
        for (var command : List.of("compile", "train", "evaluate", "predict", "weights")) {
            var help = Ran.of(command, "--help").out();
            assertTrue(help.contains("Examples:\n  lanewise " + command), help);
        }
    }

    @Test
    void aFolderOfNetworksMakesOneJarAndOptionsTellWhichIsMeant() throws IOException {
        var models = Files.createDirectory(folder.resolve("models"));
        Files.writeString(models.resolve("blocks.net"), "block twice(x) { return 2 * x }\n");
        Files.writeString(models.resolve("a.net"), "import \"blocks.net\"\n" + DIGITS);
        Files.writeString(models.resolve("b.net"), """
            network Copy { input image: float[64]; output same = image + 0 }
            """);
        var json = Ran.of("compile", models, "--json", "--quiet")
                .endsWith(Exit.DONE)
                .json();
        var both = folder.resolve("models.jar");
        assertEquals(both.toString(), json.get("model"));
        assertEquals(2, Json.list(json.get("networks"), "networks").size());
        Ran.of("train", both, "--network", "Digits", "--epochs", "1", "--quiet").endsWith(Exit.DONE);
        var digits = Ran.of("evaluate", both, "--network", "Digits", "--json").endsWith(Exit.DONE);
        assertTrue(Json.number(digits.json().get("accuracy"), "accuracy") > 0.5, digits.out());
        var copied =
                Ran.of("predict", both, "--network", "Copy", "--data", "digits").endsWith(Exit.DONE);
        assertEquals(1798, copied.out().lines().count());
        var unsaid = Ran.of("predict", both, "--data", "digits").endsWith(Exit.WRONG_INPUT);
        assertTrue(unsaid.err().contains("holds several networks: Digits, Copy"), unsaid.err());
        var unknown = Ran.of("weights", both, "--network", "Digit").endsWith(Exit.WRONG_INPUT);
        assertTrue(unknown.err().contains("there is no network Digit; it holds Digits, Copy"), unknown.err());
        var same = Ran.of("compile", models.resolve("a.net"), net, "-o", both).endsWith(Exit.WRONG_INPUT);
        assertTrue(same.err().contains("the network is called Digits like that of"), same.err());
        var nameless = Ran.of("compile", net, models).endsWith(Exit.USAGE);
        assertTrue(nameless.err().contains("-o FILE.jar"), nameless.err());
    }

    @Test
    void oneNumberOfTwoInputsIsDrawnInShades() throws IOException {
        var sum = Files.writeString(folder.resolve("sum.net"), """
            network Sum {
              input  a: float[1]
              input  b: float[1]
              target y: float[1]
              output z = 3 * a + b
              loss   mse(z, y)
              train { data: "normal:50" }
            }
            """);
        var lines = Ran.of("evaluate", sum).endsWith(Exit.DONE).out().lines().toList();
        var top = lines.get(lines.size() - 32);
        var bottom = lines.get(lines.size() - 3);
        assertTrue(top.endsWith("@"), top);
        assertFalse(bottom.endsWith("@"), bottom);
        assertTrue(bottom.matches("-[0-9.]+ {3,}\\..*"), bottom);
        assertTrue(lines.getLast().matches("z:  from -[0-9.]+ \\(blank\\) to [0-9.]+ \\(@\\)"), lines.getLast());
    }
}
