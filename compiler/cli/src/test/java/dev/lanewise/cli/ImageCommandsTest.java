package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
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
          train { data: "images:stripes"; epochs: 30; batch: 16; optimizer: adam(rate: 1e-2) }
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
