class IntegerDivision {
    static float half(float z) {
        return 1 / 2 * z;
    }

    static float third(float z) {
        int n = 3;
        n /= 2;
        return z / n;
    }

    static float quarter(float z) {
        return z * (1 / 4f) + z / 4 + (float) 1 / 4;
    }
}
