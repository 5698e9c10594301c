package dev.lanewise.runtime.data;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/// Reads NumPy's files: `.npy` (NEP 1: magic, version, the length of a header in Python's notation, numbers) and
/// `.npz`, a zip of these.
final class Npy {

    private static final Pattern HEADER = Pattern.compile(
            "\\{\\s*'descr':\\s*'([^']*)',\\s*'fortran_order':\\s*(True|False),\\s*'shape':\\s*\\(([0-9,\\s]*)\\),?\\s*\\}\\s*");
    private static final long MAGIC_END = 10;
    private static final String SAVE =
            "save it as float32, float64, uint8 or an integer type:" + " numpy.save(FILE, array.astype('float32'))";

    private Npy() {}

    /// `npy:FILE,FILE`: inputs first, then targets.
    static RawData arrays(List<Path> files) {
        var fields = files.stream()
                .map(file -> field(stem(file.getFileName().toString()), Content.of(file)))
                .toList();
        return new Fields(files.getFirst().toString(), fields, Fields.Match.POSITION);
    }

    static RawData zip(Path file) {
        if (!Files.isRegularFile(file)) {
            throw new DataException(file + ": no such file");
        }
        var fields = new ArrayList<Field>();
        try (var zip = new ZipFile(file.toFile())) {
            for (var entry :
                    zip.stream().filter(e -> e.getName().endsWith(".npy")).toList()) {
                String name = file + ", " + entry.getName();
                try (var in = zip.getInputStream(entry)) {
                    fields.add(field(stem(entry.getName()), new Content(name, unpack(name, entry, in))));
                }
            }
        } catch (ZipException e) {
            throw new DataException(file + ": not an npz file, or a damaged one: " + e.getMessage());
        } catch (IOException e) {
            throw Content.unreadable(file.toString(), e);
        }
        if (fields.isEmpty()) {
            throw new DataException(file + ": holds no array, expected entries NAME.npy");
        }
        return new Fields(file.toString(), fields, Fields.Match.NAME);
    }

    /// Deflate makes at most 1,032 bytes of one, so an entry that claims more is not believed.
    private static MemorySegment unpack(String name, ZipEntry entry, InputStream in) throws IOException {
        return Content.readAll(name, in, Math.clamp(entry.getSize(), 0, (entry.getCompressedSize() + 1) * 1032));
    }

    private static String stem(String name) {
        return name.endsWith(".npy") ? name.substring(0, name.length() - 4) : name;
    }

    private static Field field(String name, Content content) {
        var bytes = content.bytes();
        if (bytes.byteSize() < MAGIC_END
                || bytes.get(ValueLayout.JAVA_BYTE, 0) != (byte) 0x93
                || !text(bytes, 1, 5).equals("NUMPY")) {
            throw new DataException(content.name() + ": not an npy file: it does not begin with 93 NUMPY");
        }
        int version = bytes.get(ValueLayout.JAVA_BYTE, 6);
        if (version < 1 || version > 3) {
            throw new DataException(content.name() + ": npy version " + version + "; known are 1 to 3");
        }
        long headerAt = version == 1 ? MAGIC_END : MAGIC_END + 2;
        long headerSize = version == 1 || bytes.byteSize() < headerAt
                ? bytes.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 8) & 0xffff
                : bytes.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN), 8) & 0xffffffffL;
        if (headerSize > bytes.byteSize() - headerAt || headerSize > 1 << 16) {
            throw new DataException(content.name() + ": promises a header of " + headerSize + " bytes; the file has "
                    + (bytes.byteSize() - headerAt) + " more, and at most 65536 are read");
        }
        var header = HEADER.matcher(text(bytes, headerAt, headerSize));
        if (!header.matches()) {
            throw new DataException(
                    content.name() + ": the npy header is not {'descr', 'fortran_order', 'shape'} of plain numbers",
                    SAVE);
        }
        var extents = extents(content.name(), header.group(3));
        String type = header.group(1);
        var order = type.startsWith(">") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
        var numberType = type(content.name(), type);
        if (extents.isEmpty()) {
            throw new DataException(content.name() + ": a single number; the first axis counts examples");
        }
        long start = headerAt + headerSize;
        Extents.require(content.name(), extents, numberType.bytes(), bytes.byteSize() - start);
        var shape = extents.subList(1, extents.size());
        var values = header.group(2).equals("True")
                ? NumberArray.fortran(bytes, numberType, order, start, extents)
                : NumberArray.dense(bytes, numberType, order, start, Ports.size(shape));
        var field = Field.of(name, content.name(), extents.getFirst(), shape, values);
        return type.endsWith("b1") ? field.unscaled() : field;
    }

    private static List<Integer> extents(String name, String shape) {
        var extents = new ArrayList<Integer>();
        for (String extent : shape.strip().split("\\s*,\\s*", -1)) {
            try {
                if (!extent.isEmpty()) {
                    extents.add(Integer.valueOf(extent));
                }
            } catch (NumberFormatException _) {
                throw new DataException(name + ": the header's shape (" + shape + ") is impossible");
            }
        }
        return extents;
    }

    private static NumberType type(String name, String type) {
        return switch (type.isEmpty() ? "" : type.substring(1)) {
            case "u1", "b1" -> NumberType.U8;
            case "i1" -> NumberType.I8;
            case "u2" -> NumberType.U16;
            case "i2" -> NumberType.I16;
            case "u4" -> NumberType.U32;
            case "i4" -> NumberType.I32;
            case "i8", "u8" -> NumberType.I64;
            case "f2" -> NumberType.F16;
            case "f4" -> NumberType.F32;
            case "f8" -> NumberType.F64;
            default ->
                throw new DataException(
                        name + ": holds "
                                + switch (type.length() > 1 ? type.charAt(1) : ' ') {
                                    case 'O' -> "Python objects of type '" + type + "', which are never unpickled";
                                    case 'U', 'S' -> "texts of type '" + type + "'; expected numbers";
                                    case 'c' -> "complex numbers of type '" + type + "'";
                                    default -> "numbers of type '" + type + "'";
                                },
                        SAVE);
        };
    }

    private static String text(MemorySegment bytes, long at, long length) {
        return new String(bytes.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.ISO_8859_1);
    }
}
