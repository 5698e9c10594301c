package dev.lanewise.runtime.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.Port;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("scalar")
class ModelFileTest {
    @TempDir
    Path folder = Path.of("");

    private static final Layout LAYOUT = new Layout(
            false,
            128,
            64,
            3,
            List.of(
                    new Layout.Slot("dense_1.weight", "PARAMETER", List.of(2, 3), 0),
                    new Layout.Slot("dense_1.bias", "PARAMETER", List.of(2), 16),
                    new Layout.Slot("optimizer.m.dense_1.bias", "OPTIMIZER", List.of(2), 32)),
            List.of(new Layout.Entry(
                    "train",
                    96,
                    List.of(new Layout.Buffer(true, 0, 96), new Layout.Buffer(false, 64, 1)),
                    List.of(new Layout.Feed("x", 0)),
                    List.of(new Layout.Fetch("LOSS", "loss", List.of(), 1)))),
            List.of(new Layout.MetricSlot("accuracy", List.of("accuracy.0"))));

    private static ModelInfo info() {
        var x = new Port("x", Port.Kind.FLOAT, List.of(3), 0, List.of());
        var y = new Port("y", Port.Kind.CLASS, List.of(), 2, List.of("yes", "no"));
        var plan = new TrainPlan(
                "digits",
                "",
                0.2,
                0.1,
                "adam(rate: 1e-3)",
                "",
                64,
                5,
                -7,
                true,
                3,
                "accuracy >= 0.9",
                1,
                0,
                "x noise 0.5");
        return new ModelInfo(
                "Small",
                List.of(x),
                List.of(y),
                List.of(),
                8,
                LAYOUT,
                "small.Small$Program",
                plan,
                Map.of("hidden", "20"),
                Map.of("columns", List.of("a", "b")),
                List.of("small.net"),
                "abc",
                "0.1");
    }

    private static WeightStore weights() {
        var store = WeightStore.zeros(LAYOUT);
        store.set("dense_1.weight", new double[] {1, 2, 3, 4, 5, 6});
        store.set("dense_1.bias", new double[] {-1, 0.5});
        store.set("optimizer.m.dense_1.bias", new double[] {9, 9});
        return store;
    }

    private Path written(String name) {
        var code = new LinkedHashMap<String, byte[]>();
        code.put("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
        code.put("small.net", "network Small {}".getBytes(StandardCharsets.UTF_8));
        var jar = folder.resolve(name);
        ModelFile.write(jar, info(), code, weights());
        return jar;
    }

    @Test
    void whatIsWrittenIsRead() {
        var jar = written("small.jar");
        assertEquals(info(), ModelFile.info(jar));
        var read = ModelFile.weights(jar, info());
        assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, read.get("dense_1.weight"));
        assertArrayEquals(new double[] {0, 0}, read.get("optimizer.m.dense_1.bias"), "not part of a saved network");
        assertEquals(
                List.of("META-INF/MANIFEST.MF", "small.net"),
                List.copyOf(ModelFile.code(jar, info()).keySet()));
    }

    @Test
    void theSameContentsGiveTheSameBytes() throws IOException {
        assertArrayEquals(Files.readAllBytes(written("one.jar")), Files.readAllBytes(written("two.jar")));
        try (var files = Files.list(folder)) {
            assertEquals(2, files.count(), "nothing is left beside them");
        }
    }

    @Test
    void damagedJarsGiveOneLineWhateverTheDamage() throws IOException {
        var bytes = Files.readAllBytes(written("whole.jar"));
        var random = new Random(1);
        var jar = folder.resolve("damaged.jar");
        for (int round = 0; round < 400; round++) {
            var damaged = bytes.clone();
            int changes = 1 + random.nextInt(3);
            for (int i = 0; i < changes; i++) {
                damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
            }
            int length = random.nextInt(4) == 0 ? random.nextInt(damaged.length) : damaged.length;
            Files.write(jar, java.util.Arrays.copyOf(damaged, length));
            try {
                var info = ModelFile.info(jar);
                ModelFile.weights(jar, info);
                ModelFile.code(jar, info);
            } catch (ModelException e) {
                var message = String.valueOf(e.getMessage());
                assertTrue(message.startsWith(jar.toString()) && message.lines().count() == 1, message);
            }
        }
    }

    @Test
    void otherFilesAreNamedForWhatTheyAre() throws IOException {
        var text = Files.writeString(folder.resolve("text.jar"), "no jar");
        assertMessage("no jar", text);
        assertMessage("no such file", folder.resolve("missing.jar"));
        assertMessage("folder", folder);
        try (var out = new java.util.zip.ZipOutputStream(Files.newOutputStream(folder.resolve("other.jar")))) {
            out.putNextEntry(new java.util.zip.ZipEntry("a"));
        }
        assertMessage("no network", folder.resolve("other.jar"));
    }

    private static void assertMessage(String part, Path jar) {
        var e = assertThrows(ModelException.class, () -> ModelFile.info(jar));
        assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
    }

    @Test
    void aFormatThatIsTooNewOrTooOldIsRefused() {
        refused(ModelInfo.FORMAT + 1, "newer");
        refused(ModelInfo.OLDEST - 1, "compile it anew");
    }

    private static void refused(int format, String remedy) {
        var json = ModelJson.write(info()).replace("\"format\":" + ModelInfo.FORMAT, "\"format\":" + format);
        var e = assertThrows(ModelException.class, () -> ModelJson.read(json.getBytes(StandardCharsets.UTF_8)));
        assertTrue(String.valueOf(e.getMessage()).contains(remedy), e.getMessage());
    }

    @Test
    void weightsAreLoadedWholeOrNotAtAll() throws IOException {
        var file = folder.resolve("w.safetensors");
        new SafetensorsWriter()
                .add("dense_1.weight", List.of(2, 3), new float[] {9, 9, 9, 9, 9, 9})
                .add("dense_1.bias", List.of(3), new float[3])
                .write(file);
        var store = weights();
        var e = assertThrows(ModelException.class, () -> store.load(file));
        assertTrue(String.valueOf(e.getMessage()).contains("dense_1.bias has the shape [3]"), e.getMessage());
        assertArrayEquals(new double[] {1, 2, 3, 4, 5, 6}, store.get("dense_1.weight"));
        new SafetensorsWriter()
                .add("dense_1.weight", List.of(2, 3), new float[6])
                .write(file);
        var missing = assertThrows(ModelException.class, () -> store.load(file));
        assertTrue(String.valueOf(missing.getMessage()).contains("no tensor dense_1.bias"), missing.getMessage());
        new SafetensorsWriter()
                .add("dense_1.weight", List.of(2, 3), new float[6])
                .add("dense_1.bias", List.of(2), new float[2])
                .add("dense_2.bias", List.of(2), new float[2])
                .write(file);
        var unknown = assertThrows(ModelException.class, () -> store.load(file));
        assertTrue(String.valueOf(unknown.getMessage()).contains("no weight dense_2.bias"), unknown.getMessage());
    }

    @Test
    void theHashIsThatOfTheBytesInTheOrderOfTheNames() throws Exception {
        var bytes = java.nio.ByteBuffer.allocate(32).order(java.nio.ByteOrder.LITTLE_ENDIAN);
        for (float value : new float[] {-1, 0.5f, 1, 2, 3, 4, 5, 6}) {
            bytes.putFloat(value);
        }
        var digest = java.security.MessageDigest.getInstance("SHA-256").digest(bytes.array());
        assertEquals(
                java.util.HexFormat.of().formatHex(digest).substring(0, 8),
                weights().hash());
    }
}
