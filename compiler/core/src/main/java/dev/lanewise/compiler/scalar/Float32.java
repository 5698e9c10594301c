package dev.lanewise.compiler.scalar;

import dev.lanewise.compiler.graph.Op;

/// The operations in single precision, to the bit what emitted code computes.
public final class Float32 {
    private Float32() {}

    /// Arguments beyond the operation's arity have no effect.
    public static float apply(Op op, float a, float b, float c) {
        return switch (op) {
            case NEG -> -a;
            case ABS -> Math.abs(a);
            case SIGN -> Math.signum(a);
            case SQRT -> (float) Math.sqrt(a);
            case FLOOR -> (float) Math.floor(a);
            case NOT -> truth(a == 0);
            case FLUSH -> Math.abs(a) < 1e-30f ? 0 : a;
            case ADD -> a + b;
            case SUB -> a - b;
            case MUL -> a * b;
            case DIV -> a / b;
            case MAX -> Math.max(a, b);
            case MIN -> Math.min(a, b);
            case LT -> truth(a < b);
            case LE -> truth(a <= b);
            case EQ -> truth(a == b);
            case NE -> truth(a != b);
            case AND -> truth(a != 0 && b != 0);
            case OR -> truth(a != 0 || b != 0);
            case FMA -> Math.fma(a, b, c);
            case SELECT -> a != 0 ? b : c;
            case EXP, DECAY, EXPM1, LOG, LOG1P, SIN, COS, TAN, TANH, ERF, SIGMOID, POW ->
                Recipes.of(op).apply(a, b, c);
        };
    }

    private static float truth(boolean value) {
        return value ? 1 : 0;
    }
}
