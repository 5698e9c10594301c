package dev.lanewise.compiler.schedule;

import dev.lanewise.runtime.model.Layout;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Tells before which calls the workers must meet: those that read or overwrite memory which was written since they
/// last met, or overwrite what was read, where a worker may meet what another did. Memory, not buffers: a place may
/// have served several.
final class Barriers {
    private final List<Layout.Buffer> buffers;
    private final Memory byFirst = new Memory();
    private final Memory byAll = new Memory();

    Barriers(List<Layout.Buffer> buffers) {
        this.buffers = buffers;
    }

    /// Whether a call with these buffers needs a barrier before it; it is the next call. One that is `alone` is the
    /// first worker's.
    boolean before(List<Integer> reads, List<Integer> writes, boolean alone) {
        boolean needed = byAll.hinders(reads, writes) || !alone && byFirst.hinders(reads, writes);
        if (needed) {
            byFirst.clear();
            byAll.clear();
        }
        (alone ? byFirst : byAll).add(reads, writes);
        return needed;
    }

    /// What some calls have touched since the last barrier.
    private final class Memory {
        private final Touched exampleReads = new Touched();
        private final Touched exampleWrites = new Touched();
        private final Touched batchReads = new Touched();
        private final Touched batchWrites = new Touched();

        boolean hinders(List<Integer> reads, List<Integer> writes) {
            for (int b : reads) {
                if (b >= 0 && written(b).overlaps(buffers.get(b))) {
                    return true;
                }
            }
            for (int b : writes) {
                if (b >= 0 && (written(b).overlaps(buffers.get(b)) || read(b).overlaps(buffers.get(b)))) {
                    return true;
                }
            }
            return false;
        }

        void add(List<Integer> reads, List<Integer> writes) {
            for (int b : reads) {
                if (b >= 0) {
                    read(b).add(buffers.get(b));
                }
            }
            for (int b : writes) {
                if (b >= 0) {
                    written(b).add(buffers.get(b));
                }
            }
        }

        void clear() {
            List.of(exampleReads, exampleWrites, batchReads, batchWrites).forEach(Touched::clear);
        }

        private Touched read(int buffer) {
            return buffers.get(buffer).perExample() ? exampleReads : batchReads;
        }

        private Touched written(int buffer) {
            return buffers.get(buffer).perExample() ? exampleWrites : batchWrites;
        }
    }

    /// Parts of an arena, as disjoint ranges from a key to a value.
    private static final class Touched {
        private final TreeMap<Long, Long> ranges = new TreeMap<>();

        void clear() {
            ranges.clear();
        }

        boolean overlaps(Layout.Buffer buffer) {
            Map.Entry<Long, Long> before = ranges.lowerEntry(buffer.offset() + buffer.size());
            return before != null && before.getValue() > buffer.offset();
        }

        void add(Layout.Buffer buffer) {
            long from = buffer.offset();
            long to = from + buffer.size();
            for (var range = ranges.lowerEntry(to);
                    range != null && range.getValue() > from;
                    range = ranges.lowerEntry(to)) {
                from = Math.min(from, range.getKey());
                to = Math.max(to, range.getValue());
                ranges.remove(range.getKey());
            }
            ranges.put(from, to);
        }
    }
}
