package dev.lanewise.compiler.emit.code;

import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// Numbers one by one: what single and double precision share, whose instructions differ by [#type()] alone.
sealed interface OneLane extends Form permits SingleNumber, DoubleNumber {

    @Override
    default int lanes() {
        return 1;
    }

    @Override
    default void load(Code code, Local array, Whole index) {
        code.load(array);
        code.push(index);
        code.op(type().getOpcode(Opcodes.IALOAD));
    }

    @Override
    default void splat(Code code, Local array, Whole index) {
        load(code, array, index);
    }

    @Override
    default void store(Code code, Local array, Whole index, Local value) {
        code.load(array);
        code.push(index);
        code.load(value);
        code.op(type().getOpcode(Opcodes.IASTORE));
    }

    @Override
    default void widen(Code code, Local number) {
        code.load(number);
    }

    @Override
    default void below(Code code, Whole lane, Whole count) {
        code.push(lane);
        code.push(count);
        code.truth(Opcodes.IF_ICMPLT);
    }

    @Override
    default void select(Code code, Local truth, Local a, Local b) {
        code.load(truth);
        code.either(() -> code.load(a), () -> code.load(b));
    }

    @Override
    default void fma(Code code, Local a, Local b, Local c) {
        code.load(a);
        code.load(b);
        code.load(c);
        code.callStatic("java/lang/Math", "fma", Type.getMethodDescriptor(type(), type(), type(), type()));
    }
}
