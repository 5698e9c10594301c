package dev.lanewise.compiler.scalar;

/// sin, cos and tan: the argument less a multiple of pi/2 (Cody and Waite 1980, in three parts, each step one fma),
/// then a polynomial on [-pi/4, pi/4]. Within 2 ULP (tan 4) up to 4 million; beyond, where a single precision number
/// says nothing about the angle, the argument counts as 0.
final class Circular {
    private static final float LARGEST = 0x1p22f;

    private Circular() {}

    /// sine and cosine of the reduced argument, and the quarter in the low bits of a whole number.
    private record Quarter(int sine, int cosine, int number) {}

    private static Quarter quarter(Recipe.Builder b, int x) {
        int zero = b.mul(x, b.constant(0)); // NaN where x is not finite
        int bounded = b.select(b.less(b.abs(x), b.constant(LARGEST)), x, zero);
        int rounded = b.fma(bounded, b.constant(0x1.45f306p-1f), b.constant(Exponentials.ROUND));
        int n = b.sub(rounded, b.constant(Exponentials.ROUND));
        int r = b.fma(n, b.constant(-0x1.921fb6p0f), bounded);
        r = b.fma(n, b.constant(0x1.777a5cp-25f), r);
        r = b.fma(n, b.constant(0x1.ee59dap-50f), r);
        int square = b.mul(r, r);
        int s = b.polynomial(square, -0x1.555556p-3f, 0x1.111174p-7f, -0x1.a0595ap-13f, 0x1.7c3068p-19f);
        int c = b.polynomial(square, 0x1.55554ap-5f, -0x1.6c0c28p-10f, 0x1.99e816p-16f);
        int sine = b.fma(b.mul(square, r), s, r);
        int cosine = b.fma(b.mul(square, square), c, b.fma(square, b.constant(-0.5f), b.constant(1)));
        return new Quarter(sine, cosine, b.toBits(rounded));
    }

    /// Whether bit 0 of a whole number is set.
    private static int odd(Recipe.Builder b, int number) {
        int signed = b.bits(Basic.OR_BITS, b.bits(Basic.SHIFT_LEFT, number, 31), Logarithms.ONE);
        return b.less(b.fromBits(signed), b.constant(0));
    }

    /// `value` negated where bit 1 of `number` is set.
    private static int signed(Recipe.Builder b, int value, int number) {
        int sign = b.bits(Basic.AND_BITS, b.bits(Basic.SHIFT_LEFT, number, 30), Integer.MIN_VALUE);
        return b.fromBits(b.binary(Basic.XOR_BITS, b.toBits(value), sign));
    }

    static int sin(Recipe.Builder b, int x) {
        var quarter = quarter(b, x);
        int value = b.select(odd(b, quarter.number()), quarter.cosine(), quarter.sine());
        return signed(b, value, quarter.number());
    }

    static int cos(Recipe.Builder b, int x) {
        var quarter = quarter(b, x);
        int next = b.bits(Basic.ADD_BITS, quarter.number(), 1);
        int value = b.select(odd(b, next), quarter.cosine(), quarter.sine());
        return signed(b, value, next);
    }

    static int tan(Recipe.Builder b, int x) {
        var quarter = quarter(b, x);
        int odd = odd(b, quarter.number());
        int above = b.select(odd, b.neg(quarter.cosine()), quarter.sine());
        return b.div(above, b.select(odd, quarter.sine(), quarter.cosine()));
    }
}
