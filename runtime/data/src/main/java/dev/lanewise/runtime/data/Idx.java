package dev.lanewise.runtime.data;

import dev.lanewise.runtime.data.DataOptions.Part;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads IDX files, the format of MNIST: 0, 0, a type, the number of axes, the extents in 4 bytes each, then the
/// numbers, all big-endian (LeCun, Cortes and Burges, "The MNIST database").
final class Idx {

    private Idx() {}

    /// `mnist:DIR`: four files with their original names, gzip or not.
    static RawData mnist(Path folder, Part part) {
        String prefix = part == Part.TEST ? "t10k" : "train";
        return pair(find(folder, prefix + "-images", "idx3-ubyte"), find(folder, prefix + "-labels", "idx1-ubyte"));
    }

    static RawData pair(Path images, Path labels) {
        return new Fields(
                images.toString(), List.of(read("image", images), read("label", labels)), Fields.Match.IMAGES);
    }

    static RawData images(Path images) {
        return new Fields(images.toString(), List.of(read("image", images)), Fields.Match.IMAGES);
    }

    private static Path find(Path folder, String stem, String kind) {
        if (!Files.isDirectory(folder)) {
            throw new DataException(folder + ": no such folder", "mnist:DIR is the folder with the four IDX files");
        }
        for (String name : List.of(stem + "-" + kind, stem + "." + kind)) {
            for (String suffix : List.of("", ".gz")) {
                var file = folder.resolve(name + suffix);
                if (Files.exists(file)) {
                    return file;
                }
            }
        }
        throw new DataException(folder + ": has no file " + stem + "-" + kind + " or " + stem + "-" + kind + ".gz");
    }

    private static Field read(String name, Path file) {
        var content = Content.of(file);
        var bytes = content.bytes();
        if (bytes.byteSize() < 8) {
            throw new DataException(file + ": not an IDX file: " + bytes.byteSize() + " bytes are too few");
        }
        int magic = bytes.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), 0);
        int axes = magic & 0xff;
        if (magic >>> 16 != 0 || axes == 0) {
            throw new DataException(
                    "%s: not an IDX file: it begins with %08x, expected 00000801 or 00000803".formatted(file, magic),
                    magic >>> 24 == '<' ? "this is a page of the web: load the file itself" : "");
        }
        var type = switch (magic >>> 8 & 0xff) {
            case 0x08 -> NumberType.U8;
            case 0x09 -> NumberType.I8;
            case 0x0b -> NumberType.I16;
            case 0x0c -> NumberType.I32;
            case 0x0d -> NumberType.F32;
            case 0x0e -> NumberType.F64;
            default ->
                throw new DataException(
                        "%s: not an IDX file: unknown type %02x at offset 2".formatted(file, magic >>> 8 & 0xff));
        };
        long start = 4 + 4L * axes;
        if (bytes.byteSize() < start) {
            throw new DataException(file + ": ends after " + bytes.byteSize() + " bytes, inside the header");
        }
        var extents = new ArrayList<Integer>();
        for (int axis = 0; axis < axes; axis++) {
            extents.add(bytes.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), 4 + 4L * axis));
        }
        Extents.require(file.toString(), extents, type.bytes(), bytes.byteSize() - start);
        var shape = extents.subList(1, axes);
        var values = NumberArray.dense(bytes, type, ByteOrder.BIG_ENDIAN, start, Ports.size(shape));
        return Field.of(name, file.toString(), extents.getFirst(), shape, values);
    }
}
