package dev.lanewise.runtime.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/// Numbers in the compact form in which the file has them: example `i` begins at byte `start + i * stride`. Its
/// numbers follow each other, or lie `places` bytes from there; each is divided by `divisor` when it is read.
record NumberArray(
        MemorySegment data,
        NumberType type,
        ByteOrder order,
        long start,
        long stride,
        int size,
        long[] places,
        double divisor)
        implements PortReader {
    private static final long[] DENSE = {};

    /// Examples that follow each other.
    static NumberArray dense(MemorySegment data, NumberType type, ByteOrder order, long start, int size) {
        return spaced(data, type, order, start, (long) size * type.bytes(), size);
    }

    /// Examples that begin `stride` bytes from each other.
    static NumberArray spaced(MemorySegment data, NumberType type, ByteOrder order, long start, long stride, int size) {
        return new NumberArray(data, type, order, start, stride, size, DENSE, 1);
    }

    /// An array whose first axis, that of the examples, changes fastest: Fortran's order.
    static NumberArray fortran(
            MemorySegment data, NumberType type, ByteOrder order, long start, List<Integer> extents) {
        var places = new long[] {0};
        long distance = (long) type.bytes() * extents.getFirst();
        for (int extent : extents.subList(1, extents.size())) {
            var inner = new long[Math.multiplyExact(places.length, extent)];
            for (int i = 0; i < inner.length; i++) {
                inner[i] = places[i / extent] + i % extent * distance;
            }
            places = inner;
            distance *= extent;
        }
        return new NumberArray(data, type, order, start, type.bytes(), places.length, places, 1);
    }

    NumberArray dividedBy(double by) {
        return new NumberArray(data, type, order, start, stride, size, places, by);
    }

    @Override
    public void read(int example, double[] target, int offset) {
        for (int i = 0; i < size; i++) {
            target[offset + i] = get(example, i);
        }
    }

    @Override
    public void read(int example, float[] target, int offset) {
        long at = start + example * stride;
        boolean dense = places.length == 0;
        if (dense && type == NumberType.U8) {
            float by = (float) divisor;
            for (int i = 0; i < size; i++) {
                target[offset + i] = (data.get(ValueLayout.JAVA_BYTE, at + i) & 0xff) / by;
            }
        } else if (dense && type == NumberType.F32 && divisor == 1) {
            MemorySegment.copy(data, ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order), at, target, offset, size);
        } else {
            for (int i = 0; i < size; i++) {
                target[offset + i] = (float) get(example, i);
            }
        }
    }

    private double get(int example, int i) {
        long place = places.length > 0 ? places[i] : (long) i * type.bytes();
        return type.decode(data, start + example * stride + place, order) / divisor;
    }
}
