package dev.lanewise.runtime.data;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The formats of numbers in binary files.
enum NumberType {
    U8(1),
    I8(1),
    U16(2),
    I16(2),
    U32(4),
    I32(4),
    I64(8),
    F16(2),
    F32(4),
    F64(8);

    private final int bytes;

    NumberType(int bytes) {
        this.bytes = bytes;
    }

    int bytes() {
        return bytes;
    }

    /// The number at byte `at`; exact but for I64 beyond 2^53.
    double decode(MemorySegment data, long at, ByteOrder order) {
        return switch (this) {
            case U8 -> data.get(ValueLayout.JAVA_BYTE, at) & 0xff;
            case I8 -> data.get(ValueLayout.JAVA_BYTE, at);
            case U16 -> data.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), at) & 0xffff;
            case I16 -> data.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), at);
            case U32 -> data.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), at) & 0xffffffffL;
            case I32 -> data.get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(order), at);
            case I64 -> data.get(ValueLayout.JAVA_LONG_UNALIGNED.withOrder(order), at);
            case F16 -> Float.float16ToFloat(data.get(ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(order), at));
            case F32 -> data.get(ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(order), at);
            case F64 -> data.get(ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(order), at);
        };
    }
}
