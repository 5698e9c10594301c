package dev.lanewise.compiler.scalar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.graph.Op;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class Float32Test {
    private static final float[] SPECIAL = {
        0f,
        -0f,
        1f,
        -1f,
        0.5f,
        -0.5f,
        2f,
        -2f,
        3f,
        -3f,
        2.5f,
        -2.5f,
        1e-40f,
        -1e-40f,
        1e30f,
        -1e30f,
        8388609f,
        -8388609f,
        16777216f,
        -1e-10f,
        Float.MIN_VALUE,
        Float.MIN_NORMAL,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.NaN,
        Float.POSITIVE_INFINITY,
        Float.NEGATIVE_INFINITY
    };

    /// Exponentials below are 0: half as much again as the smallest normal number, nearly.
    private static final double SUNK = 1.67e-38;

    /// The distance from the true value in units of the last place of the single precision number next to it.
    private static double ulps(float found, double expected) {
        float nearest = (float) expected;
        if (Float.isNaN(nearest) || Float.isInfinite(nearest) || Float.isNaN(found) || Float.isInfinite(found)) {
            return Float.compare(found, nearest) == 0 ? 0 : found == Math.copySign(Float.MAX_VALUE, nearest) ? 1 : 1e9;
        }
        return Math.abs(found - expected) / Math.ulp(nearest);
    }

    @ParameterizedTest
    @CsvSource({
        "EXP, -86.98, 95, 1",
        "DECAY, 0, 86.98, 1",
        "EXPM1, -25, 95, 2",
        "EXPM1, -1, 1, 2",
        "LOG, 0, 8, 1",
        "LOG1P, -1, 8, 2",
        "LOG1P, -1e-3, 1e-3, 2",
        "SIN, -7, 7, 2",
        "COS, -7, 7, 2",
        "TAN, -7, 7, 4",
        "SIN, -1e5, 1e5, 2",
        "COS, -1e5, 1e5, 2",
        "TANH, -10, 10, 6",
        "TANH, -1, 1, 4",
        "ERF, -5, 5, 6",
        "ERF, -1, 1, 4",
        "SIGMOID, -86.98, 20, 3"
    })
    void transcendentalsAreWithinTheirUlps(Op op, double low, double high, double limit) {
        var random = new SplittableRandom(7);
        double worst = 0;
        float at = 0;
        for (int i = 0; i < 300_000; i++) {
            float x = (float) random.nextDouble(low, high);
            double error = ulps(Float32.apply(op, x, 0, 0), Float64.apply(op, x, 0, 0));
            if (error > worst) {
                worst = error;
                at = x;
            }
        }
        float where = at;
        double error = worst;
        assertTrue(worst <= limit, () -> op + "(" + where + ") is off by " + error + " ULP");
    }

    @ParameterizedTest
    @EnumSource(names = {"EXP", "EXPM1", "LOG", "LOG1P", "SIN", "COS", "TAN", "TANH", "ERF", "SIGMOID"})
    void anyMagnitudeIsTakenWell(Op op) {
        var random = new SplittableRandom(8);
        for (int i = 0; i < 200_000; i++) {
            float x = Float.intBitsToFloat(random.nextInt());
            if (op == Op.SIN || op == Op.COS || op == Op.TAN) {
                x = Math.abs(x) < 0x1p22f ? x : 0;
            }
            float found = Float32.apply(op, x, 0, 0);
            double expected = Float64.apply(op, x, 0, 0);
            boolean sunk = (op == Op.EXP || op == Op.SIGMOID) && found == 0 && expected < SUNK;
            double error = sunk ? 0 : ulps(found, expected);
            float argument = x;
            assertTrue(error <= 6, () -> op + "(" + argument + ") is off by " + error + " ULP");
        }
    }

    @Test
    void powersAreWithinFourUlps() {
        var random = new SplittableRandom(9);
        for (int i = 0; i < 500_000; i++) {
            float x = (float) StrictMath.exp(random.nextDouble(-20, 20) * random.nextDouble());
            float y = (float)
                    (random.nextDouble(-100, 100) / Math.max(1e-3, Math.abs(StrictMath.log(x))) * random.nextDouble());
            double error = ulps(Float32.apply(Op.POW, x, y, 0), StrictMath.pow(x, y));
            assertTrue(error <= 4, () -> x + " ^ " + y + " is off by " + error + " ULP");
        }
    }

    @ParameterizedTest
    @EnumSource(Op.class)
    void specialValuesAreThoseOfDoublePrecision(Op op) {
        for (float a : SPECIAL) {
            for (float b : op.arity() > 1 ? SPECIAL : new float[] {0}) {
                boolean far = (op == Op.SIN || op == Op.COS || op == Op.TAN) && Math.abs(a) > 4e6 && Float.isFinite(a);
                if (far || op == Op.DECAY && a < 0) {
                    continue;
                }
                double expected = Float64.apply(op, a, b, a);
                float found = Float32.apply(op, a, b, a);
                boolean flushed = op == Op.FLUSH && Math.abs(a) < 1e-30;
                assertTrue(
                        flushed || ulps(found, expected) <= 4 || found == 0 && expected == 0,
                        () -> op + "(" + a + ", " + b + ") = " + found + ", not " + expected);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Op.class)
    void recipesGiveTheBitsOfPlainOperations(Op op) {
        var random = new SplittableRandom(10);
        var recipe = Recipes.of(op);
        for (int i = 0; i < 20_000; i++) {
            float a = argument(random);
            float b = argument(random);
            float c = argument(random);
            assertEquals(
                    Float32.apply(op, a, b, c), recipe.apply(a, b, c), () -> op + " of " + a + ", " + b + ", " + c);
        }
    }

    private static float argument(SplittableRandom random) {
        return switch (random.nextInt(3)) {
            case 0 -> SPECIAL[random.nextInt(SPECIAL.length)];
            case 1 -> (float) random.nextDouble(-3, 3);
            default -> Float.intBitsToFloat(random.nextInt());
        };
    }

    @Test
    void exponentialsAreNeverSubnormal() {
        for (float x = -90; x < -86; x += 0x1p-15f) {
            float found = Float32.apply(Op.EXP, x, 0, 0);
            assertTrue(found == 0 || found >= Float.MIN_NORMAL);
            assertEquals(found == 0, x < -86.98997f);
        }
        assertEquals(0f, Float32.apply(Op.SIGMOID, -87, 0, 0));
        assertEquals(0f, Float32.apply(Op.EXP, Float.NEGATIVE_INFINITY, 0, 0));
        assertEquals(Float.POSITIVE_INFINITY, Float32.apply(Op.EXP, Math.nextUp(0x1.62e42ep6f), 0, 0));
        assertTrue(Float32.apply(Op.EXP, 0x1.62e42ep6f, 0, 0) <= Float.MAX_VALUE);
    }

    @Test
    void aDecayHasTheBitsOfTheExponential() {
        var random = new SplittableRandom(11);
        for (int i = 0; i < 200_000; i++) {
            float a = (float) (random.nextDouble(200) * random.nextDouble());
            assertEquals(Float32.apply(Op.EXP, -a, 0, 0), Float32.apply(Op.DECAY, a, 0, 0), () -> "decay of " + a);
        }
    }

    @Test
    void functionsThatSaturateNeverExceedOne() {
        for (float x = 3; x < 9; x += 0x1p-15f) {
            assertTrue(Float32.apply(Op.ERF, x, 0, 0) <= 1);
            assertTrue(Float32.apply(Op.TANH, -x, 0, 0) >= -1);
        }
        assertEquals(1f, Float32.apply(Op.ERF, 3.7f, 0, 0));
        assertEquals(-1f, Float32.apply(Op.TANH, -8.3f, 0, 0));
    }

    @Test
    void beyondFourMillionAnAngleCountsAsZero() {
        assertEquals(0f, Float32.apply(Op.SIN, 1e20f, 0, 0));
        assertEquals(1f, Float32.apply(Op.COS, -1e20f, 0, 0));
    }

    @Test
    void theErrorFunctionInDoublePrecisionMatchesItsTable() {
        assertEquals(0.1124629160182848922, Float64.apply(Op.ERF, 0.1, 0, 0), 1e-16);
        assertEquals(0.5204998778130465377, Float64.apply(Op.ERF, 0.5, 0, 0), 3e-16);
        assertEquals(0.8427007929497148693, Float64.apply(Op.ERF, 1, 0, 0), 3e-16);
        assertEquals(-0.9953222650189527342, Float64.apply(Op.ERF, -2, 0, 0), 5e-16);
        assertEquals(0.9999999845827420997, Float64.apply(Op.ERF, 4, 0, 0), 1e-15);
        assertEquals(1.1283791670955126e-300, Float64.apply(Op.ERF, 1e-300, 0, 0), 1e-315);
    }
}
