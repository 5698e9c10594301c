package dev.lanewise.runtime.data;

import java.util.Locale;

/// Refuses what will not fit, with the size needed, before it is allocated.
final class Memory {

    private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

    private Memory() {}

    static void require(String name, long bytes) {
        long limit = Runtime.getRuntime().maxMemory();
        if (bytes > limit) {
            throw new DataException(
                    name + ": needs " + megabytes(bytes) + " of memory, the Java machine has " + megabytes(limit),
                    "give it more with -Xmx, or use fewer examples");
        }
    }

    /// As [#require], for a file that is unpacked to one array.
    static void requireUnpacked(String name, long bytes) {
        require(name, bytes);
        if (bytes > LONGEST_ARRAY) {
            throw new DataException(
                    name + ": unpacks to more than 2,048 MB", "unpack the file first, it is then read in place");
        }
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%,d MB", Math.ceilDiv(bytes, 1 << 20));
    }
}
