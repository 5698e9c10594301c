package dev.lanewise.compiler.scalar;

import dev.lanewise.compiler.graph.Op;
import dev.lanewise.runtime.model.DoubleMath;

/// The operations in double precision, to the bit what emitted code computes.
public final class Float64 {
    private Float64() {}

    /// Arguments beyond the operation's arity have no effect.
    public static double apply(Op op, double a, double b, double c) {
        return switch (op) {
            case NEG -> -a;
            case ABS -> Math.abs(a);
            case SIGN -> Math.signum(a);
            case SQRT -> Math.sqrt(a);
            case EXP -> StrictMath.exp(a);
            case DECAY -> StrictMath.exp(-a);
            case EXPM1 -> StrictMath.expm1(a);
            case LOG -> StrictMath.log(a);
            case LOG1P -> StrictMath.log1p(a);
            case SIN -> StrictMath.sin(a);
            case COS -> StrictMath.cos(a);
            case TAN -> StrictMath.tan(a);
            case TANH -> StrictMath.tanh(a);
            case ERF -> DoubleMath.erf(a);
            case SIGMOID -> DoubleMath.sigmoid(a);
            case FLOOR -> Math.floor(a);
            case NOT -> DoubleMath.not(a);
            case FLUSH -> DoubleMath.flush(a);
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case POW -> StrictMath.pow(a, b);
            case LT -> DoubleMath.lt(a, b);
            case LE -> DoubleMath.le(a, b);
            case EQ -> DoubleMath.eq(a, b);
            case NE -> DoubleMath.ne(a, b);
            case AND -> DoubleMath.and(a, b);
            case OR -> DoubleMath.or(a, b);
            case FMA -> Math.fma(a, b, c);
            case SELECT -> DoubleMath.select(a, b, c);
        };
    }
}
