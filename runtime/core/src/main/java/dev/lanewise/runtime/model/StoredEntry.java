package dev.lanewise.runtime.model;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/// Finds where the bytes of an uncompressed entry lie in a zip file (PKWARE's APPNOTE 4.3; no ZIP64: a model's jar
/// that large is written in another form).
final class StoredEntry {
    private static final int END_SIGNATURE = 0x06054b50;
    private static final int DIRECTORY_SIGNATURE = 0x02014b50;
    private static final int LOCAL_SIGNATURE = 0x04034b50;
    private static final int END_SIZE = 22;
    private static final int DIRECTORY_SIZE = 46;
    private static final int LOCAL_SIZE = 30;
    private static final int LONGEST_COMMENT = 0xffff;

    private StoredEntry() {}

    /// Offset and length of the entry's bytes, or nothing when the file's directory does not lead there.
    static long[] find(RandomAccessFile file, String name) throws IOException {
        long size = file.length();
        int tailSize = (int) Math.min(size, END_SIZE + LONGEST_COMMENT);
        var tail = read(file, size - tailSize, tailSize);
        int end = tailSize - END_SIZE;
        while (end >= 0 && tail.getInt(end) != END_SIGNATURE) {
            end--;
        }
        if (end < 0) {
            return new long[0];
        }
        int count = Short.toUnsignedInt(tail.getShort(end + 10));
        long at = Integer.toUnsignedLong(tail.getInt(end + 16));
        for (int i = 0; i < count && at + DIRECTORY_SIZE <= size; i++) {
            var header = read(file, at, DIRECTORY_SIZE);
            if (header.getInt(0) != DIRECTORY_SIGNATURE) {
                return new long[0];
            }
            int nameLength = Short.toUnsignedInt(header.getShort(28));
            int others = Short.toUnsignedInt(header.getShort(30)) + Short.toUnsignedInt(header.getShort(32));
            if (at + DIRECTORY_SIZE + nameLength > size) {
                return new long[0];
            }
            var found = read(file, at + DIRECTORY_SIZE, nameLength);
            if (new String(found.array(), StandardCharsets.UTF_8).equals(name)) {
                return local(file, header, size);
            }
            at += DIRECTORY_SIZE + nameLength + others;
        }
        return new long[0];
    }

    private static long[] local(RandomAccessFile file, ByteBuffer header, long size) throws IOException {
        long length = Integer.toUnsignedLong(header.getInt(24));
        long at = Integer.toUnsignedLong(header.getInt(42));
        if (at + LOCAL_SIZE > size) {
            return new long[0];
        }
        var local = read(file, at, LOCAL_SIZE);
        long start =
                at + LOCAL_SIZE + Short.toUnsignedInt(local.getShort(26)) + Short.toUnsignedInt(local.getShort(28));
        boolean whole = local.getInt(0) == LOCAL_SIGNATURE && start + length <= size;
        return whole ? new long[] {start, length} : new long[0];
    }

    private static ByteBuffer read(RandomAccessFile file, long at, int length) throws IOException {
        var bytes = new byte[length];
        file.seek(at);
        file.readFully(bytes);
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
