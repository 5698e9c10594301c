package dev.lanewise.runtime.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.Port;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Folders of pictures become examples of the input's shape.
class ImagesTest {

    private static final int RED = 0xffff0000;
    private static final int GREEN = 0xff00ff00;
    private static final int BLUE = 0xff0000ff;
    private static final Port GREY = Ports.numbers("image", List.of(1, 2, 2));
    private static final Port COLOURS = Ports.numbers("image", List.of(3, 2, 2));
    private static final Port TWO = Ports.classes("kind", 2, List.of());

    @TempDir
    Path folder;

    @Test
    void aFolderBelowIsAClassAndItsPicturesAreExamples() throws IOException {
        write("dogs/b.png", BufferedImage.TYPE_INT_RGB, 2, 2, RED, GREEN, BLUE, 0xffffffff);
        write("cats/z.bmp", BufferedImage.TYPE_INT_RGB, 2, 2, BLUE, BLUE, BLUE, BLUE);
        write("dogs/a.gif", BufferedImage.TYPE_INT_RGB, 2, 2, 0xff000000, 0xff000000, 0xff000000, 0xff000000);
        Files.writeString(folder.resolve("dogs/notes.txt"), "not a picture");
        Files.writeString(folder.resolve("dogs/.hidden.png"), "");
        try (var data = open("images:.", COLOURS, TWO)) {
            assertEquals(3, data.size());
            assertEquals(List.of("cats", "dogs"), data.ports().get(1).labels());
            assertArrayEquals(new double[] {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1}, read(data, 0, 0));
            assertArrayEquals(new double[12], read(data, 0, 1));
            assertArrayEquals(new double[] {1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 1, 1}, read(data, 0, 2));
            assertArrayEquals(new double[] {0}, read(data, 1, 0));
            assertArrayEquals(new double[] {1}, read(data, 1, 2));
        }
        try (var data = open("images:.", GREY, TWO)) {
            double[] bytes = {76, 150, 29, 255};
            assertArrayEquals(Arrays.stream(bytes).map(b -> b / 255).toArray(), read(data, 0, 2), 1e-7);
        }
    }

    @Test
    void aTrainedNetworksClassesAreFoundByName() throws IOException {
        write("test/dogs/a.png", BufferedImage.TYPE_BYTE_GRAY, 2, 2, 0, 0, 0, 0);
        var known = Ports.classes("kind", 3, List.of("birds", "cats", "dogs"));
        try (var data = open("images:test", GREY, known)) {
            assertArrayEquals(new double[] {2}, read(data, 1, 0));
        }
        write("test/fish/a.png", BufferedImage.TYPE_BYTE_GRAY, 2, 2, 0, 0, 0, 0);
        wrong(
                "images:test",
                GREY,
                known,
                folder + "/test: the folder fish is none of the classes of kind: birds, cats, dogs");
        wrong(
                "images:test",
                GREY,
                Ports.classes("kind", 3, List.of()),
                folder + "/test: has 2 folders, target kind is");
    }

    /// 8 and 16 bits of grey are what the file says, not what they would be in RGB.
    @Test
    void greyIsReadAsItIs() throws IOException {
        var image = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
        image.getRaster().setSamples(0, 0, 2, 2, 0, new int[] {0, 51, 102, 255});
        ImageIO.write(image, "png", folder.resolve("a.png").toFile());
        var deep = new BufferedImage(2, 2, BufferedImage.TYPE_USHORT_GRAY);
        deep.getRaster().setSamples(0, 0, 2, 2, 0, new int[] {0, 13107, 26214, 65535});
        ImageIO.write(deep, "png", folder.resolve("b.png").toFile());
        for (var name : List.of("a.png", "b.png")) {
            try (var data = DataSource.open(name, folder, List.of(GREY), List.of(), DataOptions.DEFAULT)) {
                assertArrayEquals(new double[] {0, 0.2, 0.4, 1}, read(data, 0, 0), 1e-7);
            }
        }
        try (var data = DataSource.open("a.png", folder, List.of(COLOURS), List.of(), DataOptions.DEFAULT)) {
            assertArrayEquals(new double[] {0, .2, .4, 1, 0, .2, .4, 1, 0, .2, .4, 1}, read(data, 0, 0), 1e-7);
        }
    }

