package dev.lanewise.compiler.emit;

/// The register tiles of dense products: those of the rule, or for whoever measures a candidate at most so many
/// `rows` and `columns` of vectors. Each sum is formed in the same order in all of them.
public record Tiling(int rows, int columns) {
    /// What [TileShape] chooses.
    public static final Tiling RULE = new Tiling(0, 0);

    TileShape lanes(int all, int width) {
        return of(TileShape.lanes(all, width), all);
    }

    TileShape rows(int all, int across, int width) {
        var rule = TileShape.rows(all, across, width);
        return columns * rule.lanes() > across ? rule : of(rule, all);
    }

    private TileShape of(TileShape rule, int all) {
        return rows == 0 ? rule : new TileShape(Math.min(rows, all), columns, rule.lanes());
    }

    @Override
    public String toString() {
        return rows == 0 ? "rule" : rows + "x" + columns;
    }
}
