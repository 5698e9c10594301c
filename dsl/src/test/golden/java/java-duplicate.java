class Duplicate {
    static float f(float z) {
        return z;
    }

    static double f(double z) {
        return z;
    }

    static float abs(float z) {
        return Math.max(z, -z);
    }

    static float g(float z) {
        return Math.abs(z);
    }
}
