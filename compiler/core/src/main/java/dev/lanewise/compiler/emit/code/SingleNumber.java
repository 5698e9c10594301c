package dev.lanewise.compiler.emit.code;

import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.scalar.Recipe.Step;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// One single precision number.
public record SingleNumber() implements OneLane, RecipeCode.Steps {

    @Override
    public Type type() {
        return Type.FLOAT_TYPE;
    }

    @Override
    public Type bits() {
        return Type.INT_TYPE;
    }

    @Override
    public Type truth() {
        return Type.INT_TYPE;
    }

    @Override
    public void constant(Code code, double value) {
        code.push((float) value);
    }

    @Override
    public void constantBits(Code code, int bits) {
        code.push(Float.intBitsToFloat(bits));
    }

    @Override
    public void positions(Code code, Whole first, int stride) {
        code.push(first);
        code.op(Opcodes.I2F);
    }

    @Override
    public Local apply(Code code, Op op, List<Local> arguments, Map<Local, Local> truths) {
        return RecipeCode.apply(code, this, op, arguments, truths);
    }

    @Override
    public void step(Code code, Step step, Runnable a, Runnable b, Runnable c) {
        switch (step.operation()) {
            case SELECT -> {
                a.run();
                code.either(b, c);
            }
            case CONSTANT -> constantBits(code, step.bits());
            default -> {
                a.run();
                if (step.operation().arity() > 1) {
                    b.run();
                }
                if (step.operation().arity() > 2) {
                    c.run();
                }
                operation(code, step);
            }
        }
    }

    private static void operation(Code code, Step step) {
        switch (step.operation()) {
            case CONSTANT, SELECT -> throw new IllegalArgumentException(step.toString());
            case ADD -> code.op(Opcodes.FADD);
            case SUB -> code.op(Opcodes.FSUB);
            case MUL -> code.op(Opcodes.FMUL);
            case DIV -> code.op(Opcodes.FDIV);
            case FMA -> code.callStatic("java/lang/Math", "fma", "(FFF)F");
            case MAX -> code.callStatic("java/lang/Math", "max", "(FF)F");
            case MIN -> code.callStatic("java/lang/Math", "min", "(FF)F");
            case NEG -> code.op(Opcodes.FNEG);
            case ABS -> code.callStatic("java/lang/Math", "abs", "(F)F");
            case SQRT -> {
                code.op(Opcodes.F2D);
                code.callStatic("java/lang/Math", "sqrt", "(D)D");
                code.op(Opcodes.D2F);
            }
            case LESS -> compare(code, Opcodes.FCMPG, Opcodes.IFLT);
            case LESS_OR_EQUAL -> compare(code, Opcodes.FCMPG, Opcodes.IFLE);
            case EQUAL -> compare(code, Opcodes.FCMPL, Opcodes.IFEQ);
            case NOT_EQUAL -> compare(code, Opcodes.FCMPL, Opcodes.IFNE);
            case BOTH -> code.op(Opcodes.IAND);
            case EITHER -> code.op(Opcodes.IOR);
            case TO_BITS -> code.callStatic("java/lang/Float", "floatToRawIntBits", "(F)I");
            case FROM_BITS -> code.callStatic("java/lang/Float", "intBitsToFloat", "(I)F");
            case ADD_BITS -> withNumber(code, step, Opcodes.IADD);
            case AND_BITS -> withNumber(code, step, Opcodes.IAND);
            case OR_BITS -> withNumber(code, step, Opcodes.IOR);
            case SHIFT_LEFT -> withNumber(code, step, Opcodes.ISHL);
            case SHIFT_RIGHT -> withNumber(code, step, Opcodes.ISHR);
            case SUB_BITS -> code.op(Opcodes.ISUB);
            case XOR_BITS -> code.op(Opcodes.IXOR);
        }
    }

    private static void compare(Code code, int comparison, int jump) {
        code.op(comparison);
        code.truth(jump);
    }

    private static void withNumber(Code code, Step step, int opcode) {
        code.push(step.bits());
        code.op(opcode);
    }
}
