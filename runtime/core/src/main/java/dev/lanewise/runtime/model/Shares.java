package dev.lanewise.runtime.model;

/// How the units of a kernel are divided: contiguous shares, as equal as can be. Every worker finds the same.
public final class Shares {
    private Shares() {}

    /// The first unit of a worker; the next worker's first is its end. Fewer units than `least` are all the first
    /// worker's.
    public static int first(int units, int least, int worker, int workers) {
        if (units < least) {
            return worker == 0 ? 0 : units;
        }
        return (int) ((long) units * worker / workers);
    }
}
