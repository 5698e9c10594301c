package dev.lanewise.runtime.random;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class CounterRandomTest {

    private static final int MANY = 1 << 18;

    @Test
    void theBitsAreThoseOfTheRecipe() {
        var random = new CounterRandom(0x9e3779b9, 17, 5, 3);
        int x = 1000 * 0x9e3779b9 + 17;
        x ^= x >>> 16;
        x *= 0x7feb352d;
        x ^= x >>> 15;
        x *= 0x846ca68b;
        x ^= x >>> 16;
        assertEquals(x, random.bits(1000));
        assertEquals(((x >>> 9) + 0.5f) * 0x1p-23f, random.uniformFloat(1000));
    }

    /// These values are part of the format: a change makes every seeded run end differently.
    @Test
    void theValuesStayAsTheyAre() {
        var random = CounterRandom.of(7, 3, 11);
        assertEquals(
                "[-787937697, -133952882, -1773833249]",
                Arrays.toString(new int[] {random.bits(0), random.bits(1), random.second(0)}));
        assertEquals("0.7198053531669047", Double.toString(random.uniform(5)));
        assertEquals("-0.42406544833310833", Double.toString(random.normal(5)));
        assertEquals("[0, 8, 9, 6, 5, 7, 3, 2, 1, 4]", Arrays.toString(CounterRandom.permutation(1, 0, 10)));
    }

    @Test
    void everyByteIsUniform() {
        for (long stream = 0; stream < 8; stream++) {
            var random = CounterRandom.of(1, stream, 0);
            for (int shift = 0; shift < 32; shift += 8) {
                int s = shift;
                assertUniform(i -> random.bits(i) >>> s & 255, "stream " + stream + " shift " + shift);
                assertUniform(i -> random.second(i) >>> s & 255, "second, stream " + stream + " shift " + shift);
            }
        }
    }

    @Test
    void neighboursInEveryDirectionAreIndependent() {
        var random = CounterRandom.of(1, 1, 1);
        assertUniform(i -> pair(random.bits(i), random.bits(i + 1)), "elements");
        assertUniform(i -> pair(random.bits(i), random.bits(i + 32)), "groups");
        assertUniform(i -> pair(random.bits(i), random.second(i)), "words");
        assertUniform(i -> pair(random.bits(i), random.second(i + 1)), "words of neighbours");
        assertUniform(i -> pair(bits(i, 1, 1, 9), bits(i + 1, 1, 1, 9)), "seeds");
        assertUniform(i -> pair(bits(1, i, 1, 9), bits(1, i + 1, 1, 9)), "streams");
        assertUniform(i -> pair(bits(1, 1, i, 9), bits(1, 1, i + 1, 9)), "steps");
        assertUniform(i -> pair(bits(1, i, 2, 9), bits(1, 2, i, 9)), "stream for step");
        var next = CounterRandom.of(1, 1, 2);
        assertUniform(i -> pair(random.bits(i), next.bits(i)), "the same element a step later");
    }

    @Test
    void lowBitsAreAsGoodAsHighOnes() {
        var random = CounterRandom.of(5, 5, 5);
        assertUniform(i -> (random.bits(i) & 15) << 4 | random.bits(i + 1) & 15, "low bits of neighbours");
    }

    /// A flipped bit of the counter flips each bit of the result with a chance of one half.
    @Test
    void avalanche() {
        int samples = 1 << 13;
        double worst = 0;
        for (int in = 0; in < 32; in++) {
            int[] flips = new int[32];
            for (int i = 0; i < samples; i++) {
                var random = new CounterRandom(1, 0, 1, 0);
                int counter = i * 0x9e3779b9;
                int changed = random.bits(counter) ^ random.bits(counter ^ 1 << in);
                for (int out = 0; out < 32; out++) {
                    flips[out] += changed >>> out & 1;
                }
            }
            for (int count : flips) {
                worst = Math.max(worst, Math.abs(count / (double) samples - 0.5));
            }
        }
        assertTrue(worst < 0.03, "worst bias " + worst);
    }

    @Test
    void seedsStreamsAndStepsAvalanche() {
        for (int bit = 0; bit < 64; bit++) {
            double seed = 0;
            double stream = 0;
            double step = 0;
            for (int i = 0; i < 2000; i++) {
                int base = bits(i, i + 1, i + 2, 5);
                seed += Integer.bitCount(base ^ bits(i ^ 1L << bit, i + 1, i + 2, 5));
                stream += Integer.bitCount(base ^ bits(i, (i + 1) ^ 1L << bit, i + 2, 5));
                step += Integer.bitCount(base ^ bits(i, i + 1, (i + 2) ^ 1L << bit, 5));
            }
            assertEquals(16, seed / 2000, 0.4);
            assertEquals(16, stream / 2000, 0.4);
            assertEquals(16, step / 2000, 0.4);
        }
    }

    @Test
    void bernoulliMasksOfManyStepsHaveTheRightSpread() {
        double squares = 0;
        int steps = 2000;
        int units = 500;
        for (int step = 0; step < steps; step++) {
            var random = CounterRandom.of(1, 4, step);
            int kept = 0;
            for (int i = 0; i < units; i++) {
                kept += random.uniformFloat(i) < 0.5f ? 1 : 0;
            }
            squares += (kept - units / 2.0) * (kept - units / 2.0);
        }
        assertEquals(1, squares / steps / (units / 4.0), 0.1);
    }

    @Test
    void uniformIsOpenAndFloatAgreesWithDouble() {
        var random = CounterRandom.of(2, 2, 2);
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < MANY; i++) {
            double u = random.uniform(i);
            float f = random.uniformFloat(i);
            assertTrue(u > 0 && u < 1 && f > 0 && f < 1);
            assertEquals(u, f, 0x1p-23);
            sum += u;
            squares += u * u;
        }
        assertEquals(0.5, sum / MANY, 0.002);
        assertEquals(1 / 3.0, squares / MANY, 0.002);
        assertTrue(((-1 >>> 9) + 0.5f) * 0x1p-23f < 1);
        assertTrue(((-1L >>> 12) + 0.5) * 0x1p-52 < 1);
    }

    @Test
    void normalHasItsMomentsAndTails() {
        var random = CounterRandom.of(3, 0, 0);
        double[] moments = new double[5];
        int beyondTwo = 0;
        int beyondFour = 0;
        int count = 4 * MANY;
        for (int i = 0; i < count; i++) {
            double z = random.normal(i);
            for (int p = 1; p <= 4; p++) {
                moments[p] += StrictMath.pow(z, p) / count;
            }
            beyondTwo += Math.abs(z) > 2 ? 1 : 0;
            beyondFour += Math.abs(z) > 4 ? 1 : 0;
        }
        assertEquals(0, moments[1], 0.004);
        assertEquals(1, moments[2], 0.006);
        assertEquals(0, moments[3], 0.012);
        assertEquals(3, moments[4], 0.04);
        assertEquals(0.0455, beyondTwo / (double) count, 0.001);
        assertEquals(66, beyondFour, 30);
    }

    @Test
    void belowIsUniformAndStaysBelow() {
        var random = CounterRandom.of(4, 0, 0);
        assertUniform(i -> random.below(256, i), "below 256");
        int[] counts = new int[7];
        for (int i = 0; i < 70_000; i++) {
            counts[random.below(7, i)]++;
        }
        for (int count : counts) {
            assertEquals(10_000, count, 400);
        }
        assertEquals(0, random.below(1, 5));
        assertTrue(random.below(Integer.MAX_VALUE, 5) >= 0);
        assertThrows(IllegalArgumentException.class, () -> random.below(0, 5));
    }

    @Test
    void aPermutationHoldsEveryNumberOnceAndDependsOnSeedAndEpoch() {
        int[] order = CounterRandom.permutation(1, 0, 1000);
        int[] sorted = order.clone();
        Arrays.sort(sorted);
        for (int i = 0; i < 1000; i++) {
            assertEquals(i, sorted[i]);
        }
        assertEquals(Arrays.toString(order), Arrays.toString(CounterRandom.permutation(1, 0, 1000)));
        assertFalse(Arrays.equals(order, CounterRandom.permutation(1, 1, 1000)));
        assertFalse(Arrays.equals(order, CounterRandom.permutation(2, 0, 1000)));
        assertEquals(0, CounterRandom.permutation(1, 0, 0).length);
    }

    @Test
    void everyOrderOfFourIsEquallyLikely() {
        int[] counts = new int[256];
        int rounds = 48_000;
        for (int epoch = 0; epoch < rounds; epoch++) {
            int[] order = CounterRandom.permutation(9, epoch, 4);
            counts[order[0] << 6 | order[1] << 4 | order[2] << 2 | order[3]]++;
        }
        double chiSquare = 0;
        int orders = 0;
        for (int count : counts) {
            if (count > 0) {
                orders++;
                chiSquare += (count - 2000.0) * (count - 2000.0) / 2000;
            }
        }
        assertEquals(24, orders);
        assertTrue(chiSquare < 55, "chi square of 23 degrees " + chiSquare);
    }

    @Test
    void streamsDoNotRepeatEachOther() {
        assertNotEquals(CounterRandom.of(1, 2, 3), CounterRandom.of(1, 3, 2));
        assertNotEquals(CounterRandom.of(2, 1, 3), CounterRandom.of(1, 2, 3));
        assertNotEquals(CounterRandom.of(0, 0, 0), CounterRandom.of(0, 0, 1));
    }

    private static int bits(long seed, long stream, long step, int element) {
        return CounterRandom.of(seed, stream, step).bits(element);
    }

    private static int pair(int first, int second) {
        return first >>> 28 << 4 | second >>> 28;
    }

    /// Chi-square of 256 classes: 255 degrees of freedom, standard deviation 22.6; five of them on either side.
    private static void assertUniform(IntUnaryOperator classOf, String what) {
        int[] counts = new int[256];
        for (int i = 0; i < MANY; i++) {
            counts[classOf.applyAsInt(i)]++;
        }
        double expected = MANY / 256.0;
        double chiSquare = 0;
        for (int count : counts) {
            chiSquare += (count - expected) * (count - expected) / expected;
        }
        assertEquals(255, chiSquare, 113, what);
    }
}
