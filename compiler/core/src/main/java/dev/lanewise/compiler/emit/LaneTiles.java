package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.TileKernel.Method;
import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.loops.Kernel;
import java.util.List;
import java.util.function.Consumer;
import org.objectweb.asm.Opcodes;

/// The methods of a `LaneTile`: `k7t` is one tile. Where the depth is divided into blocks, it is one over the first
/// of them, `k7tmore` over any other, and behind the last `k7s` is the store. `k7p` packs the rows of a tile.
///
/// Groups follow each other in blocks, within them rows, within these the depth: so that what waits for the next
/// block of the depth, and what each block reads, stays in the second cache whatever the batch and the layer.
final class LaneTiles {
    /// How many numbers of the first operand stay in the second cache while every group follows.
    private static final int CACHED = 1 << 17;

    /// How many of them the first cache holds beside all else.
    private static final int NEAR = 1 << 12;

    private final TileKernel kernel;
    private final Kernel.LaneTile tile;
    private final int rows;
    private final double unitCost;
    private final TileShape wish;
    private final Signature inner;

    LaneTiles(TileKernel kernel, Kernel.LaneTile tile, int rows, double unitCost, TileShape wish, Signature inner) {
        this.kernel = kernel;
        this.tile = tile;
        this.rows = rows;
        this.unitCost = unitCost;
        this.wish = wish;
        this.inner = inner;
    }

    private boolean isDivided() {
        return tile.blocks() > 1;
    }

    private boolean isPacked() {
        return tile.packed() >= 0;
    }

    /// A tile's parameters of its own are the group, the first row, where its rows are packed, the first step of
    /// the depth and how many.
    void write() {
        var shape = kernel.tiles(
                inner,
                wish,
                isDivided() ? List.of(method("", false), method("more", true)) : List.of(method("", false)));
        if (isDivided()) {
            kernel.write("s", inner, wish, new Method("", (body, s) -> new Tiles(body, s).finish(tile, rows)));
        }
        if (isPacked()) {
            kernel.write("p", inner, wish, new Method("", (body, s) -> new Tiles(body, s).pack(tile)));
        }
        int strips = Math.ceilDiv(rows, shape.rows());
        kernel.driver((code, arguments) -> kernel.share(
                code,
                arguments,
                Whole.of(strips),
                Whole.of(arguments.groups()),
                unitCost * shape.rows(),
                (mine, groups) -> new Share(code, arguments, shape).work(mine, groups)));
    }

    private Method method(String name, boolean more) {
        return new Method(name, (body, s) -> new Tiles(body, s).lanes(tile, rows, wish.rows(), more));
    }

    /// What a worker does of it.
    private final class Share {
        private final Code code;
        private final Arguments arguments;
        private final TileShape shape;
        /// Where A is read across its rows, every group follows while a strip of it is in the cache.
        private final boolean rowsOuter;

        Share(Code code, Arguments arguments, TileShape shape) {
            this.code = code;
            this.arguments = arguments;
            this.shape = shape;
            this.rowsOuter = tile.isAcross() && !isPacked() && numbers() > NEAR;
        }

        private long numbers() {
            return (long) rows * tile.depth();
        }

        void work(Sharing.Range strips, Sharing.Range groups) {
            boolean rowBlocks = rows > TileKernel.ROWS && numbers() > CACHED;
            boolean groupBlocks = rowBlocks || rowsOuter || isDivided();
            blocks(
                    groups,
                    groupBlocks ? TileKernel.GROUPS : 0,
                    someGroups -> blocks(
                            strips, rowBlocks ? TileKernel.ROWS / shape.rows() : 0, some -> depth(some, someGroups)));
        }

        private void depth(Sharing.Range strips, Sharing.Range groups) {
            int step = tile.blockDepth();
            int slot = step * wish.rows();
            code.loop(Whole.ZERO, Whole.of(tile.depth()), step, first -> {
                var many = code.smaller(Whole.of(step), first.times(-1).plus(tile.depth()));
                blocks(strips, isPacked() ? Kernel.PACKED / slot : 0, few -> {
                    if (isPacked()) {
                        TileKernel.each(code, few, n -> {
                            arguments.push(code, Whole.ZERO, row(n), place(n, few, slot), first, many);
                            kernel.callMethod(code, inner, "p");
                        });
                    }
                    tiles(few, groups, (n, group) -> tile(n, group, place(n, few, slot), first, many));
                });
            });
        }

        private Whole row(Whole strip) {
            return strip.times(shape.rows());
        }

        private Whole place(Whole strip, Sharing.Range packed, int slot) {
            return isPacked() ? strip.plus(packed.from().times(-1)).times(slot) : Whole.ZERO;
        }

        private interface Tile {
            void at(Whole strip, Whole group);
        }

        private void tiles(Sharing.Range strips, Sharing.Range groups, Tile body) {
            if (rowsOuter) {
                TileKernel.each(code, strips, n -> TileKernel.each(code, groups, group -> body.at(n, group)));
            } else {
                TileKernel.each(code, groups, group -> TileKernel.each(code, strips, n -> body.at(n, group)));
            }
        }

        private void tile(Whole strip, Whole group, Whole place, Whole first, Whole many) {
            Consumer<String> call = method ->
                    kernel.call(code, arguments, inner, shape, method, strip, group, row(strip), place, first, many);
            if (!isDivided()) {
                call.accept("");
                return;
            }
            code.push(first);
            code.either(() -> call.accept("more"), () -> call.accept(""));
            var end = code.label();
            code.push(first);
            code.push((tile.blocks() - 1) * tile.blockDepth());
            code.jump(Opcodes.IF_ICMPLT, end);
            var left = code.smaller(Whole.of(shape.rows()), row(strip).times(-1).plus(rows));
            arguments.push(code, group, row(strip), Whole.ZERO, Whole.ZERO, left);
            kernel.callMethod(code, inner, "s");
            code.mark(end);
        }

        private void blocks(Sharing.Range range, int size, Consumer<Sharing.Range> body) {
            TileKernel.blocks(code, range, size, body);
        }
    }
}
