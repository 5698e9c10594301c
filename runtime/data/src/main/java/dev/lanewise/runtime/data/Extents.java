package dev.lanewise.runtime.data;

import java.util.List;

/// Checks what a header promises against what the file has.
final class Extents {

    private Extents() {}

    /// `extents` numbers of `bytes` bytes fill exactly `available` bytes.
    static void require(String name, List<Integer> extents, int bytes, long available) {
        long needed = Math.multiplyExact((long) exampleSize(name, extents), bytes);
        int examples = extents.getFirst();
        if (examples < 0 || examples > 0 && needed > Long.MAX_VALUE / examples) {
            throw impossible(name, extents);
        }
        needed *= examples;
        if (needed != available) {
            throw new DataException("%s: the header promises %s numbers, %d bytes, and the file has %d%s"
                    .formatted(name, extents, needed, available, available < needed ? ": it is cut off" : ""));
        }
    }

    /// The numbers of one example, where the first axis counts examples; they fit an array.
    static int exampleSize(String name, List<Integer> extents) {
        long size = 1;
        for (int extent : extents.subList(1, extents.size())) {
            size *= extent;
            if (extent < 0 || size > Integer.MAX_VALUE - 8) {
                throw impossible(name, extents);
            }
        }
        return (int) size;
    }

    private static DataException impossible(String name, List<Integer> extents) {
        return new DataException(name + ": the header's shape " + extents + " is impossible");
    }
}
