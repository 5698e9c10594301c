package dev.lanewise.runtime.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.data.DataOptions.Part;
import dev.lanewise.runtime.model.Json;
import dev.lanewise.runtime.model.SafetensorsType;
import dev.lanewise.runtime.model.SafetensorsWriter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSourceTest {

    private static final Port Y10 = Ports.classes("digit", 10, List.of());

    @TempDir
    Path folder;

    @Test
    void digitsComeInAnyShapeOfSixtyFour() {
        for (var shape : List.of(List.of(64), List.of(8, 8), List.of(1, 8, 8))) {
            var data = open("digits", List.of(Ports.numbers("image", shape)), List.of(Y10));
            assertEquals(1797, data.size());
            float[] image = new float[64];
            data.read(0, 0, image, 0);
            assertEquals(5 / 16f, image[2]);
            assertEquals(13 / 16f, image[3]);
            double[] twice = new double[66];
            data.read(0, 1796, twice, 2);
            assertEquals(10 / 16.0, twice[4]);
            assertEquals(8, doubles(data, 1, 1796)[0]);
        }
    }

    @Test
    void digitsHaveTheKnownClassCounts() {
        var description = DataDescription.of(DataSource.open("digits", folder, DataOptions.DEFAULT));
        assertEquals(
                List.of(178, 182, 177, 183, 181, 182, 181, 179, 174, 180),
                description.ports().get(1).counts());
        assertEquals(0, description.ports().getFirst().least());
        assertEquals(1, description.ports().getFirst().most());
    }

    @Test
    void anImageCanBeItsOwnTarget() {
        var data = open(
                "digits",
                List.of(Ports.numbers("x", List.of(8, 8))),
                List.of(Ports.numbers("same", List.of(64)), Ports.numbers("value", List.of())));
        assertArrayEquals(doubles(data, 0, 5), doubles(data, 1, 5));
        assertEquals(5, doubles(data, 2, 5)[0]);
    }

    @Test
    void wordsBecomeNumbersInOrderOfAppearance() throws IOException {
        write("t.csv", "size,colour,species\n1.5,red,b\n-2e1,blue,a\n3,red,b\n");
        var data =
                open("t.csv", List.of(Ports.numbers("x", List.of(3))), List.of(Ports.classes("species", 2, List.of())));
        assertEquals(3, data.size());
        assertEquals(List.of("b", "a"), data.ports().get(1).labels());
        assertArrayEquals(new double[] {1.5, 1, 0}, doubles(data, 0, 0));
        assertArrayEquals(new double[] {-20, 0, 1}, doubles(data, 0, 1));
        float[] floats = new float[4];
        data.read(0, 2, floats, 1);
        assertArrayEquals(new float[] {0, 3, 1, 0}, floats);
        assertEquals(0, doubles(data, 1, 0)[0]);
        assertEquals(1, doubles(data, 1, 1)[0]);
        assertEquals(
                List.of(
                        new DataSchema.Column("species", "species", DataSchema.Kind.LABEL, List.of("b", "a")),
                        new DataSchema.Column("size", "x", DataSchema.Kind.NUMBER, List.of()),
                        new DataSchema.Column("colour", "x", DataSchema.Kind.CATEGORY, List.of("red", "blue"))),
                data.schema().columns().stream()
                        .sorted((a, b) -> a.port().compareTo(b.port()))
                        .toList());
    }

    @Test
    void newRowsAreEncodedAsTheFirstWere() throws IOException {
        write("t.csv", "size,colour,species\n1.5,red,b\n-2,blue,a\n3,red,b\n");
        var x = List.of(Ports.numbers("x", List.of(3)));
        var y = List.of(Ports.classes("species", 2, List.of()));
        var schema = DataSchema.fromJson(
                Json.parse(Json.write(open("t.csv", x, y).schema().toJson())));
        var known = DataOptions.DEFAULT.withKnown(schema);

        write("new.csv", "extra,colour,size\n0,blue,7\n");
        var data = DataSource.open("new.csv", folder, x, List.of(), known);
        assertArrayEquals(new double[] {7, 0, 1}, doubles(data, 0, 0));
        assertEquals(schema, data.schema());

        write("test.csv", "size,colour,species\n1,blue,a\n");
        var test = DataSource.open("test.csv", folder, x, y, known);
        assertEquals(1, doubles(test, 1, 0)[0]);
        assertEquals(List.of("b", "a"), test.ports().get(1).labels());

        write("new.csv", "colour,size\ngreen,7\n");
        var e = assertThrows(DataException.class, () -> DataSource.open("new.csv", folder, x, List.of(), known));
        assertEquals(
                folder.resolve("new.csv") + ":2: column colour: 'green' was not seen in training; known are red, blue",
                e.getMessage());
        assertEquals("--unknown zero encodes it as zeros", e.hint());
        data = DataSource.open("new.csv", folder, x, List.of(), known.withUnknownZero(true));
        assertArrayEquals(new double[] {7, 0, 0}, doubles(data, 0, 0));

        write("test.csv", "size,colour,species\n1,blue,c\n");
        e = assertThrows(
                DataException.class, () -> DataSource.open("test.csv", folder, x, y, known.withUnknownZero(true)));
        assertTrue(e.getMessage().endsWith(":2: column species: 'c' was not seen in training; known are b, a"));

        write("new.csv", "color,size\nblue,7\n");
        e = assertThrows(DataException.class, () -> DataSource.open("new.csv", folder, x, List.of(), known));
        assertTrue(e.getMessage().endsWith(":1: no column colour, which the network was trained with"));
    }

    @Test
    void standardInputIsATableWithOrWithoutAHeader() {
        var x = List.of(Ports.numbers("x", List.of(2)));
        var data = DataSource.open("-", folder, x, List.of(), input("b,a\n1,2\n"));
        assertArrayEquals(new double[] {1, 2}, doubles(data, 0, 0));
        data = DataSource.open("-", folder, x, List.of(), input("1,2\n3,4"));
        assertEquals(2, data.size());
        assertArrayEquals(new double[] {3, 4}, doubles(data, 0, 1));
        var schema = new DataSchema(List.of(
                new DataSchema.Column("a", "x", DataSchema.Kind.NUMBER, List.of()),
                new DataSchema.Column("b", "x", DataSchema.Kind.NUMBER, List.of())));
        data = DataSource.open(
                "csv:-", folder, x, List.of(), input("b,a\n1,2\n").withKnown(schema));
        assertArrayEquals(new double[] {2, 1}, doubles(data, 0, 0));
        data = DataSource.open("-", folder, x, List.of(), input("1,2\n").withKnown(schema));
        assertArrayEquals(new double[] {1, 2}, doubles(data, 0, 0));
        var e = assertThrows(
                DataException.class,
                () -> DataSource.open(
                        "-", folder, x, List.of(), input("1,2,3\n").withKnown(schema)));
        assertEquals("standard input:1: 3 columns and no header; x takes 2 columns", e.getMessage());
    }

    @Test
    void renamesSeveralInputsAndOtherSeparators() throws IOException {
        write("t.tsv", "\ufeffage\t word \tz\tout\n1\t\"a, b\"\t2\t0.5\n3\tc\t4\t0.25\n");
        var inputs = List.of(
                Ports.classes("word", 2, List.of()),
                Ports.numbers("rest", List.of(1)),
                Ports.numbers("age", List.of()));
        var options = DataOptions.DEFAULT.withRenames(Map.of("y", "out"));
        var data = DataSource.open("t.tsv", folder, inputs, List.of(Ports.numbers("y", List.of(1))), options);
        assertEquals(List.of("a, b", "c"), data.ports().getFirst().labels());
        assertArrayEquals(new double[] {1}, doubles(data, 0, 1));
        assertArrayEquals(new double[] {4}, doubles(data, 1, 1));
        assertArrayEquals(new double[] {3}, doubles(data, 2, 1));
        assertArrayEquals(new double[] {0.25}, doubles(data, 3, 1));

        write("s.csv", "a;b;y\n1;2;0\n");
        var semicolon =
                open("s.csv", List.of(Ports.numbers("x", List.of(2))), List.of(Ports.classes("y", 2, List.of())));
        assertArrayEquals(new double[] {1, 2}, doubles(semicolon, 0, 0));
        assertTrue(semicolon.ports().get(1).labels().isEmpty());
    }

    @Test
    void aTableMayBeCompressed() throws IOException {
        try (var out = new GZIPOutputStream(Files.newOutputStream(folder.resolve("t.csv.gz")))) {
            out.write("a,y\n1,0\n".getBytes(StandardCharsets.UTF_8));
        }
        var data = open("t.csv.gz", List.of(Ports.numbers("x", List.of())), List.of(Ports.classes("y", 2, List.of())));
        assertArrayEquals(new double[] {1}, doubles(data, 0, 0));
    }

    @Test
    void idxBytesAreScaledAndOtherNumbersAreNot() throws IOException {
        byte[] images = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 51, (byte) 255, 102};
        byte[] labels = {0, 0, 8, 1, 0, 0, 0, 2, 4, 9};
        Files.write(folder.resolve("i"), images);
        Files.write(folder.resolve("l"), labels);
        var x = List.of(Ports.numbers("x", List.of(2)));
        var data = open("idx:i,l", x, List.of(Y10));
        assertArrayEquals(new double[] {1, 0.4}, doubles(data, 0, 1));
        assertEquals(9, doubles(data, 1, 1)[0]);
        var floats = ByteBuffer.allocate(12 + 16).put(new byte[] {0, 0, 0xd, 2, 0, 0, 0, 2, 0, 0, 0, 2});
        floats.putFloat(1).putFloat(2).putFloat(3).putFloat(-4.5f);
        Files.write(folder.resolve("f"), floats.array());
        var other = open("idx:f", x, List.of());
        assertArrayEquals(new double[] {3, -4.5}, doubles(other, 0, 1));
        float[] read = new float[2];
        other.read(0, 1, read, 0);
        assertArrayEquals(new float[] {3, -4.5f}, read);
    }

    @Test
    void numPyArraysAreFoundByNameAndByPosition() throws IOException {
        byte[] x = npy(
                ">f8",
                "2, 2",
                ByteBuffer.allocate(32)
                        .putDouble(1)
                        .putDouble(2)
                        .putDouble(3)
                        .putDouble(0.1)
                        .array());
        byte[] y = npy("|u1", "2,", new byte[] {1, 0});
        byte[] flag = npy("|b1", "2,", new byte[] {1, 0});
        try (var zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("t.npz")))) {
            for (var entry : List.of(Map.entry("x", x), Map.entry("label", y), Map.entry("flag", flag))) {
                zip.putNextEntry(new ZipEntry(entry.getKey() + ".npy"));
                zip.write(entry.getValue());
            }
        }
        var inputs = List.of(Ports.numbers("x", List.of(2)), Ports.numbers("flag", List.of()));
        var targets = List.of(Ports.classes("y", 2, List.of()));
        var options = DataOptions.DEFAULT.withRenames(Map.of("y", "label"));
        var data = DataSource.open("npz:t.npz", folder, inputs, targets, options);
        assertArrayEquals(new double[] {3, 0.1}, doubles(data, 0, 1));
        assertEquals(1, doubles(data, 1, 0)[0]);
        assertEquals(1, doubles(data, 2, 0)[0]);
        Files.write(folder.resolve("x.npy"), x);
        Files.write(folder.resolve("l.npy"), y);
        data = open("npy:x.npy,l.npy", inputs.subList(0, 1), targets);
        assertArrayEquals(new double[] {1, 2}, doubles(data, 0, 0));
        assertEquals(1, doubles(data, 1, 0)[0]);
    }

    @Test
    void arraysInFortransOrderAreReadAsTheyAreMeant() throws IOException {
        var values = ByteBuffer.allocate(2 * 12).order(ByteOrder.LITTLE_ENDIAN);
        for (int j = 0; j < 3; j++) {
            for (int i = 0; i < 2; i++) {
                for (int example = 0; example < 2; example++) {
                    values.putShort((short) (100 * example + 10 * i + j));
                }
            }
        }
        Files.write(folder.resolve("x.npy"), npy("<i2", "True", "2, 2, 3", values.array()));
        Files.write(folder.resolve("pixels.npy"), npy("|u1", "True", "2, 2", new byte[] {0, 51, -1, 102}));
        var data = open(
                "npy:x.npy,pixels.npy",
                List.of(Ports.numbers("x", List.of(2, 3)), Ports.numbers("pixels", List.of(2))),
                List.of());
        assertArrayEquals(new double[] {0, 1, 2, 10, 11, 12}, doubles(data, 0, 0));
        assertArrayEquals(new double[] {100, 101, 102, 110, 111, 112}, doubles(data, 0, 1));
        assertArrayEquals(new double[] {0.2, 0.4}, doubles(data, 1, 1));
        float[] floats = new float[2];
        data.read(1, 0, floats, 0);
        assertArrayEquals(new float[] {0, 1}, floats);
    }

    @Test
    void tensorsAreReadInPlace() throws IOException {
        new SafetensorsWriter()
                .add("x", List.of(2, 3), new float[] {1, 2, 3, 4, 5, 6})
                .add("y", List.of(2), SafetensorsType.I16, new byte[] {2, 0, 0, 0})
                .add("pixels", List.of(2, 2), SafetensorsType.U8, new byte[] {0, 0, -1, 51})
                .add("flag", List.of(2), SafetensorsType.U8, new byte[] {0, 7})
                .write(folder.resolve("t.safetensors"));
        var data = open(
                "t.safetensors",
                List.of(
                        Ports.numbers("x", List.of(3)),
                        Ports.numbers("pixels", List.of(2)),
                        Ports.numbers("flag", List.of())),
                List.of(Ports.classes("y", 3, List.of())));
        assertArrayEquals(new double[] {4, 5, 6}, doubles(data, 0, 1));
        assertArrayEquals(new double[] {1, 0.2}, doubles(data, 1, 1));
        assertEquals(7, doubles(data, 2, 1)[0]);
        assertEquals(2, doubles(data, 3, 0)[0]);
        float[] read = new float[3];
        data.read(0, 0, read, 0);
        assertArrayEquals(new float[] {1, 2, 3}, read);
        var e = assertThrows(
                DataException.class, () -> open("t.safetensors", List.of(), List.of(Ports.classes("y", 2, List.of()))));
        assertTrue(e.getMessage().endsWith("example 1 of y is 2; target y is class[2], 0 to 1"), e.getMessage());
    }

    @Test
    void generatedDataDependOnSeedAndPartOnly() {
        var inputs = List.of(Ports.numbers("x", List.of(3)), new Port("w", Port.Kind.INDEX, List.of(2), 7, List.of()));
        var targets = List.of(Ports.classes("y", 5, List.of()), Ports.numbers("t", List.of(2)));
        var data = open("normal:500", inputs, targets);
        var longer = open("normal:600", inputs, targets);
        int[] counts = new int[5];
        for (int port = 0; port < 4; port++) {
            for (int i = 0; i < 500; i++) {
                assertArrayEquals(doubles(data, port, i), doubles(longer, port, i));
            }
        }
        for (int i = 0; i < 500; i++) {
            counts[(int) doubles(data, 2, i)[0]]++;
            assertTrue(doubles(data, 1, i)[1] < 7 && doubles(data, 1, i)[1] >= 0);
        }
        for (int count : counts) {
            assertEquals(100, count, 40);
        }
        var other = DataSource.open("normal:500", folder, inputs, targets, DataOptions.DEFAULT.withSeed(2));
        var test = DataSource.open("normal:500", folder, inputs, targets, DataOptions.DEFAULT.withPart(Part.TEST));
        assertNotEquals(doubles(data, 0, 0)[0], doubles(other, 0, 0)[0]);
        assertNotEquals(doubles(data, 0, 0)[0], doubles(test, 0, 0)[0]);
        assertEquals(0, mean(data, 3), 0.1);
    }

    @Test
    void xorHasFourExamplesForAClassOrANumber() {
        var x = List.of(Ports.numbers("x", List.of(2)));
        for (var y : List.of(
                Ports.classes("y", 2, List.of()), Ports.numbers("y", List.of()), Ports.numbers("y", List.of(1)))) {
            var data = open("xor", x, List.of(y));
            assertEquals(4, data.size());
            for (int i = 0; i < 4; i++) {
                double[] corner = doubles(data, 0, i);
                assertEquals(corner[0] == corner[1] ? 0 : 1, doubles(data, 1, i)[0]);
            }
        }
    }

    @Test
    void spiralsHaveAnArmForEachClass() {
        var data =
                open("spirals:300", List.of(Ports.numbers("x", List.of(2))), List.of(Ports.classes("y", 4, List.of())));
        int[] counts = new int[4];
        for (int i = 0; i < 300; i++) {
            counts[(int) doubles(data, 1, i)[0]]++;
            double[] at = doubles(data, 0, i);
            assertTrue(Math.hypot(at[0], at[1]) <= 1);
        }
        assertArrayEquals(new int[] {75, 75, 75, 75}, counts);
    }

    @Test
    void sourcesWithATestPart() {
        assertTrue(DataSource.hasTest("mnist:x"));
        assertTrue(DataSource.hasTest("cifar10:x"));
        assertFalse(DataSource.hasTest("digits"));
    }

    @Test
    void aDescriptionIsReadable() throws IOException {
        write("t.csv", "size,colour\n1.5,red\n-2,blue\n3,red\n");
        var description = DataDescription.of(DataSource.open("t.csv", folder, DataOptions.DEFAULT));
        assertEquals("""
            examples  3

            size    float             from -2 to 3, mean 0.8333, deviation 2.095
            colour  class[2]          red: 2, blue: 1

            the first examples
              1.500 | red
              -2 | blue
              3 | red
            """, description.toText());
        assertEquals(
                "{\"examples\":3,\"ports\":[{\"name\":\"size\",\"type\":\"float\",\"shape\":[],\"min\":-2.0,\"max\":3.0,"
                    + "\"mean\":0.8333333333333333,\"std\":2.0949675149960894},{\"name\":\"colour\",\"type\":\"class[2]\","
                    + "\"shape\":[],\"classes\":2,\"labels\":[\"red\",\"blue\"],\"counts\":[2,1]}],"
                    + "\"first\":[[\"1.500\",\"red\"],[\"-2\",\"blue\"],[\"3\",\"red\"]]}",
                Json.write(description.toJson()));
        String digits = DataDescription.of(DataSource.open("digits", folder, DataOptions.DEFAULT))
                .toText();
        assertTrue(digits.contains("    --%%++      \n"), digits);
    }

    private LoadedDataset open(String spec, List<Port> inputs, List<Port> targets) {
        return DataSource.open(spec, folder, inputs, targets, DataOptions.DEFAULT);
    }

    private static DataOptions input(String text) {
        return DataOptions.DEFAULT.withStandardInput(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(folder.resolve(name), text);
    }

    private static double[] doubles(Dataset data, int port, int example) {
        double[] values = new double[data.ports().get(port).size()];
        data.read(port, example, values, 0);
        return values;
    }

    private static double mean(Dataset data, int port) {
        double sum = 0;
        for (int i = 0; i < data.size(); i++) {
            sum += doubles(data, port, i)[0];
        }
        return sum / data.size();
    }

    private static byte[] npy(String type, String shape, byte[] data) {
        return npy(type, "False", shape, data);
    }

    private static byte[] npy(String type, String fortran, String shape, byte[] data) {
        String header = "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }\n".formatted(type, fortran, shape);
        return ByteBuffer.allocate(12 + header.length() + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 2)
                .put((byte) 0)
                .putInt(header.length())
                .put(header.getBytes(StandardCharsets.US_ASCII))
                .put(data)
                .array();
    }
}
