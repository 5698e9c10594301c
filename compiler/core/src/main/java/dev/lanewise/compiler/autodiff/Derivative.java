package dev.lanewise.compiler.autodiff;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Value;
import java.util.List;
import java.util.Optional;

/// The derivatives of the operations on single numbers, times the result's cotangent.
///
/// Conventions where there is none: `abs` has 0 at 0, a tie in `max` and `min` goes to the first (so relu, `max(0,
/// z)`, has 0 at 0), `floor`, `sign` and truth values have 0 everywhere.
final class Derivative {

    private Derivative() {}

    /// The cotangent of input `k`; empty where none flows. `in` are the operation's inputs, `result` its result.
    static Optional<Value> of(Op op, int k, List<Value> in, Value result, Value ct, Arithmetic m) {
        var a = in.getFirst();
        return switch (op) {
            case NEG -> Optional.of(m.neg(ct));
            case ABS -> Optional.of(m.mul(ct, m.apply(Op.SIGN, a)));
            case SQRT -> Optional.of(m.div(m.mul(ct, 0.5), result));
            case EXP -> Optional.of(m.mul(ct, result));
            case DECAY -> Optional.of(m.neg(m.mul(ct, result)));
            case EXPM1 -> Optional.of(m.mul(ct, m.add(result, m.fill(1))));
            case LOG -> Optional.of(m.div(ct, a));
            case LOG1P -> Optional.of(m.div(ct, m.add(m.fill(1), a)));
            case SIN -> Optional.of(m.mul(ct, m.apply(Op.COS, a)));
            case COS -> Optional.of(m.neg(m.mul(ct, m.apply(Op.SIN, a))));
            case TAN -> Optional.of(m.mul(ct, m.add(m.fill(1), m.mul(result, result))));
            case TANH -> Optional.of(m.mul(ct, m.sub(m.fill(1), m.mul(result, result))));
            case ERF -> {
                var bell = m.apply(Op.EXP, m.neg(m.mul(a, a)));
                yield Optional.of(m.mul(ct, m.mul(bell, 2 / StrictMath.sqrt(StrictMath.PI))));
            }
            case SIGMOID -> Optional.of(m.mul(ct, m.mul(result, m.sub(m.fill(1), result))));
            case FLUSH, ADD -> Optional.of(ct);
            case SUB -> Optional.of(k == 0 ? ct : m.neg(ct));
            case MUL -> Optional.of(m.mul(ct, in.get(1 - k)));
            case DIV -> {
                var quotient = m.div(ct, in.get(1));
                yield Optional.of(k == 0 ? quotient : m.neg(m.mul(quotient, result)));
            }
            case MAX -> Optional.of(chosen(m.apply(Op.LE, in.get(1), a), k == 0, ct, m));
            case MIN -> Optional.of(chosen(m.apply(Op.LE, a, in.get(1)), k == 0, ct, m));
            case POW -> Optional.of(m.mul(ct, k == 0 ? powerByBase(in, m) : powerByExponent(in, result, m)));
            case FMA -> Optional.of(k == 2 ? ct : m.mul(ct, in.get(1 - k)));
            case SELECT -> k == 0 ? Optional.empty() : Optional.of(chosen(a, k == 1, ct, m));
            case SIGN, FLOOR, NOT, LT, LE, EQ, NE, AND, OR -> Optional.empty();
        };
    }

    /// The cotangent where `condition` holds (or does not), else 0.
    private static Value chosen(Value condition, boolean where, Value ct, Arithmetic m) {
        return where ? m.select(condition, ct, m.fill(0)) : m.select(condition, m.fill(0), ct);
    }

    /// `y x^(y-1)`, which is 0 for y = 0 whatever x is.
    private static Value powerByBase(List<Value> in, Arithmetic m) {
        var exponent = in.get(1);
        var slope = m.mul(exponent, m.apply(Op.POW, in.getFirst(), m.sub(exponent, m.fill(1))));
        return m.select(m.apply(Op.EQ, exponent, m.fill(0)), m.fill(0), slope);
    }

    /// `x^y log x`, which is 0 for x = 0.
    private static Value powerByExponent(List<Value> in, Value result, Arithmetic m) {
        var base = in.getFirst();
        return m.select(m.apply(Op.EQ, base, m.fill(0)), m.fill(0), m.mul(result, m.apply(Op.LOG, base)));
    }
}
