package dev.lanewise.compiler.schedule;

import java.util.Map;
import java.util.TreeMap;

/// Gives out places in a region of memory, best fit first, and takes them back.
final class Arena {
    private final TreeMap<Long, Long> free = new TreeMap<>();
    private final long start;
    private long end;

    Arena(long start) {
        this.start = start;
        this.end = start;
    }

    /// The most that was ever needed, from 0.
    long end() {
        return end;
    }

    long take(long size) {
        Map.@org.jspecify.annotations.Nullable Entry<Long, Long> best = null;
        for (var gap : free.entrySet()) {
            if (gap.getValue() >= size && (best == null || gap.getValue() < best.getValue())) {
                best = gap;
            }
        }
        if (best != null) {
            long offset = best.getKey();
            long rest = best.getValue() - size;
            free.remove(offset);
            if (rest > 0) {
                free.put(offset + size, rest);
            }
            return offset;
        }
        var last = free.lastEntry();
        if (last != null && last.getKey() + last.getValue() == end) {
            long offset = last.getKey();
            free.remove(offset);
            end = offset + size;
            return offset;
        }
        long offset = end;
        end += size;
        return offset;
    }

    void give(long offset, long size) {
        if (offset < start) {
            throw new IllegalArgumentException("not from this arena");
        }
        long from = offset;
        long length = size;
        var before = free.floorEntry(offset);
        if (before != null && before.getKey() + before.getValue() == offset) {
            from = before.getKey();
            length += before.getValue();
            free.remove(from);
        }
        var after = free.get(offset + size);
        if (after != null) {
            free.remove(offset + size);
            length += after;
        }
        free.put(from, length);
    }
}
