package dev.lanewise.compiler.schedule;

/// Products that read a matrix across its rows, as the gradient by a layer's input reads the weights: each number of
/// the depth lies in a line of its own, and the first cache does not hold so many lines until the next rows come to
/// them. A copy whose rows are the columns is read from end to end, as forwards.
///
/// MEASURED
final class Across {
    /// Up to here the lines stay in the first cache.
    private static final int DEPTH = 256;
    /// The copy pays when it is read for so many examples, whatever its size: both take time by its size.
    private static final int BATCH = 128;
    /// Fewer rows than this are a tile or two, which meet each line once.
    private static final int ROWS = 32;

    private Across() {}

    static boolean pays(Tiles.Lane tile, int batch) {
        return tile.aRow() == 1
                && tile.aDepth() == tile.rows()
                && tile.depth() >= DEPTH
                && tile.rows() >= ROWS
                && batch >= BATCH;
    }

    /// The same product of the copy.
    static Tiles.Lane turned(Tiles.Lane tile) {
        return new Tiles.Lane(tile.batch(), tile.example(), tile.rows(), tile.depth(), tile.depth(), 1, tile.bDepth());
    }
}
