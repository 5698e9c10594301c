package dev.lanewise.runtime.simd;

import jdk.incubator.vector.FloatVector;

/// Alone in touching the vector module: loaded only where it is present.
final class Preferred {
    private Preferred() {}

    static int bits() {
        return FloatVector.SPECIES_PREFERRED.vectorBitSize();
    }
}
