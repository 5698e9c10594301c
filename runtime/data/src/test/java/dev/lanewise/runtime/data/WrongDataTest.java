package dev.lanewise.runtime.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.Port;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/// Each wrong file has its one line, which names the file and the place.
class WrongDataTest {

    private static final Port X2 = Ports.numbers("x", List.of(2));
    private static final Port Y3 = Ports.classes("y", 3, List.of());
    private static final Port IMAGE = Ports.numbers("x", List.of(4));

    @TempDir
    Path folder;

    @Test
    void sourcesThatAreNotKnown() {
        wrong("nonsense", "data 'nonsense': not a known source");
        wrong("csv:", "data 'csv:': a path is missing");
        wrong("normal:0", "data 'normal:0': expected a number of examples, as in normal:1000");
        wrong("normal:many", "data 'normal:many': expected a number of examples, as in normal:1000");
        wrong("images:cats", "cats: no such folder");
        wrong("text:a.txt", "text:a.txt: reading text is not there yet");
        wrong("idx:a,b,c", "idx:a,b,c: expected idx:IMAGES,LABELS");
        wrong("csv:a\u0000b", "data 'csv:a b': not a path");
    }

    @Test
    void filesThatAreNotThere() throws IOException {
        Files.createDirectory(folder.resolve("dir.csv"));
        wrong("csv:none.csv", "none.csv: no such file");
        wrong("none.csv", "none.csv: no such file");
        wrong("csv:dir.csv", "dir.csv: is a folder, expected a file");
        wrong("npz:none.npz", "none.npz: no such file");
        wrong("safetensors:none", "none: no such file");
        wrong("mnist:none", "none: no such folder");
        wrong("cifar10:none", "none: no such folder");
        wrong("mnist:dir.csv", "dir.csv: has no file train-images-idx3-ubyte or train-images-idx3-ubyte.gz");
        wrong("cifar10:dir.csv", "dir.csv: has no file data_batch*.bin or data_batch*.bin.gz");
    }

    @Test
    void tablesWithWrongRows() throws IOException {
        csv("", "t.csv: is empty, expected a header and rows");
        csv("a,b,y\n", "t.csv: has a header and no rows");
        csv("1,2,0\n3,4,1\n", "t.csv:1: holds numbers, expected the columns' names");
        csv("a,,y\n1,2,0\n", "t.csv:1: column 2 has no name");
        csv("a,a,y\n1,2,0\n", "t.csv:1: two columns are named a");
        csv("a,b,y\n1,2,0\n\n3,4\n", "t.csv:4: 2 fields, the first line has 3");
        csv("a,b,y\n1,2,0\n3,4,1,5\n", "t.csv:3: 4 fields, the first line has 3");
        csv("a,b,y\n1,2,0\n3\n", "t.csv:3: 1 field, the first line has 3");
        csv("a,b,y\n1,2,0\n3,,1\n", "t.csv:3: column b: expected a number, found nothing");
        csv("a,b,y\n1,2,0\n3,NA,1\n", "t.csv:3: column b: expected a number, found 'NA'");
        csv("a,b,y\n\"1\n\",2,0\n3,4x,1\n5,6,1\n", "t.csv:4: column b: expected a number, found '4x'");
        csv("a,b,y\n1,2,0\n3,1e999,1\n5,6,1\n", "t.csv:3: column b: expected a number, found '1e999'");
        csv("a,b,y\n1,2,0\n3,4,3\n", "t.csv:3: column y: found 3, y is class[3]: 0 to 2");
        csv("a,b,y\n1,2,0\n3,4,1.5\n", "t.csv:3: column y: found 1.5, y is class[3]: 0 to 2");
        csv("a,b,y\n1,2,u\n1,2,v\n1,2,w\n1,2,z\n", "t.csv:5: column y: 'z' is value number 4, y is class[3]: u, v, w");
        csv("a,b,y\n1,2,u\n1,2,\n", "t.csv:3: column y: found nothing, expected a word");
        csv("a,b,label\n1,2,0\n", "t.csv:1: no column y for target y; the columns are a, b, label");
        csv(
                "a,b,c,y\n1,2,u,0\n1,2,v,0\n",
                "t.csv: the columns fill 4 numbers, input x is float[2] and takes 2: a 1, b 1, c 2 (categorical)");
        csv("a,y\n1,0\n", "t.csv: the columns fill 1 numbers, input x is float[2] and takes 2: a 1");
        csv("a,b,y\n1,\"2,0\n3,4,1", "t.csv:2: a field begins with a double quote and never ends");
        Files.write(
                folder.resolve("t.csv"), new byte[] {'a', ',', 'b', ',', 'y', '\n', (byte) 0xff, ',', '1', ',', '2'});
        wrong("t.csv", "t.csv:2: is not valid UTF-8 text");
        Files.writeString(folder.resolve("t.csv"), "a,b,y\n1,2,good\n1,2,bad\n");
        var target = Ports.numbers("y", List.of());
        assertMessage("t.csv: column y holds text, target y is float", () -> open("t.csv", X2, target));
    }