    /// The quarters a b c d of a file, row after row, as a viewer shows them for each orientation of Exif.
    @ParameterizedTest
    @CsvSource({"1, abcd", "2, badc", "3, dcba", "4, cdab", "5, acbd", "6, cadb", "7, dbca", "8, bdac", "9, abcd"})
    void photographsAreTurnedAsTheirFileAsks(int orientation, String seen) throws IOException {
        var image = new BufferedImage(32, 16, BufferedImage.TYPE_BYTE_GRAY);
        for (int quarter = 0; quarter < 4; quarter++) {
            int[] level = new int[16 * 8];
            Arrays.fill(level, 85 * quarter);
            image.getRaster().setSamples(quarter % 2 * 16, quarter / 2 * 8, 16, 8, 0, level);
        }
        var file = folder.resolve("a.jpg");
        assertTrue(ImageIO.write(image, "jpg", file.toFile()));
        byte[] plain = Files.readAllBytes(file);
        double[] expected = seen.chars().mapToDouble(c -> (c - 'a') / 3.0).toArray();
        var port = Ports.numbers("image", List.of(1, 8, 8));
        for (var order : List.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN)) {
            Files.write(file, oriented(plain, orientation, order));
            try (var data = DataSource.open("a.jpg", folder, List.of(port), List.of(), DataOptions.DEFAULT)) {
                double[] pixels = read(data, 0, 0);
                assertArrayEquals(expected, new double[] {pixels[0], pixels[7], pixels[56], pixels[63]}, 0.02);
            }
        }
        boolean turned = orientation >= 5 && orientation <= 8;
        assertEquals(turned ? List.of(1, 32, 16) : List.of(1, 16, 32), ImageFile.shape(file));
    }

    /// The JPEG with an Exif part behind its first marker.
    private static byte[] oriented(byte[] jpeg, int orientation, ByteOrder order) {
        var tiff = ByteBuffer.allocate(38)
                .order(order)
                .put((order == ByteOrder.BIG_ENDIAN ? "MM" : "II").getBytes(StandardCharsets.US_ASCII))
                .putShort((short) 42)
                .putInt(8)
                .putShort((short) 2)
                .put(entry(order, 0x0100, 32))
                .put(entry(order, 0x0112, orientation))
                .array();
        return ByteBuffer.allocate(jpeg.length + 10 + tiff.length)
                .put(jpeg, 0, 2)
                .putShort((short) 0xffe1)
                .putShort((short) (8 + tiff.length))
                .put("Exif\0\0".getBytes(StandardCharsets.US_ASCII))
                .put(tiff)
                .put(jpeg, 2, jpeg.length - 2)
                .array();
    }

    private static byte[] entry(ByteOrder order, int tag, int value) {
        return ByteBuffer.allocate(12)
                .order(order)
                .putShort((short) tag)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) value)
                .array();
    }

    @Test
    void transparentPixelsShowWhite() throws IOException {
        write("a.png", BufferedImage.TYPE_INT_ARGB, 2, 2, 0, RED, 0x80000000, 0xff000000);
        try (var data = DataSource.open("a.png", folder, List.of(COLOURS), List.of(), DataOptions.DEFAULT)) {
            double half = 127 / 255.0;
            assertArrayEquals(new double[] {1, 1, half, 0, 1, 0, half, 0, 1, 0, half, 0}, read(data, 0, 0), 1e-7);
        }
    }

    @Test
    void aSmallerPictureIsTheMeanAndALargerOneIsInterpolated() {
        float[] ramp = new float[64];
        for (int i = 0; i < 64; i++) {
            ramp[i] = i % 8;
        }
        float[] small = Resizing.of(ramp, 8, 8, 4, 2);
        for (int y = 0; y < 4; y++) {
            assertEquals(7, small[2 * y] + small[2 * y + 1], 1e-5);
            assertEquals(6.625 / 3.5, small[2 * y], 1e-6);
        }
        assertArrayEquals(
                new float[] {0, 0.25f, 0.75f, 1, 0, 0.25f, 0.75f, 1},
                Resizing.of(new float[] {0, 1}, 1, 2, 2, 4),
                1e-6f);
        float[] checks = new float[10_000];
        for (int i = 0; i < checks.length; i++) {
            checks[i] = (i / 100 + i) % 2;
        }
        for (float value : Resizing.of(checks, 100, 100, 9, 9)) {
            assertEquals(0.5, value, 0.02, "fine checks become grey, without patterns");
        }
    }

    @Test
    void withoutANetworkPicturesAreAsTheFirstOne() throws IOException {
        write("one/a.jpg", BufferedImage.TYPE_INT_RGB, 5, 3, RED);
        write("two/b.png", BufferedImage.TYPE_BYTE_GRAY, 9, 9, 0);
        try (var data = DataSource.open("images:.", folder, DataOptions.DEFAULT)) {
            assertEquals(List.of(3, 3, 5), data.ports().getFirst().shape());
            assertEquals(List.of("one", "two"), data.ports().get(1).labels());
        }
    }

    @Test
    void aVectorTakesASquarePicture() throws IOException {
        write("a.png", BufferedImage.TYPE_INT_RGB, 2, 2, RED, GREEN, BLUE, RED);
        for (int size : new int[] {4, 12, 16, 48}) {
            var vector = Ports.numbers("image", List.of(size));
            try (var data = DataSource.open("a.png", folder, List.of(vector), List.of(), DataOptions.DEFAULT)) {
                assertEquals(size, data.ports().getFirst().size());
            }
        }
        wrong("a.png", Ports.numbers("x", List.of(5)), TWO, "a.png: holds pictures, input x is float[5]");
        wrong("a.png", Ports.numbers("x", List.of(2, 4, 4)), TWO, "a.png: holds pictures, input x is float[2, 4, 4]");
        wrong("a.png", GREY, TWO, "a.png: has no labels for kind");
    }

    @Test
    void whatIsNoPictureSaysSo() throws IOException {
        wrong("images:none", GREY, TWO, folder + "/none: no such folder");
        wrong("none.png", GREY, TWO, folder + "/none.png: no such file");
        Files.createDirectories(folder.resolve("empty/class"));
        wrong("images:empty/class", GREY, TWO, folder + "/empty/class: holds neither folders nor pictures");
        wrong("images:empty", GREY, TWO, folder + "/empty/class: holds no pictures");
        Files.createDirectory(folder.resolve("d.png"));
        wrong("d.png", GREY, TWO, folder + "/d.png: is not a file");
        Files.writeString(folder.resolve("a.png"), "<html>not found</html>");
        wrong("a.png", GREY, TWO, folder + "/a.png: not a picture: expected PNG, JPEG, BMP or GIF");
        Files.writeString(folder.resolve("a.png"), "");
        wrong("a.png", GREY, TWO, folder + "/a.png: not a picture");
    }

    /// The header of a PNG that promises more pixels than there are bytes for, or than an int counts.
    @Test
    void sizesThatCannotBeAreRefusedBeforeTheyAreSetAside() throws IOException {
        for (int[] size : new int[][] {{60_000, 60_000}, {Integer.MAX_VALUE, 2}, {100_001, 1000}}) {
            header(size[0], size[1]);
            wrong("a.png", GREY, TWO, "%s/a.png: a picture of %,d x %,d pixels".formatted(folder, size[0], size[1]));
        }
        header(4000, 4000);
        wrong("a.png", GREY, TWO, folder + "/a.png: the picture cannot be read: ");
        header(0, 4);
        assertThrows(DataException.class, () -> open("a.png", GREY, TWO));
    }

    @Test
    void theFirstBrokenPictureIsNamedHoweverManyThereAre() throws IOException {
        for (int i = 0; i < 40; i++) {
            write("c/%02d.png".formatted(i), BufferedImage.TYPE_BYTE_GRAY, 3, 3, 0);
            if (i % 5 == 2) {
                var file = folder.resolve("c/%02d.png".formatted(i));
                Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 40));
            }
        }
        wrong(
                "images:.",
                GREY,
                Ports.classes("kind", 1, List.of()),
                folder + "/./c/02.png: the picture cannot be read");
    }

    /// Whatever the bytes, the answer is data or a DataException.
    @Test
    void changedBytesNeverFailInAnotherWay() throws IOException {
        int read = 0;
        for (var format : List.of("png", "jpg", "bmp", "gif")) {
            write("whole." + format, BufferedImage.TYPE_INT_RGB, 6, 5, RED, GREEN, BLUE);
            byte[] written = Files.readAllBytes(folder.resolve("whole." + format));
            byte[] whole = format.equals("jpg") ? oriented(written, 6, ByteOrder.BIG_ENDIAN) : written;
            for (int seed = 0; seed < 250; seed++) {
                var random = new SplittableRandom(seed);
                byte[] changed = Arrays.copyOf(whole, seed % 3 > 0 ? whole.length : random.nextInt(whole.length));
                for (int i = random.nextInt(4); i > 0 && changed.length > 0; i--) {
                    changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
                }
                Files.write(folder.resolve("a." + format), changed);
                try (var data =
                        DataSource.open("a." + format, folder, List.of(COLOURS), List.of(), DataOptions.DEFAULT)) {
                    read += data.size();
                } catch (DataException e) {
                    assertTrue(e.getMessage().startsWith(folder + "/a." + format + ": "), e.getMessage());
                    assertTrue(!e.getMessage().contains("\n"), e.getMessage());
                }
            }
        }
        assertTrue(read > 100, "only " + read + " could be read");
    }

    private void header(int width, int height) throws IOException {
        var crc = new java.util.zip.CRC32();
        var chunk = ByteBuffer.allocate(17)
                .put("IHDR".getBytes(StandardCharsets.US_ASCII))
                .putInt(width)
                .putInt(height)
                .put(new byte[] {8, 2, 0, 0, 0})
                .array();
        crc.update(chunk);
        var file = ByteBuffer.allocate(33)
                .put(new byte[] {(byte) 0x89, 'P', 'N', 'G', 13, 10, 26, 10})
                .putInt(13)
                .put(chunk)
                .putInt((int) crc.getValue());
        Files.write(folder.resolve("a.png"), file.array());
    }

    /// A picture whose pixels are the colours again and again.
    private void write(String name, int type, int width, int height, int... colours) throws IOException {
        var image = new BufferedImage(width, height, type);
        for (int i = 0; i < width * height; i++) {
            image.setRGB(i % width, i / width, colours[i % colours.length]);
        }
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        assertTrue(ImageIO.write(image, name.substring(name.indexOf('.', name.lastIndexOf('/')) + 1), file.toFile()));
    }

    private LoadedDataset open(String spec, Port input, Port target) {
        return DataSource.open(spec, folder, List.of(input), List.of(target), DataOptions.DEFAULT);
    }

    private void wrong(String spec, Port input, Port target, String message) {
        var e = assertThrows(DataException.class, () -> open(spec, input, target));
        assertTrue(e.getMessage().startsWith(message), e.getMessage());
    }

    private static double[] read(LoadedDataset data, int port, int example) {
        double[] values = new double[data.ports().get(port).size()];
        data.read(port, example, values, 0);
        return values;
    }
}
