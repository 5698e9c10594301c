package dev.lanewise.compiler.emit.code;

import dev.lanewise.compiler.graph.Op;
import java.util.List;
import java.util.Map;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// One double precision number. Operations are calls of `StrictMath` and of the runtime's `DoubleMath`.
public record DoubleNumber() implements OneLane {
    private static final String OWN = "dev/lanewise/runtime/model/DoubleMath";

    @Override
    public Type type() {
        return Type.DOUBLE_TYPE;
    }

    @Override
    public Type truth() {
        return Type.INT_TYPE;
    }

    @Override
    public void constant(Code code, double value) {
        code.push(value);
    }

    @Override
    public void positions(Code code, Whole first, int stride) {
        code.push(first);
        code.op(Opcodes.I2D);
    }

    @Override
    public Local apply(Code code, Op op, List<Local> arguments, Map<Local, Local> truths) {
        arguments.forEach(code::load);
        apply(code, op);
        return code.keep(type());
    }

    /// Applies an operation to the numbers on the stack.
    public static void apply(Code code, Op op) {
        switch (op) {
            case NEG -> code.op(Opcodes.DNEG);
            case ADD -> code.op(Opcodes.DADD);
            case SUB -> code.op(Opcodes.DSUB);
            case MUL -> code.op(Opcodes.DMUL);
            case DIV -> code.op(Opcodes.DDIV);
            case ABS -> call(code, "java/lang/Math", "abs", 1);
            case SIGN -> call(code, "java/lang/Math", "signum", 1);
            case SQRT -> call(code, "java/lang/Math", "sqrt", 1);
            case FLOOR -> call(code, "java/lang/Math", "floor", 1);
            case MAX -> call(code, "java/lang/Math", "max", 2);
            case MIN -> call(code, "java/lang/Math", "min", 2);
            case FMA -> call(code, "java/lang/Math", "fma", 3);
            case EXP -> call(code, "java/lang/StrictMath", "exp", 1);
            case DECAY -> {
                code.op(Opcodes.DNEG);
                call(code, "java/lang/StrictMath", "exp", 1);
            }
            case EXPM1 -> call(code, "java/lang/StrictMath", "expm1", 1);
            case LOG -> call(code, "java/lang/StrictMath", "log", 1);
            case LOG1P -> call(code, "java/lang/StrictMath", "log1p", 1);
            case SIN -> call(code, "java/lang/StrictMath", "sin", 1);
            case COS -> call(code, "java/lang/StrictMath", "cos", 1);
            case TAN -> call(code, "java/lang/StrictMath", "tan", 1);
            case TANH -> call(code, "java/lang/StrictMath", "tanh", 1);
            case POW -> call(code, "java/lang/StrictMath", "pow", 2);
            case ERF -> call(code, OWN, "erf", 1);
            case SIGMOID -> call(code, OWN, "sigmoid", 1);
            case NOT -> call(code, OWN, "not", 1);
            case FLUSH -> call(code, OWN, "flush", 1);
            case LT -> call(code, OWN, "lt", 2);
            case LE -> call(code, OWN, "le", 2);
            case EQ -> call(code, OWN, "eq", 2);
            case NE -> call(code, OWN, "ne", 2);
            case AND -> call(code, OWN, "and", 2);
            case OR -> call(code, OWN, "or", 2);
            case SELECT -> call(code, OWN, "select", 3);
        }
    }

    private static void call(Code code, String owner, String name, int arity) {
        code.callStatic(owner, name, "(" + "D".repeat(arity) + ")D");
    }
}