    @Test
    void aColumnOfNumbersIsNoVocabularyWhateverStandsInIt() {
        hint("a,b,y\n\"1,5\",2,u\n\"2,5\",3,v\n", "t.csv:2: column a: expected a number, found '1,5'", "else: 1.5");
        hint("a,b,y\n\"1,234\",2,u\n", "t.csv:2: column a: expected a number, found '1,234'", "else: 1.234 or 1234");
        hint("a,b,y\n\"1,234.5\",2,u\n", "t.csv:2: column a: expected a number, found '1,234.5'", "else: 1234.5");
        hint("a,b,y\n1.234.567,2,u\n", "t.csv:2: column a: expected a number, found '1.234.567'", "else: 1234567");
        hint("a,b,y\n12%,2,u\n", "t.csv:2: column a: expected a number, found '12%'", "else: 12");
        hint("a,b,y\n1,$3.50,u\n", "t.csv:2: column b: expected a number, found '$3.50'", "else: 3.50");
        hint("a,b,y\n1,2,u\n-,2,v\n", "t.csv:3: column a: expected a number, found '-'", "there are: a 1");
        hint(
                "a,b,y\n1,2,u\nlow,2,v\nhigh,2,v\nlow,2,v\n",
                "t.csv:3: column a: expected a number, found 'low'",
                "the column holds 1 numbers and 3 words");
        hint(
                "a,b,y\n2024-01-31,2,u\n2024-02-01,2,v\n",
                "t.csv:2: column a: expected a number, found the date '2024-01-31'",
                "leave the column out");
        hint(
                "a,b,y\n31.12.2024,2,u\n",
                "t.csv:2: column a: expected a number, found the date '31.12.2024'",
                "leave the column out");
        hint("a,b,y\n10:30,2,u\n", "t.csv:2: column a: expected a number, found the date '10:30'", "no number");
    }

    @Test
    void anOddNumberAmongManyWordsIsAWord() throws IOException {
        var words = "u,v,w,u,v,w,u,v,w,u,7".split(",", -1);
        var rows = new StringBuilder("a,b,y\n");
        for (int i = 0; i < words.length; i++) {
            rows.append(words[i]).append(",1,").append(i % 2).append('\n');
        }
        Files.writeString(folder.resolve("t.csv"), rows);
        assertEquals(
                words.length, open("t.csv", Ports.numbers("x", List.of(5)), Y3).size());
    }

    @Test
    void tablesThatAreNone() throws IOException {
        hint("1,2,u\n3,4,v\n", "t.csv:1: no column y", "the first line looks like a row");
        hint("a b y\n1 2 u\n", "t.csv:1: no column y", "separated by commas, semicolons or tabs");
        hint("a,b,y\n1,2,u,\n", "t.csv:2: 4 fields, the first line has 3", "leave out the separator");
        hint("a,b,c,y\n1,2,3,0\n1,2,3,1\n", "t.csv: the columns fill 3 numbers", "declare x: float[3]");
        hint("a,b,y\n1,2,u\n\0\0,2,v\n", "t.csv:3: holds a NUL byte", "a table of text");
        var names = new StringBuilder("a,b,y\n");
        for (int i = 0; i < 30; i++) {
            names.append("name").append(i).append(",1,").append(i % 3).append('\n');
        }
        hint(names.toString(), "t.csv: the columns fill 31 numbers", "leave the column out");
        Files.writeString(folder.resolve("t.csv"), "a,b,y\n1,2,u\n", StandardCharsets.UTF_16);
        wrong("t.csv", "t.csv: is UTF-16 text, expected UTF-8");
        Files.writeString(folder.resolve("t.csv"), "a,b,y\n1,2,\"" + "u".repeat(17_000_000));
        wrong("t.csv", "t.csv:2: a field of more than 16 million characters");
        Files.writeString(folder.resolve("t.csv"), "a,b,Y\n1,2,u\n");
        var missing = assertThrows(DataException.class, () -> open("t.csv", X2, Y3));
        assertEquals("y", missing.missed());
        assertEquals(List.of("a", "b", "Y"), missing.known());
    }

