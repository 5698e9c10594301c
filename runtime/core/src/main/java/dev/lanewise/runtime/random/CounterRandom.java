package dev.lanewise.runtime.random;

import java.util.Objects;

/// Random numbers by counter: each is a pure function of seed, stream (a node's number), step and element, whoever
/// asks, in whatever order, on whatever thread.
///
/// The recipe, for kernels that compute the same bits lane by lane. Once per seed, stream and step, in 64 bits
/// ([#of]):
///
///     h = mix64(mix64(mix64(seed) + stream) + step)        mix64 is the finaliser of splitmix64, after adding GOLDEN
///     increment = (int) h | 1,  start = (int) (h >>> 32)   and the second pair from mix64(h) in the same way
///
/// For each element, in 32-bit multiplications, additions, exclusive ors and logical shifts only:
///
///     x = element * increment + start                      (across lanes: a start plus a constant vector)
///     x ^= x >>> 16;  x *= 0x7feb352d;  x ^= x >>> 15;  x *= 0x846ca68b;  bits = x ^ x >>> 16
///     float in (0, 1): ((bits >>> 9) + 0.5f) * 2^-23, exact in float
///
/// `second` is the same with the second pair. A double uses both words; it agrees with the float to 2^-23, so that a
/// run in double precision drops the same units. Streams have increments of their own, so that two of them do not
/// overlap as shifted copies. The mixer is "lowbias32" of Wellons' hash prospector (2018).
public record CounterRandom(int increment, int start, int secondIncrement, int secondStart) {

    /// The stream of [#permutation]. Streams below 0 do not belong to nodes.
    public static final long SHUFFLE = -1;

    /// The stream that divides a data set into parts.
    public static final long SPLIT = -2;

    /// The stream of made-up examples; their ports count on from it, downwards.
    public static final long EXAMPLES = -1000;

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    public static CounterRandom of(long seed, long stream, long step) {
        long first = mix64(mix64(mix64(seed) + stream) + step);
        long second = mix64(first);
        return new CounterRandom((int) first | 1, (int) (first >>> 32), (int) second | 1, (int) (second >>> 32));
    }

    /// 32 random bits.
    public int bits(int element) {
        return mix(element * increment + start);
    }

    /// 32 further random bits of the same element.
    public int second(int element) {
        return mix(element * secondIncrement + secondStart);
    }

    /// Uniform in (0, 1), from 2^-24 to 1 - 2^-24.
    public float uniformFloat(int element) {
        return ((bits(element) >>> 9) + 0.5f) * 0x1p-23f;
    }

    /// Uniform in (0, 1), from 2^-53 to 1 - 2^-53.
    public double uniform(int element) {
        return ((bits64(element) >>> 12) + 0.5) * 0x1p-52;
    }

    /// Standard normal, by Box and Muller (1958): sqrt(-2 log u) cos(2 pi v), u of the first word and v of the
    /// second. Its greatest magnitude is 6.77. The same bits everywhere, since it uses `StrictMath` only.
    public double normal(int element) {
        double u = ((bits(element) & 0xffffffffL) + 0.5) * 0x1p-32;
        double v = ((second(element) & 0xffffffffL) + 0.5) * 0x1p-32;
        return StrictMath.sqrt(-2 * StrictMath.log(u)) * StrictMath.cos(2 * Math.PI * v);
    }

    /// An integer from 0 to `bound` - 1; the chances differ from each other by less than 2^-32 of themselves.
    public int below(int bound, int element) {
        if (bound <= 0) {
            throw new IllegalArgumentException("a bound is positive: " + bound);
        }
        return (int) Math.unsignedMultiplyHigh(bits64(element), bound);
    }

    /// The numbers 0 to `size` - 1 in random order, one for each epoch: the shuffle of Fisher and Yates.
    public static int[] permutation(long seed, long epoch, int size) {
        return of(seed, SHUFFLE, epoch).permutation(size);
    }

    /// The numbers 0 to `size` - 1 in this stream's order.
    public int[] permutation(int size) {
        int[] order = new int[Objects.checkIndex(size, Integer.MAX_VALUE)];
        for (int i = 0; i < size; i++) {
            int other = below(i + 1, i);
            order[i] = order[other];
            order[other] = i;
        }
        return order;
    }

    private long bits64(int element) {
        return (long) bits(element) << 32 | second(element) & 0xffffffffL;
    }

    private static int mix(int counter) {
        int x = counter;
        x ^= x >>> 16;
        x *= 0x7feb352d;
        x ^= x >>> 15;
        x *= 0x846ca68b;
        return x ^ x >>> 16;
    }

    private static long mix64(long value) {
        long z = value + GOLDEN;
        z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
        z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
        return z ^ z >>> 31;
    }
}
