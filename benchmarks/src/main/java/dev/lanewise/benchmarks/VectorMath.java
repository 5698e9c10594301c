package dev.lanewise.benchmarks;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The functions of the hand-written loops, with the polynomials of `compiler.scalar`.
final class VectorMath {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();

    // Vectors and not numbers: a constant of a class is inlined in a few nodes, and the JVM stops inlining at so many.
    static final FloatVector ONE = splat(1);
    static final FloatVector HALF = splat(0.5);
    static final FloatVector ROOT_HALF = splat(Math.sqrt(0.5));
    /// The density of the standard normal at 0.
    static final FloatVector DENSITY = splat(1 / Math.sqrt(2 * Math.PI));

    private static final FloatVector TWO = splat(2);
    private static final FloatVector ROUND = splat(0x1.8p23 + 126);
    private static final FloatVector EXP_LOW = splat(-87.3);
    private static final FloatVector LOG2_E = splat(0x1.715476p0);
    private static final FloatVector MINUS_LN2_HIGH = splat(-0x1.62e4p-1);
    private static final FloatVector MINUS_LN2_LOW = splat(-0x1.7f7d1cp-20);
    private static final FloatVector EXP_2 = splat(0x1.fffffcp-1);
    private static final FloatVector EXP_3 = splat(0x1.555492p-2);
    private static final FloatVector EXP_4 = splat(0x1.5558b4p-4);
    private static final FloatVector EXP_5 = splat(0x1.1239a0p-6);
    private static final FloatVector EXP_6 = splat(0x1.6a495cp-9);

    private static final FloatVector MINUS_TWO = splat(-2);
    private static final FloatVector DECAY_HIGH = splat(87.3);
    private static final FloatVector MINUS_LOG2_E = splat(-0x1.715476p0);
    private static final FloatVector LN2_HIGH = splat(0x1.62e4p-1);
    private static final FloatVector LN2_LOW = splat(0x1.7f7d1cp-20);
    private static final FloatVector MINUS_EXP_3 = splat(-0x1.555492p-2);
    private static final FloatVector MINUS_EXP_5 = splat(-0x1.1239a0p-6);

    /// The square from which on the error function is 1.
    private static final FloatVector ERF_HIGH = splat(3.67 * 3.67);
    private static final FloatVector P_0 = splat(1.1283791);
    private static final FloatVector P_1 = splat(0.19078308);
    private static final FloatVector P_2 = splat(0.052789915);
    private static final FloatVector P_3 = splat(0.0037796265);
    private static final FloatVector P_4 = splat(2.8480159e-4);
    private static final FloatVector P_5 = splat(2.0421712e-6);
    private static final FloatVector Q_1 = splat(0.50240958);
    private static final FloatVector Q_2 = splat(0.1142571);
    private static final FloatVector Q_3 = splat(0.014997349);
    private static final FloatVector Q_4 = splat(0.0011652020);
    private static final FloatVector Q_5 = splat(3.8004102e-5);

    private VectorMath() {}

    static FloatVector splat(double value) {
        return FloatVector.broadcast(SPECIES, (float) value);
    }

    static FloatVector load(float[] from, int at) {
        return FloatVector.fromArray(SPECIES, from, at);
    }

    /// The larger of two numbers; no order is kept between zeros, nor where there is no number.
    static FloatVector larger(FloatVector a, FloatVector b) {
        return a.blend(b, a.compare(VectorOperators.LT, b));
    }

    /// The exponential of numbers that are at most 0; below -87.3 that is 0. What is rounded carries the exponent
    /// of half the power of two in its low bits.
    static FloatVector expOfNegative(FloatVector x) {
        var bounded = x.blend(EXP_LOW, x.compare(VectorOperators.LT, EXP_LOW));
        var rounded = bounded.fma(LOG2_E, ROUND);
        var n = rounded.sub(ROUND);
        var r = n.fma(MINUS_LN2_LOW, n.fma(MINUS_LN2_HIGH, bounded));
        var twice = r.fma(EXP_6, EXP_5)
                .fma(r, EXP_4)
                .fma(r, EXP_3)
                .fma(r, EXP_2)
                .fma(r, TWO)
                .fma(r, TWO);
        return twice.mul(
                rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
    }

    /// The exponential of -x, where x is at least 0: as above, with other signs.
    static FloatVector decay(FloatVector x) {
        var bounded = x.blend(DECAY_HIGH, x.compare(VectorOperators.GT, DECAY_HIGH));
        var rounded = bounded.fma(MINUS_LOG2_E, ROUND);
        var n = rounded.sub(ROUND);
        var r = n.fma(LN2_LOW, n.fma(LN2_HIGH, bounded));
        var twice = r.fma(EXP_6, MINUS_EXP_5)
                .fma(r, EXP_4)
                .fma(r, MINUS_EXP_3)
                .fma(r, EXP_2)
                .fma(r, MINUS_TWO)
                .fma(r, TWO);
        return twice.mul(
                rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23).reinterpretAsFloats());
    }

    /// The error function of x, whose square is t.
    static FloatVector erf(FloatVector x, FloatVector t) {
        var p = t.fma(P_5, P_4).fma(t, P_3).fma(t, P_2).fma(t, P_1).fma(t, P_0);
        var q = t.fma(Q_5, Q_4).fma(t, Q_3).fma(t, Q_2).fma(t, Q_1).fma(t, ONE);
        var sign = x.reinterpretAsInts().lanewise(VectorOperators.AND, Integer.MIN_VALUE);
        var limit = ONE.reinterpretAsInts().lanewise(VectorOperators.XOR, sign).reinterpretAsFloats();
        return x.mul(p).div(q).blend(limit, t.compare(VectorOperators.GT, ERF_HIGH));
    }
}