    private void hint(String text, String message, String hint) {
        var e = assertThrows(DataException.class, () -> {
            Files.writeString(folder.resolve("t.csv"), text);
            open("csv:t.csv", X2, Y3);
        });
        assertTrue(e.getMessage().startsWith(folder + "/" + message), e.getMessage());
        assertTrue(e.hint().contains(hint), e.hint());
    }

    @Test
    void binaryFilesCutOffOrOfAnotherKind() throws IOException {
        byte[] images = idx(0x803, new int[] {3, 2, 2}, 12);
        byte[] labels = idx(0x801, new int[] {3}, 3);
        idx(
                Arrays.copyOf(images, 20),
                labels,
                "i: the header promises [3, 2, 2] numbers, 12 bytes, and the file has 4: it is cut off");
        idx(
                Arrays.copyOf(images, 40),
                labels,
                "i: the header promises [3, 2, 2] numbers, 12 bytes, and the file has 24");
        idx(Arrays.copyOf(images, 10), labels, "i: ends after 10 bytes, inside the header");
        idx(Arrays.copyOf(images, 4), labels, "i: not an IDX file: 4 bytes are too few");
        idx(
                "not an idx file at all".getBytes(StandardCharsets.US_ASCII),
                labels,
                "i: not an IDX file: it begins with 6e6f7420");
        idx(idx(0x703, new int[] {3, 2, 2}, 12), labels, "i: not an IDX file: unknown type 07 at offset 2");
        idx(idx(0x803, new int[] {3, -2, 2}, 12), labels, "i: the header's shape [3, -2, 2] is impossible");
        idx(
                idx(0x803, new int[] {1 << 30, 1 << 30, 1 << 30}, 12),
                labels,
                "i: the header's shape [1073741824, 1073741824");
        idx(
                idx(0x803, new int[] {1 << 30, 2, 2}, 12),
                labels,
                "i: the header promises [1073741824, 2, 2] numbers, 4294967296");
        idx(
                idx(0x803, new int[] {0, 1 << 30, 1 << 30}, 0),
                labels,
                "i: the header's shape [0, 1073741824, 1073741824] is imp");
        idx(idx(0x803, new int[] {0, 2, 2}, 0), idx(0x801, new int[] {0}, 0), "i: holds no examples");
        idx(images, idx(0x801, new int[] {4}, 4), "i: 3 examples of image, and 4 of label in ");
        labels[9] = 7;
        idx(images, labels, "l: example 2 of label is 7; target y is class[3], 0 to 2");
        labels[9] = 0;
        idx(
                idx(0x803, new int[] {3, 3, 3}, 27),
                labels,
                "i: an example of image has 9 numbers [3, 3], input x is float[4] and takes 4");
        idx(Arrays.copyOf(gzip(images), 22), labels, "i: the compressed file ends too early");
        byte[] damaged = gzip(images);
        damaged[12] ^= 0x55;
        damaged[14] ^= 0x55;
        Files.write(folder.resolve("i"), damaged);
        var e = assertThrows(DataException.class, () -> open("idx:i,l", IMAGE, Y3));
        assertTrue(e.getMessage().startsWith(folder.resolve("i") + ": the compressed file "), e.getMessage());

        Files.write(folder.resolve("data_batch_1.bin"), new byte[3073 + 10]);
        wrong(
                "cifar10:.",
                "./data_batch_1.bin: 3083 bytes are not whole records of 3073: the last one ends after 10 bytes");
        byte[] records = new byte[2 * 3073];
        records[3073] = 11;
        Files.write(folder.resolve("data_batch_1.bin"), records);
        wrong("cifar10:.", "./data_batch_1.bin: record 2 at offset 3073 has class 11, expected 0 to 9");
    }

