package dev.lanewise.compiler.loops;

import dev.lanewise.runtime.model.Frame;
import java.util.List;

/// One generated method: a loop program over arrays that are handed in.
///
/// `operands` is the number of arrays (each an array and its first element); `scalars` the number of uniform numbers
/// handed in, converted to the program's precision. Two calls of the same work share a kernel, so nothing here names
/// a buffer. Records compare by value.
///
/// At run time a kernel is called with its operands, scalars, the number of `groups` and of `examples`, and the
/// ranges of *units* and groups that this worker takes. The units are the outermost work that may be split among
/// workers: `unitsPerGroup` for each group when `perGroup`, else `unitsPerGroup` in all. `unitCost` estimates the
/// time of a unit in nanoseconds on one worker; what takes less than [#LEAST_NANOS] in all is not split.
public record Kernel(int operands, int scalars, boolean perGroup, int unitsPerGroup, double unitCost, Work work) {

    /// What takes less is not divided among workers.
    public static final double LEAST_NANOS = 10_000;

    /// Whether the first worker always does it alone, whatever the batch.
    public boolean isAlone() {
        return !perGroup && (unitsPerGroup * unitCost < LEAST_NANOS || unitsPerGroup == 1 && isByUnits());
    }

    /// Whether units are all that is divided; tiles are smaller than one of them, or larger.
    public boolean isByUnits() {
        return switch (work) {
            case Nest _, Rearrange _, ToRuns _, ClearPadding _ -> true;
            case LaneTile _, PatchTile _, ExampleTile _, RunTile _, RowTile _ -> false;
        };
    }

    /// What is done. A nest's statements read the variables `GROUP` and `UNIT`; tiles are register-tiled by the
    /// emitter.
    public sealed interface Work {}

    /// Variable 0 in every index: the group that is worked on (0 when not `perGroup`).
    public static final int GROUP = 0;
    /// Variable 1: the unit within the group.
    public static final int UNIT = 1;

    /// The numbers of a worker's own scratch.
    public static final int SCRATCH = Frame.SCRATCH;
    /// The same where numbers are packed.
    public static final int PACKED = Frame.PACKED;

    /// A general loop nest: the statements for one unit of one group.
    public record Nest(List<Statement> body) implements Work {
        public Nest {
            body = List.copyOf(body);
        }
    }

    /// A contraction with the examples in the lanes, one fma a product in the order of k, starting at 0:
    ///
    ///     C[row][lane] = sum over k of A[row * aRow + k * aDepth] * B[k * bDepth + lane]
    ///
    /// A unit is one row (the emitter takes several rows to a tile). A is batch-wide; B and C are blocks of one
    /// group. Operand 0 is A, operand 1 is B, whose block of a group is `bGroup` numbers long. Where each sum goes:
    /// `store` runs for each row and vector of lanes with the sum in temporary 0, variable `UNIT` the row, variable
    /// `LANE` the first lane, `GROUP` the group. It holds only `Let` and `Store`.
    ///
    /// A depth that is too long for the first cache is gone through block by block, every row following before the
    /// next block: `partial` is the operand where the sums wait in the meantime, at `[group][row][lane]`, or -1
    /// when there is none. The store writes it and does not read it.
    ///
    /// Where A is read across its rows, every line of it holds a few numbers of each step of the depth, and the
    /// first cache does not hold so many lines: then the rows of a tile are copied together, block by block, into
    /// the worker's scratch, which is operand `packed` (else -1).
    public record LaneTile(
            int depth, int aRow, int aDepth, int bGroup, int bDepth, int partial, int packed, List<Statement> store)
            implements Work {
        public LaneTile {
            store = List.copyOf(store);
        }

        /// About so much of the depth is done at once.
        private static final int BLOCK = 220;

        /// Whether the depth is worth being divided: a block of the second operand serves several tiles.
        public static boolean isDivided(int rows, int depth) {
            return rows >= 32 && depth >= 2 * BLOCK;
        }

        /// Whether rows that are read across are worth being packed, for a batch of so many examples: that
        /// takes as long as it gives with two groups. Where the depth is very long, each line of A is then read
        /// but once.
        public static boolean isPacked(int rows, int depth, int batch) {
            return isDivided(rows, depth) && (batch > 64 || depth >= 2048);
        }

        /// Whether the first operand is read across its rows.
        public boolean isAcross() {
            return aDepth > aRow;
        }

        /// The blocks of the depth.
        public int blocks() {
            return partial < 0 ? 1 : Math.max(1, depth / BLOCK);
        }

        /// The depth of each block but the last, which may have less.
        public int blockDepth() {
            return Math.ceilDiv(depth, blocks());
        }
    }

