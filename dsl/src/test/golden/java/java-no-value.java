class NoValue {
    static float f(float z) {
        if (z > 0) {
            return z;
        }
    }

    static float g(float z) {
        float y;
        if (z > 0) {
            y = 3;
        }
        return y;
    }
}
