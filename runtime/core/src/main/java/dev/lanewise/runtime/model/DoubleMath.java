package dev.lanewise.runtime.model;

/// What double precision code calls beyond `Math` and `StrictMath`. Truth is 1, falsehood 0.
public final class DoubleMath {
    private DoubleMath() {}

    /// Abramowitz and Stegun 7.1.6: `2 / sqrt(pi) exp(-x^2) (x + 2 x^3 / 3 + 4 x^5 / 15 + ...)`, whose terms all
    /// have one sign. From 6 on it is 1.
    public static double erf(double x) {
        if (Math.abs(x) >= 6) {
            return Math.signum(x);
        }
        double square = x * x;
        double lost = Math.fma(x, x, -square);
        double term = x;
        double sum = x;
        for (int n = 3; Math.abs(term) > 1e-18 * Math.abs(sum); n += 2) {
            term *= 2 * square / n;
            sum += term;
        }
        return 1.1283791670955126 * StrictMath.exp(-square) * (1 - lost) * sum;
    }

    public static double sigmoid(double x) {
        double e = StrictMath.exp(-Math.abs(x));
        return (x < 0 ? e : 1) / (1 + e);
    }

    public static double flush(double x) {
        return Math.abs(x) < 1e-290 ? 0 : x;
    }

    public static double not(double a) {
        return a == 0 ? 1 : 0;
    }

    public static double lt(double a, double b) {
        return a < b ? 1 : 0;
    }

    public static double le(double a, double b) {
        return a <= b ? 1 : 0;
    }

    public static double eq(double a, double b) {
        return a == b ? 1 : 0;
    }

    public static double ne(double a, double b) {
        return a != b ? 1 : 0;
    }

    public static double and(double a, double b) {
        return a != 0 && b != 0 ? 1 : 0;
    }

    public static double or(double a, double b) {
        return a != 0 || b != 0 ? 1 : 0;
    }

    public static double select(double truth, double a, double b) {
        return truth != 0 ? a : b;
    }
}
