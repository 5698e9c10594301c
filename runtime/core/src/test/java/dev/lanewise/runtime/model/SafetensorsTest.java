package dev.lanewise.runtime.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.ModelException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("scalar")
class SafetensorsTest {

    @TempDir
    Path folder;

    @Test
    void theBytesAreThoseOfTheFormat() {
        byte[] bytes = new SafetensorsWriter()
                .add("b", List.of(2), new float[] {1, -2})
                .add("a", List.of(), SafetensorsType.I64, new byte[] {3, 0, 0, 0, 0, 0, 0, 0})
                .toBytes();
        String header = "{\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
                + "\"a\":{\"dtype\":\"I64\",\"shape\":[],\"data_offsets\":[8,16]}}";
        int padded = Math.ceilDiv(header.length(), 8) * 8;
        var expected = ByteBuffer.allocate(8 + padded + 16).order(ByteOrder.LITTLE_ENDIAN);
        expected.putLong(padded)
                .put(header.getBytes(StandardCharsets.UTF_8))
                .put(" ".repeat(padded - header.length()).getBytes(StandardCharsets.US_ASCII))
                .putFloat(1)
                .putFloat(-2)
                .putLong(3);
        assertArrayEquals(expected.array(), bytes);
    }

    @Test
    void whatIsWrittenIsReadBack() throws IOException {
        var random = new SplittableRandom(1);
        float[] floats = new float[50_000];
        double[] doubles = new double[3 * 7];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = Float.intBitsToFloat(random.nextInt());
        }
        Arrays.setAll(doubles, i -> random.nextDouble());
        var path = folder.resolve("a.safetensors");
        new SafetensorsWriter()
                .add("dense_1.weight", List.of(500, 100), floats)
                .add("d", List.of(3, 7), doubles)
                .add("empty", List.of(0, 4), new float[0])
                .add("u", List.of(2), SafetensorsType.U8, new byte[] {1, -1})
                .write(path);
        try (var file = Safetensors.open(path)) {
            assertEquals(
                    List.of("dense_1.weight", "d", "empty", "u"),
                    List.copyOf(file.tensors().keySet()));
            assertEquals(List.of(500, 100), file.tensor("dense_1.weight").shape());
            assertArrayEquals(floats, floats(file, "dense_1.weight"));
            assertArrayEquals(doubles, doubles(file, "d"));
            assertArrayEquals(new double[] {1, 255}, doubles(file, "u"));
            assertEquals(0, floats(file, "empty").length);
            float[] part = new float[4];
            file.read(file.tensor("dense_1.weight"), 40_000, part, 1, 3);
            assertArrayEquals(new float[] {0, floats[40_000], floats[40_001], floats[40_002]}, part);
            assertThrows(IndexOutOfBoundsException.class, () -> file.read(file.tensor("d"), 19, new double[9], 0, 3));
        }
        try (var files = Files.list(folder)) {
            assertEquals(1, files.count());
        }
    }

    @Test
    void everyTypeIsDecoded() throws IOException {
        var data = ByteBuffer.allocate(64).order(ByteOrder.LITTLE_ENDIAN);
        data.putDouble(0.1).putFloat(1.5f).putShort((short) 0x3e00).putShort((short) 0xbfc0);
        data.putLong(-5)
                .putInt(-6)
                .putShort((short) -7)
                .put((byte) -8)
                .put((byte) 200)
                .put((byte) 1);
        data.putShort((short) -1).putInt(-1);
        String[] types = {"F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U8", "BOOL", "U16", "U32"};
        double[] values = {0.1, 1.5, 1.5, -1.5, -5, -6, -7, -8, 200, 1, 65_535, 4_294_967_295.0};
        var header = new StringBuilder("{");
        int at = 0;
        for (String type : types) {
            int end = at + SafetensorsType.valueOf(type).bytes();
            header.append(header.length() > 1 ? "," : "").append(entry(type, type, "[1]", at, end));
            at = end;
        }
        var path = file(header.append('}').toString(), Arrays.copyOf(data.array(), at));
        try (var file = Safetensors.open(path)) {
            for (int i = 0; i < types.length; i++) {
                assertEquals(values[i], doubles(file, types[i])[0], types[i]);
                assertEquals((float) values[i], floats(file, types[i])[0], types[i]);
                assertEquals(
                        types[i].contains("F"), file.tensor(types[i]).type().isFloat());
            }
            var e = assertThrows(ModelException.class, () -> file.tensor("nothing"));
            assertEquals(path + ": no tensor is named nothing", e.getMessage());
        }
    }

    @Test
    void aStreamIsReadForward() throws IOException {
        byte[] bytes = new SafetensorsWriter()
                .add("v", List.of(3), new double[] {4, 5, 6})
                .add("w", List.of(2), new float[] {1, 2})
                .toBytes();
        try (var file = Safetensors.open("some.jar", new ByteArrayInputStream(bytes), bytes.length)) {
            assertArrayEquals(new float[] {1, 2}, floats(file, "w"));
            var e = assertThrows(ModelException.class, () -> doubles(file, "v"));
            assertEquals("some.jar: its tensors are not in the order of the network's weights", e.getMessage());
        }
        for (int length = 0; length < bytes.length; length++) {
            var cut = new ByteArrayInputStream(Arrays.copyOf(bytes, length));
            assertThrows(IOException.class, () -> {
                try (var file = Safetensors.open("some.jar", cut, bytes.length)) {
                    floats(file, "w");
                } catch (ModelException e) {
                    throw new IOException(e);
                }
            });
        }
    }

    @Test
    void aHugeFileCostsNothingUntilItIsRead() throws IOException {
        long elements = 1L << 33;
        String header = "{" + entry("w", "F32", "[65536,131072]", 0, elements * 4) + "}";
        var path = file(header, new byte[0]);
        try (var sparse = new RandomAccessFile(path.toFile(), "rw")) {
            sparse.setLength(Files.size(path) + elements * 4);
        }
        try (var file = Safetensors.open(path)) {
            var tensor = file.tensor("w");
            assertEquals(elements, tensor.size());
            float[] last = {1};
            file.read(tensor, elements - 1, last, 0, 1);
            assertEquals(0, last[0]);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            maxCharsPerColumn = 10_000,
            value = {
                "[1]|the header does not begin with '{'",
                "{\"a\"|the header is wrong: JSON, character 5: expected ':'",
                "{\"w\":1}|the header is wrong: w: expected an object, found 1",
                "{\"w\":{}}|w has 0 entries; expected dtype, shape, data_offsets",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8],\"x\":1}}|w has 4 entries",
                "{\"w\":{\"dtype\":\"F31\",\"shape\":[2],\"data_offsets\":[0,8]}}|w.dtype: expected one of [F64,",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[3],\"data_offsets\":[0,8]}}|w has 8 bytes of data; F32[3] needs"
                        + " 12",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[-2],\"data_offsets\":[0,8]}}|w.shape: expected an integer from 0",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2.0],\"data_offsets\":[0,8]}}|w.shape: expected an integer,"
                        + " found 2.0",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":2,\"data_offsets\":[0,8]}}|w.shape: expected a list, found 2",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,80]}}|w lies at 0 to 80 of 8 bytes of"
                        + " data",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[8,0]}}|w lies at 8 to 0 of 8 bytes of data",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}|w lies at -8 to 0 of 8 bytes of"
                        + " data",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0]}}|w has 1 data_offsets; expected 2",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}|the tensors fill 4 bytes of data,"
                        + " the file holds 8",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}|w begins at 4 of the data, after a"
                        + " gap; expected 0",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,2147483647],\"data_offsets\":[0,8]}}|needs"
                        + " more than 2^63",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[4294967296],\"data_offsets\":[0,8]}}|expected an integer from 0"
                        + " to 2147483647",
                "{\"w\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"w\":{}}|the key occurs twice",
                "{\"w\":{\"dtype\":\"U8\",\"shape\":[8],\"data_offsets\":[0,8]},\"v\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[4,8]}}|v"
                    + " begins at 4 of the data, inside another tensor; expected 8",
                "{\"__metadata__\":{\"a\":1}}|the header is wrong: __metadata__: expected a string, found 1",
                "{\"w\\u001b[31m\":{}}|w?[31m has 0 entries",
            })
    void wrongHeadersAreNamed(String header, String message) throws IOException {
        var path = file(header, new byte[8]);
        var e = assertThrows(ModelException.class, () -> Safetensors.open(path));
        assertTrue(e.getMessage().startsWith(path + ": ") && e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void wrongLengthsAreNamed() throws IOException {
        assertLength(Long.MAX_VALUE, 100, "the header's length is 9223372036854775807, the file's 100");
        assertLength(-1, 100, "the header's length is 18446744073709551615, the file's 100");
        assertLength(0, 100, "the header's length is 0");
        assertLength(93, 100, "the header's length is 93");
        assertLength(1L << 30, 2L << 30, "a header of 1073741824 bytes; at most 16777216 are read");
        assertLength(2, 9, "9 bytes are too few");
    }

    @Test
    void everyTruncationIsAnError() throws IOException {
        byte[] bytes = new SafetensorsWriter()
                .add("w", List.of(2), new float[] {1, 2})
                .add("v", List.of(1), new double[] {1})
                .toBytes();
        var path = folder.resolve("cut");
        for (int length = 0; length < bytes.length; length++) {
            Files.write(path, Arrays.copyOf(bytes, length));
            assertThrows(ModelException.class, () -> Safetensors.open(path), "length " + length);
        }
    }

    @Test
    void aChangedByteIsReadOrRejectedAndNothingElse() throws IOException {
        byte[] bytes = new SafetensorsWriter()
                .add("w", List.of(2, 3), new float[6])
                .add("v", List.of(1), new double[1])
                .toBytes();
        var path = folder.resolve("changed");
        for (int seed = 0; seed < 2000; seed++) {
            var random = new SplittableRandom(seed);
            byte[] changed = bytes.clone();
            changed[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            Files.write(path, changed);
            try (var file = Safetensors.open(path)) {
                for (var name : file.tensors().keySet()) {
                    doubles(file, name);
                }
            } catch (ModelException e) {
                assertTrue(e.getMessage().startsWith(path.toString()));
            }
        }
    }

    @Test
    void theWriterRejectsWhatItsCallerGotWrong() {
        var writer = new SafetensorsWriter().add("w", List.of(1), new float[1]);
        assertThrows(IllegalArgumentException.class, () -> writer.add("w", List.of(1), new float[1]));
        assertThrows(IllegalArgumentException.class, () -> writer.add("v", List.of(2), new float[1]));
        assertThrows(IllegalArgumentException.class, () -> writer.add("__metadata__", List.of(1), new float[1]));
    }

    private void assertLength(long headerLength, long fileLength, String message) throws IOException {
        var path = folder.resolve("length");
        try (var file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(0);
            file.writeLong(Long.reverseBytes(headerLength));
            file.setLength(fileLength);
        }
        var e = assertThrows(ModelException.class, () -> Safetensors.open(path));
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    private Path file(String header, byte[] data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        var bytes = ByteBuffer.allocate(8 + json.length + data.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(json.length).put(json).put(data);
        var path = folder.resolve("t.safetensors");
        Files.write(path, bytes.array());
        return path;
    }

    private static double[] doubles(Safetensors file, String name) throws IOException {
        var tensor = file.tensor(name);
        var values = new double[(int) tensor.size()];
        file.read(tensor, 0, values, 0, values.length);
        return values;
    }

    private static float[] floats(Safetensors file, String name) throws IOException {
        var tensor = file.tensor(name);
        var values = new float[(int) tensor.size()];
        file.read(tensor, 0, values, 0, values.length);
        return values;
    }

    private static String entry(String name, String type, String shape, long begin, long end) {
        return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%d,%d]}"
                .formatted(name, type, shape, begin, end);
    }
}
