package dev.lanewise.compiler.scalar;

import dev.lanewise.compiler.graph.Op;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/// The recipe of each operation in single precision.
public final class Recipes {
    private static final Map<Op, Recipe> ALL = all();

    private Recipes() {}

    public static Recipe of(Op op) {
        return Objects.requireNonNull(ALL.get(op), op::name);
    }

    private static Map<Op, Recipe> all() {
        var recipes = new EnumMap<Op, Recipe>(Op.class);
        Arrays.stream(Op.values()).forEach(op -> recipes.put(op, recipe(op)));
        return recipes;
    }

    private static Recipe recipe(Op op) {
        var b = new Recipe.Builder(op.arity());
        int zero = switch (op) {
            case NOT, AND, OR, SELECT, SIGN, FLUSH -> b.constant(0);
            default -> 0;
        };
        return b.build(
                switch (op) {
                    case NEG -> b.neg(0);
                    case ABS -> b.abs(0);
                    case SIGN -> b.select(b.less(zero, 0), b.constant(1), b.select(b.less(0, zero), b.constant(-1), 0));
                    case SQRT -> b.unary(Basic.SQRT, 0);
                    case EXP -> Exponentials.exp(b, 0);
                    case DECAY -> Exponentials.decay(b, 0);
                    case EXPM1 -> Exponentials.expm1(b, 0);
                    case LOG -> Logarithms.log(b, 0);
                    case LOG1P -> Logarithms.log1p(b, 0);
                    case SIN -> Circular.sin(b, 0);
                    case COS -> Circular.cos(b, 0);
                    case TAN -> Circular.tan(b, 0);
                    case TANH -> Exponentials.tanh(b, 0);
                    case ERF -> Exponentials.erf(b, 0);
                    case SIGMOID -> Exponentials.sigmoid(b, 0);
                    case FLOOR -> floor(b, 0);
                    case NOT -> b.number(b.equal(0, zero));
                    case FLUSH -> b.select(b.less(b.abs(0), b.constant(1e-30f)), zero, 0);
                    case ADD -> b.add(0, 1);
                    case SUB -> b.sub(0, 1);
                    case MUL -> b.mul(0, 1);
                    case DIV -> b.div(0, 1);
                    case MAX -> b.binary(Basic.MAX, 0, 1);
                    case MIN -> b.binary(Basic.MIN, 0, 1);
                    case POW -> Power.pow(b, 0, 1);
                    case LT -> b.number(b.less(0, 1));
                    case LE -> b.number(b.binary(Basic.LESS_OR_EQUAL, 0, 1));
                    case EQ -> b.number(b.equal(0, 1));
                    case NE -> b.number(b.binary(Basic.NOT_EQUAL, 0, 1));
                    case AND -> b.number(b.binary(Basic.BOTH, truth(b, 0, zero), truth(b, 1, zero)));
                    case OR -> b.number(b.binary(Basic.EITHER, truth(b, 0, zero), truth(b, 1, zero)));
                    case FMA -> b.fma(0, 1, 2);
                    case SELECT -> b.select(truth(b, 0, zero), 1, 2);
                });
    }

    private static int truth(Recipe.Builder b, int x, int zero) {
        return b.binary(Basic.NOT_EQUAL, x, zero);
    }

    /// Below 2^23 adding and taking away 2^23 rounds to a whole number; above, every number is whole.
    static int floor(Recipe.Builder b, int x) {
        int big = b.constant(0x1p23f);
        int magnitude = b.abs(x);
        int nearest = b.sub(b.add(magnitude, big), big);
        int signed = copySign(b, nearest, x);
        int floor = b.select(b.less(x, signed), b.sub(signed, b.constant(1)), signed);
        return b.select(b.less(magnitude, big), floor, x);
    }

    /// `magnitude`, which is not negative, with the sign of `sign`.
    static int copySign(Recipe.Builder b, int magnitude, int sign) {
        int bit = b.bits(Basic.AND_BITS, b.toBits(sign), Integer.MIN_VALUE);
        return b.fromBits(b.binary(Basic.XOR_BITS, b.toBits(magnitude), bit));
    }
}
