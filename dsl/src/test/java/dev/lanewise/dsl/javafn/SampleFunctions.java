package dev.lanewise.dsl.javafn;

import static java.lang.Math.sin;

/// Functions that are both run by Java and read from this file.
final class SampleFunctions {
    private SampleFunctions() {}

    /**
     * A smooth step that needs no exp.
     *
     * Source: Elliott 1993
     * @param z any number
     */
    static float soft_sign(float z) {
        return z / (1 + Math.abs(z));
    }

    static double bent(double z) {
        double root = (float) 1 * Math.sqrt(z * z + 1);
        return (root - 1) / 2 + z;
    }

    static float two_sided(float z, float slope) {
        if (z > 1f) {
            return 1 + slope * (z - 1);
        }
        return z < -1f ? -1 + slope * (z + 1) : z;
    }

    /// Written by hand.
    static double every_function(double z) {
        double a = Math.exp(-z * z) + Math.log(1.5 + Math.abs(z)) + Math.log1p(.25 * z * z) + Math.expm1(-z * z);
        double b = Math.pow(z, 3) + Math.pow(2.0, z) + sin(z) + Math.cos(z) + Math.tan(z / 10) + Math.tanh(z);
        double c = Math.max(z, 0) + Math.min(z, 1) + Math.signum(z) + Math.floor(z) + Math.ceil(z) + Math.sinh(z / 4);
        double d =
                Math.cosh(z / 4) + Math.log10(2 + z * z) + Math.hypot(z, 3) + Math.fma(z, 2.0, 1.0) + Math.PI - Math.E;
        return a + b + c + d + Math.clamp(z, -1.0, 1.0) + 1_000.5e-3 + 0x10 + 1. + 1e30f * 0;
    }

    static double assignments(final double z) {
        double x = z, y;
        int n = 3;
        y = n * x;
        x += 2;
        x -= y / 2;
        x *= x;
        {
            double inner = x + 1;
            y = inner / y;
        }
        n++;
        --n;
        y /= n + 4.0f;
        var last = -y + +x;
        return last;
    }

    static double branches(double z) {
        double x = 1;
        boolean small = z < 0.5 && !(z < -0.5);
        if (small) {
            x = z;
            if (z == 0) {
                x = x + 1;
            } else if (z >= 0.25) {
                x = x * 2;
            }
        } else {
            x = small || z > 2 ? 3 : -3;
        }
        float y;
        if (z != 1) y = 1;
        else y = 2;
        small = z > 1 ? x > y : x < y;
        return small ? x / 2 : x + y / 2;
    }

    static double early(double z) {
        double x = z;
        if (z < 0) {
            if (z < -1) {
                return -1;
            }
            x = x * x;
        } else if (z > 2) {
            return helper(z, 2) + SampleFunctions.helper(2, z);
        } else {
            x = x / 2;
        }
        x = x + 1;
        if (x > 1.5) {
            return x;
        }
        return 2 * x;
    }

    private static double helper(double a, double not) {
        return a - not / 3;
    }

    static void nothing() {}

    static int other(int x) {
        return x;
    }

    static final int TERMS = 6;
    private static final double STEP = 0.5 / TERMS;

    static double rounds(double z) {
        double sum = 0;
        double power = 1;
        for (int i = 1; i <= TERMS; i++) {
            power *= z * STEP;
            if (i % 2 == 0) {
                sum -= power / i;
            } else {
                sum += power / i;
            }
            if (sum > 2) {
                return sum - i;
            }
        }
        int n = 3;
        while (n > 0) {
            sum = sum + n * 0.125;
            n--;
        }
        return sum;
    }
}
