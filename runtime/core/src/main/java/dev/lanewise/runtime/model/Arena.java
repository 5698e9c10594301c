package dev.lanewise.runtime.model;

import dev.lanewise.runtime.ModelException;
import java.util.List;

/// One large array of the program's precision. Element 0 of a plan lies at `start`, where vectors are aligned to
/// cache lines if the array itself is: otherwise each vector of 512 bits lies in two lines, and products take up to
/// a third longer.
public final class Arena {
    /// Unused elements before the first: 64-byte lines begin at element 12 of an array that begins a G1 region (16
    /// bytes of header).
    private static final int START = 12;

    /// G1 divides the heap into about so many regions, of at most so many bytes. An array of more than half a
    /// region begins a region, and stays there.
    private static final int REGIONS = 2048;

    private static final int LEAST_REGION = 1 << 20;
    private static final int LARGEST_REGION = 1 << 25;

    /// Flat loops run over whole chunks of 1,024 numbers (`Lowering` in the compiler).
    private static final int SLACK = 64 + 1024;

    private final float[] floats;
    private final double[] doubles;
    private final int start;

    private Arena(float[] floats, double[] doubles, int start) {
        this.floats = floats;
        this.doubles = doubles;
        this.start = start;
    }

    /// An arena of `size` numbers, all 0. One that is to be `fast` is made so large that it is aligned.
    ///
    /// @throws ModelException when it does not fit into an array or into the heap; `what` says in the message what
    /// it is for
    public static Arena of(boolean doublePrecision, boolean fast, long size, String what) {
        long free = expectRoom(doublePrecision, size, what, "");
        if (size > Integer.MAX_VALUE - 2 * SLACK) {
            throw new ModelException(what + " do not fit into an array; take smaller batches");
        }
        int length = (int) size + SLACK;
        long region = Math.clamp(Runtime.getRuntime().maxMemory() / REGIONS, LEAST_REGION, LARGEST_REGION);
        if (fast && free >> 4 > region) {
            length = Math.max(length, Integer.highestOneBit((int) region * 2 - 1) / (doublePrecision ? 16 : 8));
        }
        try {
            return doublePrecision
                    ? new Arena(new float[0], new double[length], START / 2)
                    : new Arena(new float[length], new double[0], START);
        } catch (OutOfMemoryError _) {
            throw new ModelException(what + " need " + megabytes(size * (doublePrecision ? 8 : 4))
                    + " of memory, more than the JVM has left (-Xmx)");
        }
    }

    /// How many bytes of the heap are free.
    ///
    /// @throws ModelException when so many numbers do not fit; `what` says in the message what they are for,
    /// `remedy` what helps beside more memory
    public static long expectRoom(boolean doublePrecision, long size, String what, String remedy) {
        long bytes = Math.multiplyExact(size, doublePrecision ? 8L : 4L);
        var runtime = Runtime.getRuntime();
        long free = runtime.maxMemory() - (runtime.totalMemory() - runtime.freeMemory());
        if (bytes > free) {
            throw new ModelException(what + " need " + megabytes(bytes) + " of memory; " + megabytes(free)
                    + " are free of the JVM's " + megabytes(runtime.maxMemory()) + "; give it more with -Xmx" + remedy);
        }
        return free;
    }

    private static String megabytes(long bytes) {
        return (bytes >> 20) + " MB";
    }

    public float[] floats() {
        return floats;
    }

    public double[] doubles() {
        return doubles;
    }

    /// The array's element for element `offset` of the plan.
    public int element(long offset) {
        return start + Math.toIntExact(offset);
    }

    public boolean isDouble() {
        return doubles.length > 0;
    }

    public double get(int element) {
        return isDouble() ? doubles[element] : floats[element];
    }

    public void set(int element, double value) {
        if (isDouble()) {
            doubles[element] = value;
        } else {
            floats[element] = (float) value;
        }
    }

    public double[] copy(int element, int count) {
        var values = new double[count];
        for (int i = 0; i < count; i++) {
            values[i] = get(element + i);
        }
        return values;
    }

    /// `count` elements, little-endian.
    byte[] bytes(int element, int count) {
        var bytes = SafetensorsWriter.littleEndian(count, isDouble() ? Double.BYTES : Float.BYTES);
        if (isDouble()) {
            bytes.asDoubleBuffer().put(doubles, element, count);
        } else {
            bytes.asFloatBuffer().put(floats, element, count);
        }
        return bytes.array();
    }

    /// A copy of this arena.
    public Arena duplicate() {
        return new Arena(floats.clone(), doubles.clone(), start);
    }

    /// Takes over the contents of an arena of the same size.
    public void copyFrom(Arena other) {
        System.arraycopy(other.floats, 0, floats, 0, floats.length);
        System.arraycopy(other.doubles, 0, doubles, 0, doubles.length);
    }

    /// The shape's number of elements, as an int that an array can have.
    public static int count(List<Integer> shape) {
        int size = 1;
        for (int extent : shape) {
            size = Math.multiplyExact(size, extent);
        }
        return size;
    }
}
