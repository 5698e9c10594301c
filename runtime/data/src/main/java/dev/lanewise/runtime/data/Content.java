package dev.lanewise.runtime.data;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// A file's bytes: mapped, so that they cost nothing until they are read, or unpacked to memory when they are gzip.
/// `name` is what messages call it.
record Content(String name, MemorySegment bytes) {

    private static final ValueLayout.OfInt LITTLE_INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    static Content of(Path file) {
        String name = file.toString();
        requireFile(file);
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            var mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto());
            if (!isGzip(mapped)) {
                return new Content(name, mapped);
            }
            long unpacked = mapped.get(LITTLE_INT, size - 4) & 0xffffffffL;
            try (var in = open(file)) {
                return new Content(name, readAll(name, in, Math.min(unpacked, size * 1032)));
            }
        } catch (IOException e) {
            throw unreadable(name, e);
        }
    }

    /// The bytes in order, unpacked when they are gzip.
    static InputStream open(Path file) {
        requireFile(file);
        try {
            return unpacked(Files.newInputStream(file));
        } catch (IOException e) {
            throw unreadable(file.toString(), e);
        }
    }

    static InputStream unpacked(InputStream bytes) throws IOException {
        var in = new BufferedInputStream(bytes, 1 << 16);
        in.mark(2);
        boolean gzip = in.read() == 0x1f && in.read() == 0x8b;
        in.reset();
        return gzip ? new GZIPInputStream(in, 1 << 16) : in;
    }

    /// Reads to the end; `expected` bytes are set aside at first, and more only as they come.
    static MemorySegment readAll(String name, InputStream in, long expected) throws IOException {
        Memory.requireUnpacked(name, expected);
        byte[] bytes = new byte[(int) Math.max(64, expected)];
        int length = 0;
        while (true) {
            int count = in.readNBytes(bytes, length, bytes.length - length);
            length += count;
            if (length < bytes.length) {
                return MemorySegment.ofArray(bytes).asSlice(0, length);
            }
            int next = in.read();
            if (next < 0) {
                return MemorySegment.ofArray(bytes);
            }
            Memory.requireUnpacked(name, bytes.length * 2L);
            bytes = Arrays.copyOf(bytes, bytes.length * 2);
            bytes[length++] = (byte) next;
        }
    }

    static DataException unreadable(String name, IOException e) {
        return switch (e) {
            case EOFException _ -> new DataException(name + ": the compressed file ends too early");
            case ZipException _ -> new DataException(name + ": the compressed file is damaged: " + e.getMessage());
            case AccessDeniedException _ -> new DataException(name + ": cannot be read: there is no permission");
            default -> new DataException(name + ": cannot be read: " + e.getMessage());
        };
    }

    private static boolean isGzip(MemorySegment bytes) {
        return bytes.byteSize() >= 18
                && bytes.get(ValueLayout.JAVA_BYTE, 0) == 0x1f
                && bytes.get(ValueLayout.JAVA_BYTE, 1) == (byte) 0x8b;
    }

    private static void requireFile(Path file) {
        if (Files.isDirectory(file)) {
            throw new DataException(file + ": is a folder, expected a file");
        }
        if (!Files.exists(file)) {
            throw new DataException(file + ": no such file");
        }
    }
}