    /// Variable 2 in the store of a `LaneTile`: the lane.
    public static final int LANE = 2;

    /// A `LaneTile` at each place of an image, whose depth is a patch of the image around it:
    ///
    ///     C[place, row][lane] = sum over depth of A[place, row, depth] * B[place, depth][lane]
    ///
    /// one fma a product in the order of `depth`, starting at 0. A unit is one place, row-major. A depth that is
    /// too long for the first cache is gone through block by block, the sums waiting in C. A is batch-wide, B and C
    /// are blocks of one group, `bGroup` and `cGroup` numbers long. Operands 0, 1, 2 are A, B, C; of A begins at
    /// `aFirst`, of a block of B at `bFirst`.
    public record PatchTile(
            List<Axis> places, Axis row, List<Axis> depth, int aFirst, int bFirst, int bGroup, int cGroup)
            implements Work {
        public PatchTile {
            places = List.copyOf(places);
            depth = List.copyOf(depth);
        }

        /// The products of a sum.
        public int products() {
            return depth.stream().mapToInt(Axis::extent).reduce(1, Math::multiplyExact);
        }

        /// The products of each block of the depth but the last, which may have less.
        public int block() {
            return Math.ceilDiv(products(), Math.max(1, products() / LaneTile.BLOCK));
        }
    }

    /// A contraction over the examples: `C[row][column] = sum over groups g, then lanes l of A[g][row * aRow + l] *
    /// B[g][l][column]`, one fma a product in that order, starting at 0, padded examples left out (both operands
    /// hold 0 there: see [ClearPadding]). A unit is one row; it is not per group. Operand 0 is A in lanes (blocks
    /// of `aGroup` numbers), operand 1 is B in [Panels]; operand 2 is C, row-major with `columns` columns.
    public record ExampleTile(int columns, int aGroup, int aRow) implements Work {
        public Panels panels() {
            return new Panels(columns);
        }
    }

    /// A contraction over the examples and places of each, as the gradient of a convolution's weight is:
    ///
    ///     C[row, column] = sum over groups, then depth of A[group][row, depth] * B[group][depth][column]
    ///
    /// one fma a product in that order, starting at 0; `depth` are the places and, last, the lanes. Padded examples
    /// are left out: both operands hold 0 there. A unit is one row, row-major in `rows`; it is not per group.
    /// Operand 0 is A in lanes (blocks of `aGroup` numbers, of which those that are read begin at `aFirst`),
    /// operand 1 is B in [Runs], operand 2 is C, whose rows are runs too. A depth that is too long for the second
    /// cache is gone through block by block of its outer axes, all rows following before the next: the sums wait in
    /// C.
    public record RunTile(int columns, List<Axis> rows, List<Axis> depth, int aFirst, int aGroup) implements Work {
        public RunTile {
            rows = List.copyOf(rows);
            depth = List.copyOf(depth);
        }

        public Runs runs() {
            return new Runs(columns);
        }

        /// From one panel of B to the next.
        public int panel() {
            return places() * inner().extent() * runs().width();
        }

        /// About so many numbers of the second operand are gone through at once.
        public static final int BLOCK = 1 << 16;

        /// Along which the innermost loop runs.
        public Axis inner() {
            return depth.getLast();
        }

