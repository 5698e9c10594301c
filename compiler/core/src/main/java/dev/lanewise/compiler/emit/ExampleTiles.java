package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.TileKernel.Method;
import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.loops.Kernel;
import java.util.List;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// The methods of an `ExampleTile`: `k7t` is one tile over a block of the examples, whose sums wait in C for the
/// next.
///
/// Of a block of the examples some rows follow while a panel of the second operand is in the first cache, then the
/// next panel while those rows are in the second: so rows, columns and examples go in blocks, whatever the batch and
/// the layer.
final class ExampleTiles {
    /// The columns of a block.
    private static final int COLUMNS = 512;

    private final TileKernel kernel;
    private final Kernel.ExampleTile tile;
    private final int rows;
    private final double unitCost;
    private final Signature inner;
    private final TileShape wish;

    ExampleTiles(
            TileKernel kernel, Kernel.ExampleTile tile, int rows, double unitCost, TileShape wish, Signature inner) {
        this.kernel = kernel;
        this.tile = tile;
        this.rows = rows;
        this.unitCost = unitCost;
        this.inner = inner;
        this.wish = wish;
    }

    private int across() {
        return wish.columns() * wish.lanes();
    }

    /// A tile's parameters of its own are the first row, where its columns begin in the panels and in the result,
    /// the first example and how many.
    void write() {
        var shape = kernel.tiles(inner, wish, List.of(new Method("", (body, s) -> new Tiles(body, s).examples(tile))));
        // What does not fill a tile goes to whoever does the one before.
        int strips = tile.columns() / across();
        kernel.driver((code, arguments) -> kernel.share(
                code,
                arguments,
                Whole.of(Math.ceilDiv(rows, shape.rows())),
                Whole.of(strips),
                unitCost * shape.rows() / strips,
                (mine, within) -> new Share(code, arguments, shape).work(mine, within, strips)));
    }

    /// What a worker does of it.
    private final class Share {
        private final Code code;
        private final Arguments arguments;
        private final TileShape shape;

        Share(Code code, Arguments arguments, TileShape shape) {
            this.code = code;
            this.arguments = arguments;
            this.shape = shape;
        }

        /// The strips that fill tiles, and then the one behind them, which overlaps the last: its sums are
        /// whole in both, but would be added to twice between blocks.
        void work(Sharing.Range tiles, Sharing.Range strips, int all) {
            if (tile.columns() % across() == 0) {
                blocks(tiles, strips);
                return;
            }
            code.loop(Whole.of(2), pass -> {
                var from = chosen(pass, Whole.of(all), strips.from());
                code.push(strips.to());
                code.push(all);
                code.truth(Opcodes.IF_ICMPEQ);
                var isLast = Whole.of(code.keep(Type.INT_TYPE));
                blocks(tiles, new Sharing.Range(from, chosen(pass, isLast.plus(all), strips.to())));
            });
        }

        private Whole chosen(Whole truth, Whole yes, Whole no) {
            code.push(truth);
            code.either(() -> code.push(yes), () -> code.push(no));
            return Whole.of(code.keep(Type.INT_TYPE));
        }

        private void blocks(Sharing.Range tiles, Sharing.Range strips) {
            int some = rows > TileKernel.ROWS ? TileKernel.ROWS / shape.rows() : 0;
            int few = tile.columns() > COLUMNS ? COLUMNS / across() : 0;
            var groups = new Sharing.Range(Whole.ZERO, Whole.of(arguments.groups()));
            TileKernel.blocks(
                    code,
                    tiles,
                    some,
                    rowBlock -> TileKernel.blocks(
                            code,
                            strips,
                            few,
                            columnBlock -> TileKernel.blocks(
                                    code,
                                    groups,
                                    TileKernel.GROUPS,
                                    groupBlock -> block(rowBlock, columnBlock, groupBlock))));
        }

        private void block(Sharing.Range tiles, Sharing.Range strips, Sharing.Range groups) {
            var first = groups.from().times(32);
            var examples = groups.to().plus(groups.from().times(-1)).times(32);
            TileKernel.each(code, strips, strip -> strip(tiles, strip, first, examples));
        }

        private void strip(Sharing.Range tiles, Whole strip, Whole first, Whole examples) {
            int width = tile.panels().width();
            var column = code.smaller(strip.times(across()), Whole.of(tile.columns() - across()));
            // The last panel ends with the last column.
            code.push(column.plus(across() - 1));
            code.push(5);
            code.op(Opcodes.ISHR);
            var panel = Whole.of(code.keep(Type.INT_TYPE));
            var before = code.smaller(panel.times(32), Whole.of(tile.columns() - width));
            var start = code.product(panel, Whole.of(arguments.groups()))
                    .times(32 * width)
                    .plus(column)
                    .plus(before.times(-1));
            TileKernel.each(
                    code,
                    tiles,
                    n -> kernel.call(
                            code,
                            arguments,
                            inner,
                            shape,
                            "",
                            n,
                            n.times(shape.rows()),
                            start,
                            column,
                            first,
                            examples));
        }
    }
}
