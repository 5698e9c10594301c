package dev.lanewise.compiler.scalar;

/// exp and what is made of it, and the two rational functions that saturate. Coefficients: minimax fits of this
/// project, rounded one after another to single precision with the rest fitted again.
final class Exponentials {
    /// 1.5 * 2^23: a number below 2^22 added to it is rounded to a whole number, which stands in the sum's low
    /// bits.
    static final float ROUND = 0x1.8p23f;
    static final float LOG2_E = 0x1.715476p0f;
    /// log 2 = LN2_HIGH + LN2_LOW; whole numbers below 512 times the first are exact.
    static final float LN2_HIGH = 0x1.62e4p-1f;
    static final float LN2_LOW = 0x1.7f7d1cp-20f;

    private Exponentials() {}

    /// What is rounded with it has `n + 126` in its low bits, the exponent of 2^(n-1).
    private static final float ROUND_EXPONENT = ROUND + 126;
    /// From here on 2^(n-1) is 0, and from here on exp is infinite.
    private static final float EXP_LOW = -87.3f;
    private static final float EXP_HIGH = 89;

    /// `2^(n-1) * 2 exp(r)` with `x = n log 2 + r`. Below 1.66e-38, half as much again as the smallest normal
    /// number, it is 0. Within 1 ULP.
    static int exp(Recipe.Builder b, int x) {
        return exponential(b, b.atMost(b.atLeast(x, EXP_LOW), EXP_HIGH), 1);
    }

    /// exp(-x) of what is not negative, to the bit.
    static int decay(Recipe.Builder b, int x) {
        return exponential(b, b.atMost(x, -EXP_LOW), -1);
    }

    /// exp of a number x that is bounded, or of -x where `sign` is -1: with r as with x, all signs turn.
    private static int exponential(Recipe.Builder b, int x, float sign) {
        int rounded = b.fma(x, b.constant(sign * LOG2_E), b.constant(ROUND_EXPONENT));
        int n = b.sub(rounded, b.constant(ROUND_EXPONENT));
        int high = b.fma(n, b.constant(-sign * LN2_HIGH), x);
        int r = b.fma(n, b.constant(-sign * LN2_LOW), high);
        int value = b.polynomial(
                r,
                2,
                sign * 2,
                0x1.fffffcp-1f,
                sign * 0x1.555492p-2f,
                0x1.5558b4p-4f,
                sign * 0x1.1239a0p-6f,
                0x1.6a495cp-9f);
        return b.mul(value, b.fromBits(b.bits(Basic.SHIFT_LEFT, b.toBits(rounded), 23)));
    }

    /// x - n log 2, in two steps.
    private static int reduced(Recipe.Builder b, int x, int n) {
        return b.fma(n, b.constant(-LN2_LOW), b.fma(n, b.constant(-LN2_HIGH), x));
    }

    /// r + r^2 q(r)
    static int small(Recipe.Builder b, int r, float... q) {
        return b.fma(b.mul(r, r), b.polynomial(r, q), r);
    }

    /// `value * 2^n`, where n stands in the low bits of `rounded`.
    static int scaled(Recipe.Builder b, int value, int rounded) {
        int n = b.bits(Basic.ADD_BITS, b.toBits(rounded), -Float.floatToRawIntBits(ROUND));
        int half = b.bits(Basic.SHIFT_RIGHT, n, 1);
        int rest = b.binary(Basic.SUB_BITS, n, half);
        return b.mul(b.mul(value, powerOfTwo(b, half)), powerOfTwo(b, rest));
    }

    private static int powerOfTwo(Recipe.Builder b, int n) {
        return b.fromBits(b.bits(Basic.ADD_BITS, b.bits(Basic.SHIFT_LEFT, n, 23), Float.floatToRawIntBits(1)));
    }

    /// `2 (s e + (s - 1/2))` with e = exp(r) - 1 and s = 2^(n-1). Within 2 ULP.
    static int expm1(Recipe.Builder b, int x) {
        int bounded = b.atLeast(b.atMost(x, 89), -20);
        int rounded = b.fma(bounded, b.constant(LOG2_E), b.constant(ROUND));
        int r = reduced(b, bounded, b.sub(rounded, b.constant(ROUND)));
        int e = small(b, r, 0x1p-1f, 0x1.555554p-3f, 0x1.5554f8p-5f, 0x1.1112d6p-7f, 0x1.6d3a5ep-10f, 0x1.9e77eep-13f);
        int n = b.bits(Basic.ADD_BITS, b.toBits(rounded), -Float.floatToRawIntBits(ROUND) - 1);
        int s = powerOfTwo(b, n);
        int half = b.fma(s, e, b.sub(s, b.constant(0.5f)));
        return b.add(half, half);
    }

    /// 1 / (1 + exp(-x)) or exp(x) / (1 + exp(x)), whichever does not overflow. Within 3 ULP.
    static int sigmoid(Recipe.Builder b, int x) {
        int e = decay(b, b.abs(x));
        int one = b.constant(1);
        return b.div(b.select(b.less(x, b.constant(0)), e, one), b.add(one, e));
    }

    /// x P(x^2) / Q(x^2), which is 1 from 8.25 on. Within 4 ULP below 1, 6 above.
    static int tanh(Recipe.Builder b, int x) {
        int t = b.mul(x, x);
        int p = b.polynomial(t, 1, 0.13679917f, 0.0038683324f, 2.8007393e-5f, 3.0586644e-8f, -1.2213656e-11f);
        int q = b.polynomial(t, 1, 0.4701325f, 0.027245851f, 3.9386355e-4f, 1.2873663e-6f);
        return saturating(b, x, t, 8.25f, b.div(b.mul(x, p), q));
    }

    /// x P(x^2) / Q(x^2), which is 1 from 3.67 on. Within 4 ULP below 1, 6 above.
    static int erf(Recipe.Builder b, int x) {
        int t = b.mul(x, x);
        int p = b.polynomial(t, 1.1283791f, 0.19078308f, 0.052789915f, 0.0037796265f, 2.8480159e-4f, 2.0421712e-6f);
        int q = b.polynomial(t, 1, 0.50240958f, 0.1142571f, 0.014997349f, 0.0011652020f, 3.8004102e-5f);
        return saturating(b, x, t, 3.67f, b.div(b.mul(x, p), q));
    }

    /// `value` of x up to `last`, 1 with the sign of x beyond, where t is x^2.
    private static int saturating(Recipe.Builder b, int x, int t, float last, int value) {
        int one = Recipes.copySign(b, b.constant(1), x);
        return b.select(b.less(b.constant(last * last), t), one, value);
    }
}
