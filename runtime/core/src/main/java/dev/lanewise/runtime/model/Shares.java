package dev.lanewise.runtime.model;

/// How a kernel's work, a grid of rows and columns, is divided: each worker takes a rectangle of it, the same for
/// every kernel with such a grid, so that a worker finds much of what it reads in its own cache. The workers
/// themselves are a grid for that. Every worker computes the same.
public final class Shares {
    private Shares() {}

    /// How many workers take part: one alone where the grid has less than `least` cells.
    public static int workers(int rows, int columns, int least, int workers) {
        return workers == 1 || (long) rows * columns < least ? 1 : workers;
    }

    /// The parts that the rows are divided into, the columns being divided among the workers of each: so that the
    /// largest share is as small as can be, and else the most.
    public static int parts(int rows, int columns, int workers) {
        int best = workers;
        long least = Long.MAX_VALUE;
        for (int parts = workers; parts >= 1; parts--) {
            long share = (long) Math.ceilDiv(rows, parts) * Math.ceilDiv(columns, workers / parts);
            if (workers % parts == 0 && share < least) {
                best = parts;
                least = share;
            }
        }
        return best;
    }

    /// The first of so many rows or columns that a part takes; the next part's first is its end.
    public static int first(int count, int part, int parts) {
        return parts == 1 ? part * count : (int) ((long) count * part / parts);
    }
}
