package dev.lanewise.benchmarks;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/// The functions of the hand-written loops, with the polynomials of `compiler.scalar`.
final class VectorMath {
    static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    static final int LANES = SPECIES.length();
    private static final float ROUND = 0x1.8p23f;

    private VectorMath() {}

    static FloatVector splat(double value) {
        return FloatVector.broadcast(SPECIES, (float) value);
    }

    static FloatVector load(float[] from, int at) {
        return FloatVector.fromArray(SPECIES, from, at);
    }

    /// The exponential of numbers that are at most 0; below -87 that of -87. The power of two goes into the exponent.
    static FloatVector expOfNegative(FloatVector x) {
        var low = splat(-87);
        var bounded = x.blend(low, x.compare(VectorOperators.LT, low));
        var rounded = bounded.fma(splat(0x1.715476p0), splat(ROUND));
        var n = rounded.sub(ROUND);
        var r = n.fma(splat(-0x1.7f7d1cp-20), n.fma(splat(-0x1.62e4p-1), bounded));
        var q = splat(0x1.6a495cp-10)
                .fma(r, splat(0x1.1239a0p-7))
                .fma(r, splat(0x1.5558b4p-5))
                .fma(r, splat(0x1.555492p-3))
                .fma(r, splat(0x1.fffffcp-2));
        var value = r.mul(r).fma(q, r).add(1f);
        var power = rounded.reinterpretAsInts().lanewise(VectorOperators.LSHL, 23);
        return value.reinterpretAsInts().add(power).reinterpretAsFloats();
    }

    static FloatVector erf(FloatVector x) {
        var high = splat(3.93);
        var low = splat(-3.93);
        var below = x.blend(high, x.compare(VectorOperators.GT, high));
        var bounded = below.blend(low, below.compare(VectorOperators.LT, low));
        var t = bounded.mul(bounded);
        var p = splat(2.0421712e-6)
                .fma(t, splat(2.8480159e-4))
                .fma(t, splat(0.0037796265))
                .fma(t, splat(0.052789915))
                .fma(t, splat(0.19078308))
                .fma(t, splat(1.1283791));
        var q = splat(3.8004102e-5)
                .fma(t, splat(0.0011652020))
                .fma(t, splat(0.014997349))
                .fma(t, splat(0.1142571))
                .fma(t, splat(0.50240958))
                .fma(t, splat(1));
        return bounded.mul(p).div(q);
    }
}
