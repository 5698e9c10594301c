package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.cli.console.Exit;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.data.DataOptions;
import dev.lanewise.runtime.data.DataSource;
import dev.lanewise.runtime.model.Json;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The commands on pictures.
class ImageCommandsTest {
    private static final String STRIPES = """
        network Stripes {
          input  image: float[1, 8, 8]
          target kind:  class[2]
          h = image |> conv(4, kernel: 3) |> relu |> max_pool(2) |> flatten
          logits = h |> dense(2)
          output probability = softmax(logits)
          loss   cross_entropy(logits, kind)
          metric accuracy(logits, kind)
          metric confusion(logits, kind)
          train { data: "images:stripes"; epochs: 30; batch: 16; optimizer: adam(rate: 1e-2) }
        }
        """;

    private static final Port IMAGE = new Port("image", Port.Kind.FLOAT, List.of(1, 8, 8), 0, List.of());
    private static final Port KIND = new Port("kind", Port.Kind.CLASS, List.of(), 2, List.of());
    private static final String AUGMENTED = STRIPES.replace(
            "epochs: 30;",
            "epochs: 3; augment image: rotate(5) |> crop(pad: 1) |> flip_horizontal |> noise(0.02) |> mixup;");

    /// Uses the jar and the JDK alone.
    private static final String APPLICATION = """
        import dev.lanewise.runtime.ArrayDataset;
        import dev.lanewise.runtime.Network;
        import java.nio.file.Path;

        public class AugmentedApplication {
            public static String fit(float[] images, int[] kinds, String jar) throws Exception {
                Network network = Network.load(Path.of(jar));
                try (var trainer = network.trainer().threads(1).open()) {
                    trainer.fit(
                            ArrayDataset.builder()
                                    .add(network.inputs().get(0), images)
                                    .add(network.targets().get(0), kinds)
                                    .build(),
                            new dev.lanewise.runtime.TrainListener() {});
                    return trainer.weights().hash();
                }
            }
        }
        """;

    @TempDir
    Path folder;

    private Path net;
    private Path jar;

    @BeforeEach
    void writeNetwork() throws IOException {
        net = Files.writeString(folder.resolve("stripes.net"), STRIPES);
        jar = folder.resolve("stripes.jar");
        for (int phase = 0; phase < 12; phase++) {
            stripes("stripes/across/" + phase + ".png", true, phase, 8 + phase);
            stripes("stripes/upright/" + phase + ".png", false, phase, 8 + phase);
        }
    }

    @Test
    void picturesAreTrainedOnAndPredictedFrom() throws IOException {
        Ran.of("train", net, "--require", "accuracy >= 0.95").endsWith(Exit.DONE);
        var across = stripes("across.png", true, 1, 16);
        var upright = stripes("upright.jpg", false, 2, 16);
        var predicted = Ran.of("predict", jar, across, upright, across).endsWith(Exit.DONE);
        var lines = predicted.out().lines().toList();
        assertEquals("kind,probability_across,probability_upright", lines.getFirst());
        assertTrue(lines.get(1).startsWith("across,0.9"), lines.get(1));
        assertTrue(lines.get(2).startsWith("upright,0.0"), lines.get(2));
        assertEquals(lines.get(1), lines.get(3));
        stripes("test/upright/a.png", false, 0, 8);
        var evaluated = Ran.of("evaluate", jar, "--data", "images:" + folder.resolve("test"))
                .endsWith(Exit.DONE);
        assertTrue(evaluated.out().contains("accuracy 1.0000"), evaluated.out());
    }

    @Test
    void whatIsNoPictureIsTold() throws IOException {
        Ran.of("compile", net).endsWith(Exit.DONE);
        var text = Ran.of("predict", jar, net).endsWith(Exit.USAGE);
        assertTrue(text.err().contains("stripes.net: not a picture"), text.err());
        var both = Ran.of("predict", jar, folder.resolve("a.png"), "--data", "digits")
                .endsWith(Exit.USAGE);
        assertTrue(both.err().contains("expected one of the two"), both.err());
        var none = Ran.of("predict", jar, folder.resolve("none.png")).endsWith(Exit.WRONG_INPUT);
        assertTrue(none.err().contains("none.png: no such file"), none.err());
    }

    @Test
    void augmentedTrainingEndsInTheSameWeightsHoweverItIsRun() throws Exception {
        Files.writeString(net, AUGMENTED);
        var expected = hash(Ran.of("train", net, "--threads", "1").endsWith(Exit.DONE));
        assertEquals(expected, hash(Ran.of("train", net, "--threads", "2").endsWith(Exit.DONE)));
        assertNotEquals(
                expected,
                hash(Ran.of("train", net, "--set", "train.augment=none").endsWith(Exit.DONE)));
        assertNotEquals(expected, hash(Ran.of("train", net, "--seed", "2").endsWith(Exit.DONE)));
        Ran.of("compile", net).endsWith(Exit.DONE);
        assertEquals(expected, embedded());
    }

