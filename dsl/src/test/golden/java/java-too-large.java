class TooLarge {
    static float ways(float z) {
        float x = z;
        if (z > 0) {
            if (x > 0) {
                return 0;
            }
            x = x + 1;
        }
        if (z > 1) {
            if (x > 1) {
                return 1;
            }
            x = x + 1;
        }
        if (z > 2) {
            if (x > 2) {
                return 2;
            }
            x = x + 1;
        }
        if (z > 3) {
            if (x > 3) {
                return 3;
            }
            x = x + 1;
        }
        if (z > 4) {
            if (x > 4) {
                return 4;
            }
            x = x + 1;
        }
        if (z > 5) {
            if (x > 5) {
                return 5;
            }
            x = x + 1;
        }
        if (z > 6) {
            if (x > 6) {
                return 6;
            }
            x = x + 1;
        }
        if (z > 7) {
            if (x > 7) {
                return 7;
            }
            x = x + 1;
        }
        if (z > 8) {
            if (x > 8) {
                return 8;
            }
            x = x + 1;
        }
        if (z > 9) {
            if (x > 9) {
                return 9;
            }
            x = x + 1;
        }
        if (z > 10) {
            if (x > 10) {
                return 10;
            }
            x = x + 1;
        }
        if (z > 11) {
            if (x > 11) {
                return 11;
            }
            x = x + 1;
        }
        return x;
    }

    static float sum(float z) {
        return z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z + z;
    }
}
