class Broken {
    static float f(float z) {
        return z +;
    }

    static float g(float z {
        return z;
    }
}
