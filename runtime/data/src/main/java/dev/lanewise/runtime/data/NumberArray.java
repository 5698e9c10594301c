package dev.lanewise.runtime.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// Numbers in the compact form in which the file has them: example `i` has `size` of them from byte `start + i *
/// stride` on, each divided by `divisor` when it is read.
record NumberArray(
        MemorySegment data, NumberType type, ByteOrder order, long start, long stride, int size, double divisor)
        implements PortReader {

    /// Examples that follow each other.
    static NumberArray dense(MemorySegment data, NumberType type, ByteOrder order, long start, int size) {
        return new NumberArray(data, type, order, start, (long) size * type.bytes(), size, 1);
    }

    NumberArray dividedBy(double divisor) {
        return new NumberArray(data, type, order, start, stride, size, divisor);
    }

    @Override
    public void read(int example, double[] target, int offset) {
        long at = start + example * stride;
        for (int i = 0; i < size; i++) {
            target[offset + i] = type.decode(data, at + (long) i * type.bytes(), order) / divisor;
        }
    }

    @Override
    public void read(int example, float[] target, int offset) {
        long at = start + example * stride;
        if (type == NumberType.U8) {
            float by = (float) divisor;
            for (int i = 0; i < size; i++) {
                target[offset + i] = (data.get(ValueLayout.JAVA_BYTE, at + i) & 0xff) / by;
            }
        } else if (type == NumberType.F32 && divisor == 1) {
            MemorySegment.copy(data, ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order), at, target, offset, size);
        } else {
            for (int i = 0; i < size; i++) {
                target[offset + i] = (float) (type.decode(data, at + (long) i * type.bytes(), order) / divisor);
            }
        }
    }
}
