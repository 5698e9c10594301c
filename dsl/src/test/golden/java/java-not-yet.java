class NotYet {
    private static final float SLOPE = 0.01f;

    static float series(float z) {
        float sum = 0;
        for (int i = 0; i < 4; i++) {
            sum += z;
        }
        return sum;
    }

    static float constant(float z) {
        return SLOPE * z;
    }

    static float elsewhere(float z) {
        return Other.scaled(z);
    }

    static float other_constant(float z) {
        return Other.SLOPE * z;
    }

    static float until(float z) {
        while (z > 1) {
            z = z / 2;
        }
        return z;
    }
}
