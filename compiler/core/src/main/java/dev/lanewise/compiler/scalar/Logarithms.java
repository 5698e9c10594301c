package dev.lanewise.compiler.scalar;

/// The logarithms. Coefficients: minimax fits of this project.
final class Logarithms {
    static final int ONE = Float.floatToRawIntBits(1);
    static final int ROOT_HALF = Float.floatToRawIntBits(0x1.6a09e6p-1f);

    private Logarithms() {}

    /// A number above 0 as `fraction * 2^exponent`, the fraction from sqrt(1/2) to sqrt(2); the exponent is a
    /// number.
    record Parts(int fraction, int exponent) {}

    static Parts parts(Recipe.Builder b, int x) {
        int subnormal = b.less(x, b.constant(Float.MIN_NORMAL));
        int normal = b.select(subnormal, b.mul(x, b.constant(0x1p23f)), x);
        int shifted = b.bits(Basic.ADD_BITS, b.toBits(normal), ONE - ROOT_HALF);
        int fraction = b.fromBits(b.bits(Basic.ADD_BITS, b.bits(Basic.AND_BITS, shifted, 0x7fffff), ROOT_HALF));
        // The exponent of `shifted`, biased by 127, as a number: put into the low bits of 2^23.
        int biased = b.bits(
                Basic.OR_BITS,
                b.bits(Basic.AND_BITS, b.bits(Basic.SHIFT_RIGHT, shifted, 23), 0x1ff),
                Float.floatToRawIntBits(0x1p23f));
        int bias = b.select(subnormal, b.constant(0x1p23f + 127 + 23), b.constant(0x1p23f + 127));
        return new Parts(fraction, b.sub(b.fromBits(biased), bias));
    }

    /// `e log 2 + f - f^2/2 + f^3 p(f)` with x = (1 + f) 2^e. Within 1 ULP.
    static int log(Recipe.Builder b, int x) {
        var parts = parts(b, x);
        int f = b.sub(parts.fraction(), b.constant(1));
        int square = b.mul(f, f);
        int p = b.polynomial(
                f,
                0x1.555548p-2f,
                -0x1.000006p-2f,
                0x1.99a476p-3f,
                -0x1.555c46p-3f,
                0x1.233ba8p-3f,
                -0x1.fc2884p-4f,
                0x1.e6bf38p-4f,
                -0x1.de02d6p-4f,
                0x1.14763ap-4f);
        int tail = b.fma(parts.exponent(), b.constant(Exponentials.LN2_LOW), b.mul(b.mul(square, f), p));
        int low = b.fma(square, b.constant(-0.5f), tail);
        int value = b.fma(parts.exponent(), b.constant(Exponentials.LN2_HIGH), b.add(f, low));
        int zero = b.constant(0);
        int infinity = b.constant(Float.POSITIVE_INFINITY);
        int finite = b.select(b.less(x, infinity), value, x);
        int positive = b.select(b.less(x, zero), b.constant(Float.NaN), finite);
        return b.select(b.equal(x, zero), b.constant(Float.NEGATIVE_INFINITY), positive);
    }

    /// log u plus what 1 + x lost to rounding, over u; u = 1 + x. Within 2 ULP.
    static int log1p(Recipe.Builder b, int x) {
        int one = b.constant(1);
        int u = b.add(one, x);
        int added = b.sub(u, one);
        int lost = b.add(b.sub(one, b.sub(u, added)), b.sub(x, added));
        int log = log(b, u);
        int corrected = b.add(log, b.div(lost, u));
        int ordinary = b.binary(Basic.BOTH, b.less(b.constant(0), u), b.less(u, b.constant(Float.POSITIVE_INFINITY)));
        return b.select(ordinary, corrected, log);
    }
}
