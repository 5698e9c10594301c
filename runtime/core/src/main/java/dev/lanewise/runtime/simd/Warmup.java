package dev.lanewise.runtime.simd;

import java.util.Arrays;

/// Brings kernels to full speed before they are needed: until HotSpot has compiled a method of vector code, each
/// operation allocates its vectors, and the first steps of a network would take seconds. All kernels are called in
/// turn, in rounds, while HotSpot compiles beside.
public final class Warmup {
    /// Enough for the last tier of compilation, whose threshold is 5,000 calls where loops do not reach it before.
    private static final int CALLS = 6_000;

    private static final int ROUNDS = 12;
    private static final long NANOS_PER_KERNEL = 100_000_000;
    private static final long NANOS = 4_000_000_000L;

    private Warmup() {}

    /// The kernels of a program.
    public interface Kernels {
        /// Calls a kernel `times` times with a little work on scratch data.
        void warm(int kernel, float[] scratch, int times);
    }

    /// Warms the kernels 0 to `count` - 1; each is given up after its share of the time.
    public static void run(Kernels kernels, int count, int scratch) {
        var data = new float[scratch];
        long[] spent = new long[count];
        long start = System.nanoTime();
        for (int round = 0; round < ROUNDS; round++) {
            for (int kernel = 0; kernel < count; kernel++) {
                Arrays.fill(data, 0.5f);
                long before = System.nanoTime();
                long now = before;
                for (int i = 0; i < CALLS / ROUNDS && spent[kernel] + now - before < NANOS_PER_KERNEL; i += 20) {
                    kernels.warm(kernel, data, 20);
                    now = System.nanoTime();
                }
                spent[kernel] += now - before;
                if (now - start > NANOS) {
                    return;
                }
            }
        }
    }
}
