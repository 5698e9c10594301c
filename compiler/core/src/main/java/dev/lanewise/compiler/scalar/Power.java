package dev.lanewise.compiler.scalar;

/// `x^y` as 2 to the power of `y log2 |x|`, the logarithm carried in two numbers; special cases as `Math.pow`. Within
/// 4 ULP.
final class Power {
    /// 2 / log 2 in two parts.
    private static final float SCALE = 0x1.715476p1f;

    private static final float SCALE_LOW = 0x1.4ae0cp-25f;
    private static final float LN2 = 0x1.62e43p-1f;

    private Power() {}

    private record Pair(int high, int low) {}

    static int pow(Recipe.Builder b, int x, int y) {
        int zero = b.constant(0);
        int one = b.constant(1);
        int infinity = b.constant(Float.POSITIVE_INFINITY);
        int magnitude = b.abs(x);
        int value = raised(b, binaryLog(b, magnitude), y);
        int rising = b.less(zero, y);
        int atZero = b.select(rising, zero, infinity);
        int atInfinity = b.select(rising, infinity, zero);
        value = b.select(b.equal(magnitude, zero), atZero, value);
        value = b.select(b.equal(magnitude, infinity), atInfinity, value);
        // Below zero: whole exponents alone, and odd ones give a negative number.
        int half = b.mul(y, b.constant(0.5f));
        int whole = b.equal(Recipes.floor(b, y), y);
        int even = b.equal(Recipes.floor(b, half), half);
        int notBelow = b.binary(Basic.EITHER, b.binary(Basic.LESS_OR_EQUAL, zero, x), b.equal(magnitude, infinity));
        value = b.select(b.binary(Basic.EITHER, whole, notBelow), value, b.constant(Float.NaN));
        int signed = Recipes.copySign(b, value, x);
        value = b.select(whole, b.select(even, value, signed), value);
        int known = b.binary(Basic.BOTH, b.equal(x, x), b.equal(y, y));
        return b.select(b.equal(y, zero), one, b.select(known, value, b.constant(Float.NaN)));
    }

    /// log2 of a number above 0: `e + (2 / log 2) (s + s^3 p(s^2))` with s = (m - 1) / (m + 1), the inverse
    /// hyperbolic tangent's series.
    private static Pair binaryLog(Recipe.Builder b, int x) {
        var parts = Logarithms.parts(b, x);
        int m = parts.fraction();
        int one = b.constant(1);
        int above = b.sub(m, one);
        int under = b.add(m, one);
        int underLow = b.sub(m, b.sub(under, one));
        int s = b.div(above, under);
        int rest = b.fma(b.neg(s), under, above);
        int sLow = b.div(b.fma(b.neg(s), underLow, rest), under);
        int square = b.mul(s, s);
        int p = b.polynomial(square, 0x1.555554p-2f, 0x1.999c26p-3f, 0x1.23d3e0p-3f, 0x1.f13b00p-4f);
        int tail = b.fma(b.mul(square, s), p, sLow);
        int scale = b.constant(SCALE);
        int high = b.mul(s, scale);
        int low = b.fma(s, scale, b.neg(high));
        low = b.fma(s, b.constant(SCALE_LOW), low);
        low = b.fma(tail, scale, low);
        // e is 0 or larger than what is added: the sum's rounding is found exactly.
        int sum = b.add(parts.exponent(), high);
        int lost = b.sub(high, b.sub(sum, parts.exponent()));
        low = b.add(lost, low);
        int total = b.add(sum, low);
        return new Pair(total, b.sub(low, b.sub(total, sum)));
    }

    private static int raised(Recipe.Builder b, Pair log, int y) {
        int high = b.mul(y, log.high());
        int low = b.fma(y, log.low(), b.fma(y, log.high(), b.neg(high)));
        int inRange = b.less(b.abs(high), b.constant(200));
        low = b.select(inRange, low, b.constant(0));
        int bounded = b.atLeast(b.atMost(high, 140), -160);
        int rounded = b.add(bounded, b.constant(Exponentials.ROUND));
        int f = b.add(b.sub(bounded, b.sub(rounded, b.constant(Exponentials.ROUND))), low);
        int r = b.mul(f, b.constant(LN2));
        int e = Exponentials.small(
                b, r, 0x1.fffffcp-2f, 0x1.555492p-3f, 0x1.5558b4p-5f, 0x1.1239a0p-7f, 0x1.6a495cp-10f);
        return Exponentials.scaled(b, b.add(e, b.constant(1)), rounded);
    }
}
