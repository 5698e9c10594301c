package dev.lanewise.runtime.data;

import dev.lanewise.runtime.data.DataOptions.Part;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads CIFAR-10 in its binary form: records of a class byte, then 1,024 red, green and blue bytes each
/// (Krizhevsky 2009). A shorter file is as many examples as it holds.
final class Cifar {

    private static final int PIXELS = 3 * 32 * 32;
    private static final int RECORD = 1 + PIXELS;
    private static final List<String> LABELS =
            List.of("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck");

    private Cifar() {}

    static RawData read(Path folder, Part part) {
        var files = find(folder, part == Part.TEST ? "test_batch" : "data_batch");
        var contents = files.stream().map(Content::of).toList();
        long total = 0;
        for (var content : contents) {
            check(content);
            total += content.bytes().byteSize();
        }
        var records = contents.getFirst().bytes();
        if (contents.size() > 1) {
            Memory.requireUnpacked(folder.toString(), total);
            records = MemorySegment.ofArray(new byte[(int) total]);
            long at = 0;
            for (var content : contents) {
                MemorySegment.copy(
                        content.bytes(), 0, records, at, content.bytes().byteSize());
                at += content.bytes().byteSize();
            }
        }
        int examples = (int) (total / RECORD);
        String origin = contents.size() == 1 ? contents.getFirst().name() : folder.toString();
        var pixels = NumberArray.spaced(records, NumberType.U8, ByteOrder.LITTLE_ENDIAN, 1, RECORD, PIXELS);
        var classes = NumberArray.spaced(records, NumberType.U8, ByteOrder.LITTLE_ENDIAN, 0, RECORD, 1);
        var label = new Field("label", origin, examples, List.of(), true, classes, classes, LABELS);
        return new Fields(
                origin,
                List.of(Field.of("image", origin, examples, List.of(3, 32, 32), pixels), label),
                Fields.Match.IMAGES);
    }

    private static void check(Content content) {
        long size = content.bytes().byteSize();
        if (size == 0 || size % RECORD != 0) {
            throw new DataException("%s: %d bytes are not whole records of %d: the last one ends after %d bytes"
                    .formatted(content.name(), size, RECORD, size % RECORD));
        }
        for (long at = 0; at < size; at += RECORD) {
            int label = content.bytes().get(ValueLayout.JAVA_BYTE, at) & 0xff;
            if (label > 9) {
                throw new DataException("%s: record %d at offset %d has class %d, expected 0 to 9"
                        .formatted(content.name(), at / RECORD + 1, at, label));
            }
        }
    }

    private static List<Path> find(Path folder, String stem) {
        if (!Files.isDirectory(folder)) {
            throw new DataException(folder + ": no such folder", "cifar10:DIR is the folder with data_batch_1.bin");
        }
        var found = new ArrayList<Path>();
        try (var files = Files.newDirectoryStream(folder, stem + "*.{bin,bin.gz}")) {
            files.forEach(found::add);
        } catch (IOException e) {
            throw Content.unreadable(folder.toString(), e);
        }
        if (found.isEmpty()) {
            throw new DataException(folder + ": has no file " + stem + "*.bin or " + stem + "*.bin.gz");
        }
        found.sort(null);
        return found;
    }
}