        public List<Axis> outer() {
            return depth.subList(0, depth.size() - 1);
        }

        /// The places of the outer axes, row-major.
        public int places() {
            return outer().stream().mapToInt(Axis::extent).reduce(1, Math::multiplyExact);
        }

        /// How many of them are a block.
        public int block() {
            return Math.max(1, BLOCK / inner().extent() / runs().length());
        }
    }

    /// A contraction of batch-wide values with neighbours of the result in the lanes, one fma a product in the
    /// order of `depth`, starting at 0:
    ///
    ///     C[outer..., row, column] = sum over depth of A[outer..., row, depth...] * B[outer..., depth..., column]
    ///
    /// A unit is one place of `outer`, row-major. Operands 0, 1, 2 are A, B, C; of A begins at `aFirst`, of B at
    /// `bFirst`.
    public record RowTile(List<Axis> outer, Axis row, List<Axis> depth, int columns, int aFirst, int bFirst)
            implements Work {
        public RowTile {
            outer = List.copyOf(outer);
            depth = List.copyOf(depth);
        }
    }

    /// An axis of a `RowTile`, a `PatchTile` or a `RunTile`: its strides in A, B and C.
    public record Axis(int extent, int a, int b, int c) {}

    /// A value of `size` numbers an example in panels: `width` neighbours of every example of the batch, example
    /// after example, then the next `width`. The last panel ends with the last number, so that it may begin with
    /// numbers of the one before.
    public record Panels(int size) {
        private static final int MOST = 32;

        public int width() {
            return Math.min(MOST, size);
        }

        public int count() {
            return Math.ceilDiv(size, MOST);
        }

        /// The first number of a panel.
        public int first(int panel) {
            return Math.min(MOST * panel, size - width());
        }
    }

    /// The columns of a matrix at every place and example of a group in panels: `[group][panel][place][32][width]`,
    /// whole vectors, with zeros behind the last column.
    public record Runs(int columns) {
        private static final int VECTOR = 16;

        /// The columns of all panels.
        public int length() {
            return Math.ceilDiv(columns, VECTOR) * VECTOR;
        }

        public int width() {
            return length() % (2 * VECTOR) == 0 ? 2 * VECTOR : length();
        }

        public int panels() {
            return length() / width();
        }
    }

    /// Makes of operand 0 in lanes, `[group][column][place][32]`, operand 1 in [Runs]. A unit is a place.
    public record ToRuns(int columns, int places) implements Work {
        public Runs runs() {
            return new Runs(columns);
        }

        /// The kernel that does it.
        public Kernel kernel() {
            return new Kernel(2, 0, true, places, 0.2 * 32 * runs().length(), this);
        }
    }

    /// How the numbers of a batch's examples follow each other.
    public enum Arrangement {
        /// Example after example: `[group][32][size]`.
        ROWS,
        /// `[group][size][32]`
        LANES,
        /// [Panels]
        PANELS
    }

    /// Arranges values of `size` numbers an example anew, from operand 0 to operand 1. A unit is a panel of a group
    /// (`perGroup`), whatever the arrangements.
    public record Rearrange(int size, Arrangement from, Arrangement to) implements Work {
        public Panels panels() {
            return new Panels(size);
        }

        /// From a number of an example to the next.
        public int step(Arrangement arrangement) {
            return arrangement == Arrangement.LANES ? 32 : 1;
        }

        /// From an example to the next.
        public int stride(Arrangement arrangement) {
            return switch (arrangement) {
                case ROWS -> size;
                case LANES -> 1;
                case PANELS -> panels().width();
            };
        }

        /// The kernel that does it.
        public Kernel kernel() {
            return new Kernel(2, 0, true, panels().count(), 0.2 * 32 * panels().width(), this);
        }
    }

    /// Sets the padded examples of the last group to 0: operand 0 in lanes `[size][32]` per group. Nothing is done
    /// when the last group is full. One unit, not per group.
    public record ClearPadding(int size) implements Work {}
}
