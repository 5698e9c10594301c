package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.cli.console.Exit;
import dev.lanewise.runtime.model.Json;
import dev.lanewise.runtime.model.ModelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainCommandTest {
    private static final String SPIRALS = """
        network Spirals(width = 8) {
          input  point: float[2]
          target arm:   class[2]
          logits = point |> dense(width) |> tanh |> dense(2)
          output probability = softmax(logits)
          loss   cross_entropy(logits, arm)
          metric accuracy(logits, arm)
          train { data: "spirals:200"; test: 0.25; epochs: 3; batch: 16 }
        }
        """;

    @TempDir
    Path folder;

    private Path net;
    private Path jar;

    @BeforeEach
    void writeNetwork() throws IOException {
        net = Files.writeString(folder.resolve("spirals.net"), SPIRALS);
        jar = folder.resolve("spirals.jar");
    }

    private Set<String> files() throws IOException {
        try (var list = Files.list(folder)) {
            return list.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    @Test
    void pretrainingIsToldLayerByLayerAndMadeOnce() throws IOException {
        var pretrain = "train.pretrain=autoencoder(epochs: 2)";
        var log = folder.resolve("log");
        var run =
                Ran.of("train", net, "--set", pretrain, "--json", "--log", log).endsWith(Exit.DONE);
        var layer = Json.objects(run.json().get("pretraining"), "pretraining").getFirst();
        assertEquals("dense_1", layer.get("layer"));
        assertEquals(2, Json.list(layer.get("epochs"), "epochs").size());
        assertTrue(
                run.err().lines().toList().getFirst().matches("pretrain 1/1  dense_1  epoch 1/2  loss [0-9.]+  .*"),
                run.err());
        assertTrue(Files.readAllLines(log).getFirst().contains("\"pretrain\":\"dense_1\""), Files.readString(log));
        assertEquals(5, Files.readAllLines(log).size());
        var again = Ran.of("train", jar).endsWith(Exit.DONE);
        assertEquals(3, again.err().lines().count(), again.err());
        var checked = Ran.of("check", net, "--set", pretrain).endsWith(Exit.DONE);
        assertTrue(checked.out().contains("each layer's gradients, as differences say"), checked.out());
        var wrong = Ran.of("train", net, "--set", "train.pretrain=autoencoder(layers: [dense_7])");
        assertTrue(wrong.endsWith(Exit.WRONG_INPUT).err().contains("there is no layer `dense_7`"), wrong.err());
    }

    @Test
    void aRunWritesTheJarBesideItsSourceAndALineForEachEpoch() throws IOException {
        var run = Ran.of("train", net).endsWith(Exit.DONE);
        assertEquals(Set.of("spirals.net", "spirals.jar"), files());
        var lines = run.err().lines().toList();
        assertEquals(3, lines.size(), run.err());
        assertTrue(
                lines.getFirst()
                        .matches("epoch 1/3 {2}loss \\S+ {2}accuracy \\S+ {2}\\S+ steps/s {2}.* left {2}[0-9a-f]{8}"),
                run.err());
        assertTrue(run.out().startsWith("test  loss "), run.out());
        assertTrue(run.out().contains("(50 examples)"), run.out());
    }

    @Test
    void membersOfAnEnsembleAreToldWithWhatTheyWereNotGiven() {
        var run = Ran.of("train", net, "--json", "--set", "train.ensemble=bagging(models: 3)")
                .endsWith(Exit.DONE);
        var members = Json.list(run.json().get("members"), "members");
        assertEquals(3, members.size());
        for (int i = 0; i < 3; i++) {
            var member = Json.object(members.get(i), "member");
            assertEquals(i + 1L, member.get("member"));
            assertEquals(0.368, Json.number(member.get("duplicates"), "duplicates"), 0.1);
            var figures = Json.object(member.get("outOfBag"), "outOfBag");
            assertEquals(Set.of("loss", "accuracy"), figures.keySet());
        }
        var text = Ran.of("train", net, "--set", "train.ensemble=bagging(models: 3)")
                .endsWith(Exit.DONE);
        assertEquals(
                3, text.err().lines().filter(line -> line.startsWith("member ")).count(), text.err());
    }

    @Test
    void jsonIsTheObjectThatScriptsRelyOn() {
        var json = Ran.of("train", net, "--json", "--set", "train.validate=0.2")
                .endsWith(Exit.DONE)
                .json();
        assertEquals(
                List.of("network", "parameters", "model", "epochs", "test", "steps", "stepsPerSecond"),
                List.copyOf(json.keySet()));
        assertEquals("Spirals", json.get("network"));
        assertEquals(8L * 2 + 8 + 2 * 8 + 2, json.get("parameters"));
        assertEquals(jar.toString(), json.get("model"));
        assertEquals(3L * 8, json.get("steps"), "120 examples of 150 are trained on, 16 at once");
        var epochs = Json.list(json.get("epochs"), "epochs");
        assertEquals(3, epochs.size());
        var epoch = Json.object(epochs.getFirst(), "epoch");
        assertEquals(List.of("epoch", "seconds", "train", "validation"), List.copyOf(epoch.keySet()));
        for (var part : List.of("train", "validation")) {
            assertEquals(
                    List.of("loss", "accuracy"),
                    List.copyOf(Json.object(epoch.get(part), part).keySet()));
        }
        assertEquals(
                List.of("loss", "accuracy"),
                List.copyOf(Json.object(json.get("test"), "test").keySet()));
    }

    @Test
    void theSameSeedGivesTheSameJarForAnyNumberOfThreadsAndAnyWidth() throws IOException {
        Ran.of("train", net, "--threads", 1).endsWith(Exit.DONE);
        var first = Files.readAllBytes(jar);
        try {
            Ran.of("train", net, "--threads", 2, "--vector", "scalar").endsWith(Exit.DONE);
        } finally {
            System.clearProperty("lanewise.vector");
        }
        assertArrayEquals(first, Files.readAllBytes(jar));
        Ran.of("train", net, "--seed", 2).endsWith(Exit.DONE);
        var info = ModelFile.info(jar);
        assertEquals(2, info.train().seed());
        assertFalse(java.util.Arrays.equals(first, Files.readAllBytes(jar)));
    }

    @Test
    void optionsReachTheRun() {
        var json = Ran.of(
                        "train",
                        net,
                        "--json",
                        "--epochs",
                        2,
                        "--batch",
                        50,
                        "--set",
                        "width=3",
                        "--data",
                        "spirals:120",
                        "--test",
                        "spirals:40",
                        "--precision",
                        "f64")
                .endsWith(Exit.DONE)
                .json();
        assertEquals(3L * 2 + 3 + 2 * 3 + 2, json.get("parameters"));
        assertEquals(2L * 3, json.get("steps"));
        assertTrue(ModelFile.info(jar).layout().doublePrecision());
    }

    @Test
    void theLogHasAnObjectForEachEpoch() throws IOException {
        var log = folder.resolve("log.jsonl");
        Ran.of("train", net, "--log", log, "--quiet").endsWith(Exit.DONE);
        var lines = Files.readAllLines(log);
        assertEquals(3, lines.size());
        var last = Json.object(Json.parse(lines.getLast()), "line");
        assertEquals(3L, last.get("epoch"));
        assertEquals(ModelFile.weights(jar, ModelFile.info(jar)).hash(), last.get("hash"));
    }

    @Test
    void aJarIsTrainedOnFromItsWeights() {
        Ran.of("train", net).endsWith(Exit.DONE);
        var before = ModelFile.weights(jar, ModelFile.info(jar)).hash();
        var json = Ran.of("train", jar, "--json", "--epochs", 1)
                .endsWith(Exit.DONE)
                .json();
        var loss = Json.number(
                Json.object(
                                Json.object(
                                                Json.list(json.get("epochs"), "epochs")
                                                        .getFirst(),
                                                "epoch")
                                        .get("train"),
                                "train")
                        .get("loss"),
                "loss");
        assertTrue(loss < 0.66, "fresh weights begin near log 2, these were trained: " + loss);
        assertFalse(before.equals(ModelFile.weights(jar, ModelFile.info(jar)).hash()));
    }

    @Test
    void aMissedRequirementIsExitCodeThreeAndTheJarIsThere() {
        var run = Ran.of("train", net, "--require", "accuracy >= 1.5").endsWith(Exit.WRONG_OUTCOME);
        assertTrue(run.err().contains("accuracy >= 1.5 was missed"), run.err());
        assertTrue(Files.exists(jar));
        Ran.of("train", net, "--require", "loss < 100").endsWith(Exit.DONE);
        Ran.of("train", net, "--set", "train.require=accuracy >= 1.5").endsWith(Exit.WRONG_OUTCOME);
    }

    @ParameterizedTest
    @CsvSource({
        "accuracy,      2",
        "precision >= 1, 2",
        "accuracy >= high, 2",
    })
    void aRequirementThatCannotBeReadIsToldBeforeTheRun(String requirement, int exit) throws IOException {
        var run = Ran.of("train", net, "--require", requirement).endsWith(exit);
        assertTrue(run.err().contains(requirement), run.err());
        assertEquals(Set.of("spirals.net"), files());
    }

    @Test
    void aRunThatDivergesIsExitCodeThreeAndWritesNothing() throws IOException {
        Files.writeString(
                net,
                SPIRALS.replace("train {", "train { optimizer: sgd(rate: 1e30); ")
                        .replace("tanh", "relu"));
        var run = Ran.of("train", net, "--json").endsWith(Exit.WRONG_OUTCOME);
        assertTrue(run.err().contains("training diverged"), run.err());
        assertTrue(run.json().containsKey("diagnostics"));
        assertEquals(Set.of("spirals.net"), files());
    }

    @Test
    void theTestDataOfATableAreEncodedAsTheTableForTraining() throws IOException {
        Files.writeString(folder.resolve("train.csv"), "colour,size,kind\nred,1,b\nblue,2,a\nred,3,a\nblue,4,b\n");
        Files.writeString(folder.resolve("test.csv"), "colour,size,kind\nblue,2,a\nred,1,b\n");
        Files.writeString(net, """
            network Table {
              input  row:  float[3]
              target kind: class[2]
              logits = row |> dense(16) |> tanh |> dense(2)
              output probability = softmax(logits)
              loss   cross_entropy(logits, kind)
              metric accuracy(logits, kind)
              train { data: "train.csv"; test: "test.csv"; optimizer: adam(rate: 0.05); epochs: 100; batch: 4 }
            }
            """);
        var run = Ran.of("train", net, "--require", "accuracy >= 1").endsWith(Exit.DONE);
        assertTrue(run.out().contains("(2 examples)"), run.out());
        assertEquals(List.of("b", "a"), ModelFile.info(jar).targets().getFirst().labels());

        Files.writeString(folder.resolve("new.csv"), "size,colour\n1,red\n2,blue\n");
        var predicted =
                Ran.of("predict", jar, "--data", folder.resolve("new.csv")).endsWith(Exit.DONE);
        var lines = predicted.out().lines().toList();
        assertEquals("kind,probability_b,probability_a", lines.getFirst());
        assertTrue(lines.get(1).startsWith("b,0.") && lines.get(2).startsWith("a,0."), predicted.out());

        var unseen = Files.writeString(folder.resolve("unseen.csv"), "size,colour\n1,green\n");
        var refused = Ran.of("predict", jar, "--data", unseen).endsWith(Exit.WRONG_INPUT);
        assertTrue(refused.err().contains("green") && refused.err().contains("colour"), refused.err());
        Ran.of("predict", jar, "--data", unseen, "--unknown", "zero").endsWith(Exit.DONE);
    }

    @Test
    void fittedValuesComeFromTheTrainingDataAndAreKept() throws IOException {
        Files.writeString(net, SPIRALS.replace("point |> dense", "point |> standardize |> dense"));
        Ran.of("compile", net).endsWith(Exit.DONE);
        for (var command : List.of("evaluate", "predict")) {
            var run = Ran.of(command, jar, "--data", "spirals:20").endsWith(Exit.WRONG_INPUT);
            assertTrue(run.err().contains("standardize_1.mean, standardize_1.std were never computed"), run.err());
        }
        Ran.of("train", jar).endsWith(Exit.DONE);
        var first = ModelFile.weights(jar, ModelFile.info(jar));
        for (double std : first.get("standardize_1.std")) {
            assertEquals(0.4, std, 0.3);
        }
        Ran.of("train", net).endsWith(Exit.DONE);
        assertEquals(first.hash(), ModelFile.weights(jar, ModelFile.info(jar)).hash());
        Ran.of("evaluate", jar).endsWith(Exit.DONE);
    }

    @Test
    void withoutDataTheMessageSaysHowToGiveThem() throws IOException {
        Files.writeString(net, SPIRALS.replace("data: \"spirals:200\"; ", ""));
        var run = Ran.of("train", net).endsWith(Exit.WRONG_INPUT);
        assertTrue(run.err().contains("--data SPEC"), run.err());
        assertEquals(Set.of("spirals.net"), files());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--epochs 0",
                "--batch 0",
                "--threads 0",
                "--vector 64",
                "--checkpoint x",
                "--resume x",
                "--seed x",
                "--precision f16",
                "--set width",
                "--set width=",
                "--no-such-option"
            })
    void aWrongOptionIsExitCodeTwo(String options) throws IOException {
        var words = options.split(" ", -1);
        var run = words.length == 1
                ? Ran.of("train", net, words[0]).endsWith(Exit.USAGE)
                : Ran.of("train", net, words[0], words[1]).endsWith(Exit.USAGE);
        assertTrue(run.err().contains(words[0]), run.err());
        assertFalse(run.err().contains("\tat "), run.err());
        assertEquals(Set.of("spirals.net"), files());
    }

    @Test
    void anUnknownHyperParameterIsADiagnostic() {
        var run = Ran.of("train", net, "--json", "--set", "widht=4").endsWith(Exit.WRONG_INPUT);
        var diagnostic = Json.object(
                Json.list(run.json().get("diagnostics"), "diagnostics").getFirst(), "first");
        assertTrue(diagnostic.get("message").toString().contains("widht"), run.out());
    }

    @Test
    void aPlaceThatCannotBeWrittenIsToldBeforeTheRun() {
        var run = Ran.of("train", net, "-o", folder.resolve("none/x.jar")).endsWith(Exit.WRONG_INPUT);
        assertTrue(run.err().contains("there is no folder"), run.err());
        assertFalse(run.err().contains("epoch"), run.err());
    }

    @Test
    void aHyperParameterOfAJarIsFixed() {
        Ran.of("compile", net).endsWith(Exit.DONE);
        for (var command : List.of("train", "evaluate", "predict", "weights")) {
            var run = Ran.of(command, jar, "--set", "width=4").endsWith(Exit.WRONG_INPUT);
            assertTrue(run.err().contains("--set width: a jar's network"), run.err());
        }
    }
}