    @Test
    void arraysOfNumPyThatDoNotFit() throws IOException {
        byte[] x = npy("<f4", false, "3, 2", 24);
        byte[] y = npy("<i8", false, "3,", 24);
        npz(
                Arrays.copyOf(x, x.length - 1),
                y,
                "x.npy: the header promises [3, 2] numbers, 24 bytes, and the file has 23: it is cut off");
        npz(
                npy("<f4", true, "3, 2", 20),
                y,
                "x.npy: the header promises [3, 2] numbers, 24 bytes, and the file has 20");
        npz(npy("<c8", false, "3, 2", 24), y, "x.npy: holds complex numbers of type '<c8'");
        npz(npy("|O", false, "3, 2", 24), y, "x.npy: holds Python objects of type '|O', which are never unpickled");
        npz(npy("<f4", false, "", 4), y, "x.npy: a single number; the first axis counts examples");
        npz(npy("<f4", false, "99999999999, 2", 4), y, "x.npy: the header's shape (99999999999, 2) is impossible");
        npz("PK".getBytes(StandardCharsets.US_ASCII), y, "x.npy: not an npy file: it does not begin with 93 NUMPY");
        npz(x, npy("<i8", false, "2,", 16), "x.npy: 3 examples of x, and 2 of y in ");
        npz(x, npy("<f4", false, "3,", 12), null);
        byte[] half = npy("<f4", false, "3,", 12);
        ByteBuffer.wrap(half).order(ByteOrder.LITTLE_ENDIAN).putFloat(half.length - 4, 0.5f);
        npz(x, half, "y.npy: example 3 of y is 0.5; target y is class[3], 0 to 2");
        byte[] header = x.clone();
        header[8] = (byte) 0xff;
        header[9] = (byte) 0xff;
        npz(header, y, "x.npy: promises a header of 65535 bytes; the file has " + (x.length - 10));
        header = x.clone();
        header[12] = '!';
        npz(header, y, "x.npy: the npy header is not {'descr', 'fortran_order', 'shape'} of plain numbers");
        header = x.clone();
        header[6] = 9;
        npz(header, y, "x.npy: npy version 9; known are 1 to 3");
        Files.write(folder.resolve("t.npz"), x);
        var e = assertThrows(DataException.class, () -> open("t.npz", X2, Y3));
        assertTrue(e.getMessage().contains("t.npz: not an npz file, or a damaged one"), e.getMessage());
        zip("images", x, "y", y);
        assertMessage("t.npz: no array x for input x; it holds images [2], y []", () -> open("t.npz", X2, Y3));
        Files.write(folder.resolve("x.npy"), x);
        assertMessage("x.npy: names 1 files, and y is the network's port number 2", () -> open("npy:x.npy", X2, Y3));
    }

    @Test
    void aZipEntryThatClaimsMoreThanItHoldsIsNotBelieved() throws IOException {
        byte[] header = npy("<f4", false, "500000000, 2", 0);
        npz(
                header,
                npy("<i8", false, "3,", 24),
                "x.npy: the header promises [500000000, 2] numbers, 4000000000 bytes, and the file has 0");
    }

    @Test
    void moreThanMemoryIsRefusedWithTheSize() {
        var wide = Ports.numbers("x", List.of(1 << 20, 64));
        var e = assertThrows(
                DataException.class,
                () -> DataSource.open("normal:999999999", folder, List.of(wide), List.of(), DataOptions.DEFAULT));
        assertTrue(
                e.getMessage().startsWith("normal:999999999: needs 255,999,999,744 MB of memory, the Java"),
                e.getMessage());
        assertEquals("give it more with -Xmx, or use fewer examples", e.hint());
    }

    @Test
    void whatDoesNotFitTheNetworkSaysSo() {
        assertMessage(
                "digits: an example of image has 64 numbers [8, 8], input x is float[10] and takes 10",
                () -> open("digits", Ports.numbers("x", List.of(10)), Ports.classes("y", 10, List.of())));
        assertMessage(
                "digits: example 4 of digit is 3; target y is class[3], 0 to 2",
                () -> open("digits", Ports.numbers("x", List.of(64)), Y3));
        var e = assertThrows(
                DataException.class,
                () -> open("digits", Ports.numbers("x", List.of(64)), Ports.numbers("y", List.of(10))));
        assertEquals(
                "digits: an example of digit has 1 numbers [], target y is float[10] and takes 10", e.getMessage());
        assertEquals("for classes declare y: class[10]", e.hint());
        assertMessage("xor: gives float[2] and a class, input x is float[4]", () -> open("xor", IMAGE, Y3));
        assertMessage(
                "spirals:9: gives float[2] and a class, target y is float[2]",
                () -> open("spirals:9", X2, Ports.numbers("y", List.of(2))));
    }

