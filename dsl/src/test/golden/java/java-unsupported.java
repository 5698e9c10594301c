class Unsupported {
    static float array(float[] z) {
        return z[0];
    }

    static float count(int n) {
        return n;
    }

    static float text(float z) {
        String name = "z";
        return z;
    }

    static float object(float z) {
        return new Float(z);
    }

    static float remainder(float z) {
        return z % 2;
    }

    static float cut(float z) {
        return (int) z;
    }

    static float inverse(float z) {
        return (float) Math.atan(z);
    }

    static float inner(float z) {
        float y = 0;
        return z + (y = 3);
    }

    static float choose(float z) {
        switch ((int) z) {
            default -> {
                return z;
            }
        }
    }

    static float attempt(float z) {
        try {
            return z;
        } finally {
        }
    }

    static float call(float z) {
        return flag(z) ? 1 : 0;
    }

    static boolean flag(float z) {
        return z > 0;
    }

    static float narrow(float z) {
        int n = 3;
        n = z > 0 ? 2.5 : 1;
        return n;
    }

    static float many(float z) {
        return twice(z, z);
    }

    static float twice(float z) {
        return 2 * z;
    }

    static float fine(float z) {
        return twice(z);
    }
}