    @Test
    void aSheetShowsExamplesAndWhatBecomesOfThem() throws IOException {
        Files.writeString(net, STRIPES.replace("epochs: 30;", "augment image: flip_vertical(1.0);"));
        var sheet = folder.resolve("sheet.png");
        var spec = "images:" + folder.resolve("stripes");
        Ran.of("data", spec, "--augment", net, "--png", sheet).endsWith(Exit.DONE);
        var image = ImageIO.read(sheet.toFile());
        assertEquals(10 * (64 + 4) + 4, image.getWidth());
        assertEquals(10 * (64 + 4) + 4, image.getHeight());
        // Horizontal stripes of the first phase: light above, and below once they are turned over.
        assertEquals(0xffe0e0e0, image.getRGB(4, 4));
        assertEquals(0xff101010, image.getRGB(4 + 68, 4));
        assertEquals(0xff101010, image.getRGB(4, 4 + 63));
        assertEquals(0xffe0e0e0, image.getRGB(4 + 68, 4 + 63));
        Ran.of("data", spec, "--png", sheet).endsWith(Exit.DONE);
        assertEquals(3 * 68 + 4, ImageIO.read(sheet.toFile()).getHeight());
        Files.writeString(net, STRIPES);
        assertTrue(Ran.of("data", spec, "--augment", net, "--png", sheet)
                .endsWith(Exit.WRONG_INPUT)
                .err()
                .contains("has no `augment`"));
        Ran.of("data", spec, "--augment", net).endsWith(Exit.USAGE);
        assertTrue(Ran.of("data", "xor", "--png", sheet)
                .endsWith(Exit.WRONG_INPUT)
                .err()
                .contains("xor: holds no pictures to show"));
    }

    @Test
    void aTrainedNetworkIsShownInPictures() throws IOException {
        Ran.of("train", net, "--epochs", "1").endsWith(Exit.DONE);
        var file = folder.resolve("shown.html");
        var told = Ran.of("explain", "--images", jar, "--example", "3", "--html", file, "--json")
                .endsWith(Exit.DONE)
                .json();
        assertEquals(24L, Json.integer(told.get("examples"), "examples"));
        long all = 0;
        long right = 0;
        var rows = Json.list(told.get("confusion"), "confusion");
        for (int row = 0; row < 2; row++) {
            var counts = Json.list(rows.get(row), "row");
            for (int column = 0; column < 2; column++) {
                long count = Math.round(Json.number(counts.get(column), "count"));
                all += count;
                right += row == column ? count : 0;
            }
        }
        assertEquals(24, all);
        assertEquals(24 - right, Json.list(told.get("wrong"), "wrong").size());
        var page = Files.readString(file);
        var pictures = PICTURE.matcher(page).results().toList();
        // The first weights, the example, and what its layers give: convolution, activation, pool at least.
        assertTrue(pictures.size() >= 5, page);
        for (var picture : pictures) {
            var image =
                    ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(picture.group(1))));
            assertTrue(image.getWidth() >= 8 && image.getHeight() >= 8);
        }
        assertFalse(page.contains("http"), "the page loads nothing");
        var beyond = Ran.of("explain", "--images", jar, "--example", "24").endsWith(Exit.WRONG_INPUT);
        assertTrue(beyond.err().contains("the data hold 24 examples"), beyond.err());
    }

    private static final Pattern PICTURE = Pattern.compile("data:image/png;base64,([A-Za-z0-9+/=]+)");

    /// The hash after training in an application that has the jar alone.
    private String embedded() throws IOException, ReflectiveOperationException {
        var source = Files.writeString(folder.resolve("AugmentedApplication.java"), APPLICATION);
        int result = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", jar.toString(), "-d", folder.toString(), source.toString());
        assertEquals(0, result);
        var path = new URL[] {jar.toUri().toURL(), folder.toUri().toURL()};
        try (var loader = new URLClassLoader(path, ClassLoader.getPlatformClassLoader());
                var data =
                        DataSource.open("images:stripes", folder, List.of(IMAGE), List.of(KIND), DataOptions.DEFAULT)) {
            var images = new float[64 * data.size()];
            var kinds = new int[data.size()];
            var number = new double[1];
            for (int e = 0; e < kinds.length; e++) {
                data.read(0, e, images, 64 * e);
                data.read(1, e, number, 0);
                kinds[e] = (int) number[0];
            }
            var application = loader.loadClass("AugmentedApplication");
            return (String) application
                    .getMethod("fit", float[].class, int[].class, String.class)
                    .invoke(null, images, kinds, jar.toString());
        }
    }

    /// That of the weights after the last epoch.
    private static String hash(Ran run) {
        var line = run.err().lines().filter(l -> l.startsWith("epoch 3/3")).findFirst();
        return line.orElseThrow().substring(line.orElseThrow().length() - 8);
    }

    private Path stripes(String name, boolean isAcross, int phase, int size) throws IOException {
        var image = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                boolean isLight = ((isAcross ? y : x) * 8 / size + phase) / 2 % 2 == 0;
                image.setRGB(x, y, isLight ? 0xffe0e0e0 : 0xff101010);
            }
        }
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        ImageIO.write(image, name.substring(name.lastIndexOf('.') + 1), file.toFile());
        return file;
    }
}
