class UnknownName {
    static float f(float slope) {
        return slpe * 2;
    }

    static float g(float z) {
        return Math.tanh(z) + f2(z);
    }

    static float h(float z) {
        return tanh(z);
    }

    static float k(float z) {
        y = 3;
        return z;
    }
}
