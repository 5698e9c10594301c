package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.loops.Kernel;

/// A register tile: `rows` times `columns` vectors of `lanes` numbers hold sums: up to 24 sums with 32
/// registers, 8 with 16, so that operands find room beside them.
record TileShape(int rows, int columns, int lanes) {

    private static int sums(int width) {
        return width == 512 ? 24 : 8;
    }

    /// For `rows` rows of 32 lanes each, in vectors of `width` bits (0: single numbers).
    static TileShape lanes(int rows, int width) {
        int columns = width == 0 ? 4 : 2;
        return new TileShape(rows(rows, sums(width) / columns), columns, width == 0 ? 1 : width / 32);
    }

    /// For rows of any number of columns: where a vector is wider than they are, a narrower one. The last tile
    /// overlaps the one before.
    static TileShape rows(int rows, int columns, int width) {
        int lanes = fitting(columns, width);
        int across = lanes == 1 ? Math.min(4, columns) : columns >= 2 * lanes ? 2 : 1;
        int sums = lanes == width / 32 ? sums(width) : 8;
        return new TileShape(rows(rows, Math.min(12, sums / across)), across, lanes);
    }

    /// For single rows, where several vectors side by side hide the time of each, or several.
    static TileShape single(int rows, int columns, int width) {
        if (rows > 1) {
            return rows(rows, columns, width);
        }
        int lanes = fitting(columns, width);
        int vectors = columns / lanes;
        int across = Math.min(4, vectors);
        while (across > 2 && vectors % across != 0) {
            across--;
        }
        return new TileShape(1, across, lanes);
    }

    /// How many neighbouring places are in a tile: with two, what is loaded of the weights serves twice as many
    /// products. The rows of a narrower vector's tile would become too few.
    static int beside(Kernel.PatchTile tile, int width) {
        if (width < 512 || tile.places().isEmpty()) {
            return 1;
        }
        var last = tile.places().getLast();
        return last.a() == 0 && last.extent() % 2 == 0 ? 2 : 1;
    }

    /// For `rows` rows of 32 lanes of so many places.
    static TileShape patches(int rows, int beside, int width) {
        var single = lanes(rows, width);
        return beside == 1
                ? single
                : new TileShape(
                        Math.min(rows, sums(width) / single.columns() / beside),
                        beside * single.columns(),
                        single.lanes());
    }

    /// For runs of whole vectors, side by side those that divide the run; so many rows as there may be at most.
    static TileShape runs(int run, int width) {
        int lanes = width == 0 ? 1 : width / 32;
        int vectors = run / lanes;
        int across = width == 0 ? 4 : vectors % 2 == 0 ? 2 : vectors % 3 == 0 ? 3 : 1;
        return new TileShape(Math.min(12, sums(width) / across), across, lanes);
    }

    private static int fitting(int columns, int width) {
        int lanes = width == 0 ? 1 : width / 32;
        while (lanes > columns && lanes > 4) {
            lanes /= 2;
        }
        return lanes > columns ? 1 : lanes;
    }

    /// Of the sizes that a tile may have the one that takes least time. What is left of the rows has methods of its
    /// own, which take the JVM time and the jar room: as much as five cycles, and two in a hundred.
    private static int rows(int rows, int most) {
        int best = Math.min(rows, most);
        for (int candidate = best - 1; candidate >= Math.max(1, most * 2 / 3); candidate--) {
            if (candidate != 11 && cost(rows, candidate) < cost(rows, best)) {
                best = candidate;
            }
        }
        return best;
    }

    private static int cost(int rows, int inTile) {
        int rest = rows % inTile;
        int tiles = rows / inTile * cycles(inTile);
        return rest == 0 ? 98 * tiles : 100 * (tiles + cycles(rest) + 5);
    }

    /// About the cycles that two ports need for a step of the depth: one for each row and one for all of them;
    /// fewer than four rows wait for the sums of the step before.
    private static int cycles(int inTile) {
        return Math.max(inTile, 4) + 1;
    }

    /// The next smaller tile that takes least time for `all` rows.
    TileShape fewer(int all) {
        return withRows(rows(all, rows - 1));
    }

    /// The same tile with fewer rows.
    TileShape withRows(int fewer) {
        return new TileShape(fewer, columns, lanes);
    }
}