    /// Whatever the bytes, the answer is data or a DataException.
    @Test
    void changedBytesNeverFailInAnotherWay() throws IOException {
        byte[] images = idx(0x803, new int[] {3, 2, 2}, 12);
        byte[] x = npy("<f4", false, "3, 2", 24);
        byte[] table = "a,b,c,y\n1,2,u,0\n1,\"2\",v,0\n".getBytes(StandardCharsets.US_ASCII);
        for (int seed = 0; seed < 3000; seed++) {
            var random = new SplittableRandom(seed);
            byte[] original = List.of(images, x, table, gzip(images)).get(seed % 4);
            String name = List.of("i", "x.npy", "t.csv", "i").get(seed % 4);
            byte[] changed = Arrays.copyOf(original, original.length - random.nextInt(2));
            for (int i = random.nextInt(3); i >= 0; i--) {
                changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            }
            Files.write(folder.resolve(name), changed);
            String spec = List.of("idx:i", "npy:x.npy", "csv:t.csv", "idx:i").get(seed % 4);
            try (var data = DataSource.open(spec, folder, DataOptions.DEFAULT)) {
                DataDescription.of(data).toText();
            } catch (DataException e) {
                assertTrue(e.getMessage().startsWith(folder.toString()), e.getMessage());
                assertTrue(!e.getMessage().contains("\n"), e.getMessage());
            }
        }
    }

    private void csv(String text, String message) throws IOException {
        Files.writeString(folder.resolve("t.csv"), text);
        wrong("csv:t.csv", message);
    }

    private void wrong(String spec, String message) {
        assertMessage(message, () -> open(spec, X2, Y3));
    }

    private void idx(byte[] images, byte[] labels, String message) throws IOException {
        Files.write(folder.resolve("i"), images);
        Files.write(folder.resolve("l"), labels);
        assertMessage(message, () -> open("idx:i,l", IMAGE, Y3));
    }

    /// Without a message the arrays are right.
    private void npz(byte[] x, byte[] y, @Nullable String message) throws IOException {
        zip("x", x, "y", y);
        if (message == null) {
            assertEquals(3, open("t.npz", X2, Y3).size());
        } else {
            assertMessage(message.startsWith("t.npz") ? message : "t.npz, " + message, () -> open("t.npz", X2, Y3));
        }
    }

    private LoadedDataset open(String spec, Port input, Port target) {
        return DataSource.open(spec, folder, List.of(input), List.of(target), DataOptions.DEFAULT);
    }

    private void assertMessage(String message, Executable action) {
        var e = assertThrows(DataException.class, action);
        assertTrue(
                e.getMessage().startsWith(message) || e.getMessage().startsWith(folder + "/" + message),
                () -> "expected " + message + "\nfound    " + e.getMessage());
    }

    private static byte[] idx(int magic, int[] extents, int size) {
        var bytes = ByteBuffer.allocate(4 + 4 * extents.length + size).putInt(magic);
        for (int extent : extents) {
            bytes.putInt(extent);
        }
        return bytes.array();
    }

    private static byte[] npy(String type, boolean fortran, String shape, int size) {
        String header = "{'descr': '%s', 'fortran_order': %s, 'shape': (%s), }\n"
                .formatted(type, fortran ? "True" : "False", shape);
        return ByteBuffer.allocate(10 + header.length() + size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) 0x93)
                .put("NUMPY".getBytes(StandardCharsets.US_ASCII))
                .put((byte) 1)
                .put((byte) 0)
                .putShort((short) header.length())
                .put(header.getBytes(StandardCharsets.US_ASCII))
                .array();
    }

    private void zip(String first, byte[] a, String second, byte[] b) throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(folder.resolve("t.npz")))) {
            zip.putNextEntry(new ZipEntry(first + ".npy"));
            zip.write(a);
            var stored = new ZipEntry(second + ".npy");
            var crc = new CRC32();
            crc.update(b);
            stored.setMethod(ZipEntry.STORED);
            stored.setSize(b.length);
            stored.setCrc(crc.getValue());
            zip.putNextEntry(stored);
            zip.write(b);
        }
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }
}
