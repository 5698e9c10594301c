package dev.lanewise.compiler.emit;

import static dev.lanewise.compiler.emit.Programs.apply;
import static dev.lanewise.compiler.emit.Programs.index;
import static dev.lanewise.compiler.emit.Programs.temporary;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.Statement;
import dev.lanewise.runtime.model.Frame;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TileTest {

    private static float[][] everywhere(Programs programs, int examples) throws ReflectiveOperationException {
        var loaded = new Loaded(programs.build(false));
        assertEquals("", loaded.check());
        var expected = loaded.run("scalar", 1, examples);
        for (var vector : List.of("scalar", "128", "256", "512")) {
            for (int workers = 1; workers <= 3; workers++) {
                var found = loaded.run(vector, workers, examples);
                for (int b = 0; b < expected.length; b++) {
                    assertArrayEquals(expected[b], found[b], vector + " bits, " + workers + " workers, buffer " + b);
                }
            }
        }
        return expected;
    }

    /// C = A B + bias, A as it is or read across its rows.
    private static Programs product(int rows, int depth, boolean across) {
        var programs = new Programs();
        // What lies behind the last row is packed with it.
        programs.batch(rows * depth + 16);
        programs.perExample(depth * 32);
        programs.batch(rows);
        programs.perExample(rows * 32);
        var store = List.<Statement>of(
                new Statement.Let(1, apply(Op.ADD, temporary(0), new Expression.Splat(2, index(0, Kernel.UNIT, 1)))),
                new Statement.Store(
                        3, index(0, Kernel.GROUP, rows * 32, Kernel.UNIT, 32, Kernel.LANE, 1), temporary(1)));
        int aRow = across ? 1 : depth;
        int aDepth = across ? rows : 1;
        int partial = Kernel.LaneTile.isDivided(rows, depth) ? 3 : -1;
        boolean isPacked = across && partial >= 0;
        var work = new Kernel.LaneTile(depth, aRow, aDepth, depth * 32, 32, partial, isPacked ? 4 : -1, store);
        return programs.call(
                new Kernel(isPacked ? 5 : 4, 0, true, rows, 1e9, work),
                isPacked ? List.of(0, 1, 2, 3, -1) : Programs.operands(4));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 3, false",
        "10, 7, false",
        "10, 7, true",
        "13, 5, false",
        "23, 4, true",
        "50, 9, false",
        "97, 2, true",
        "45, 470, false",
        "45, 900, false",
        "45, 470, true",
        "300, 450, false",
        "300, 900, true"
    })
    void productsWithTheExamplesInTheLanes(int rows, int depth, boolean across) throws ReflectiveOperationException {
        var after = everywhere(product(rows, depth, across), 70);
        for (int e = 0; e < 96; e++) {
            for (int r = 0; r < rows; r++) {
                float sum = 0;
                for (int k = 0; k < depth; k++) {
                    float a = after[0][3 + (across ? k * rows + r : r * depth + k)];
                    sum = Math.fma(a, after[1][4 + e / 32 * depth * 32 + k * 32 + e % 32], sum);
                }
                assertEquals(sum + after[2][5 + r], after[3][6 + e / 32 * rows * 32 + r * 32 + e % 32]);
            }
        }
    }

    @Test
    void productsInDoublePrecision() throws ReflectiveOperationException {
        var loaded = new Loaded(product(11, 6, false).build(true));
        assertEquals("", loaded.check());
        var frame = new Frame(Threads.of(2), 1, true);
        loaded.fill(frame, 40);
        frame.kernels = loaded.forms("");
        var instance = loaded.instance("");
        frame.team.run(worker -> instance.run(0, frame, worker));
        var after = frame.doubles;
        for (int e = 0; e < 64; e++) {
            double sum = 0;
            for (int k = 0; k < 6; k++) {
                sum = Math.fma(after[0][3 + 10 * 6 + k], after[1][4 + e / 32 * 192 + k * 32 + e % 32], sum);
            }
            assertEquals(sum + after[2][5 + 10], after[3][6 + e / 32 * 11 * 32 + 320 + e % 32]);
        }
    }

    /// dW = sum over the examples of A (in lanes) times B (in panels), from values in lanes.
    private static Programs gradient(int rows, int columns) {
        var programs = new Programs();
        programs.perExample(rows * 32);
        var panels = new Kernel.Panels(columns);
        programs.perExample(columns * 32);
        programs.perExample(panels.count() * panels.width() * 32);
        programs.batch(rows * columns);
        programs.call(new Kernel(1, 0, false, 1, 1, new Kernel.ClearPadding(rows)), List.of(0));
        programs.call(new Kernel(1, 0, false, 1, 1, new Kernel.ClearPadding(columns)), List.of(1));
        programs.call(
                new Kernel.Rearrange(columns, Kernel.Arrangement.LANES, Kernel.Arrangement.PANELS).kernel(),
                List.of(1, 2));
        var work = new Kernel.ExampleTile(columns, rows * 32, 32);
        return programs.call(new Kernel(3, 0, false, rows, 1e9, work), List.of(0, 2, 3));
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1, 77",
        "3, 2, 77",
        "10, 5, 77",
        "7, 10, 77",
        "12, 20, 300",
        "25, 40, 77",
        "50, 75, 77",
        "13, 64, 520",
        "5, 3, 77",
        "4, 33, 77",
        "290, 12, 280",
        "9, 300, 77",
        "67, 150, 290"
    })
    void productsOverTheExamples(int rows, int columns, int examples) throws ReflectiveOperationException {
        int all = (examples + 31) / 32 * 32;
        var panels = new Kernel.Panels(columns);
        var after = everywhere(gradient(rows, columns), examples);
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                float sum = 0;
                int panel = c / panels.width();
                for (int e = 0; e < examples; e++) {
                    float a = after[0][3 + e / 32 * rows * 32 + r * 32 + e % 32];
                    float b = after[1][4 + e / 32 * columns * 32 + c * 32 + e % 32];
                    assertEquals(b, after[2][5 + (panel * all + e) * panels.width() + c - panels.first(panel)]);
                    sum = Math.fma(a, b, sum);
                }
                assertEquals(sum, after[3][6 + r * columns + c]);
            }
        }
        for (int i = examples; i < all; i++) {
            assertEquals(0, after[0][3 + i / 32 * rows * 32 + i % 32]);
            assertEquals(0, after[2][5 + i * panels.width()]);
        }
    }

    /// The gradient of a convolution's weight: A of 4 channels of 6 by 5, windows of 3 by 2, B of 4 by 4 places.
    private static Programs weights(int columns, boolean rowByRow) {
        var programs = new Programs();
        int places = 16;
        var runs = new Kernel.Runs(columns);
        programs.perExample(120 * 32);
        programs.perExample(columns * places * 32);
        programs.perExample(runs.length() * places * 32);
        programs.batch(24 * runs.length());
        programs.call(new Kernel(1, 0, false, 1, 1, new Kernel.ClearPadding(120)), List.of(0));
        programs.call(new Kernel(1, 0, false, 1, 1, new Kernel.ClearPadding(columns * places)), List.of(1));
        programs.call(new Kernel.ToRuns(columns, places).kernel(), List.of(1, 2));
        int run = runs.length();
        var rows = List.of(
                new Kernel.Axis(4, 960, 0, 6 * run),
                new Kernel.Axis(3, 160, 0, 2 * run),
                new Kernel.Axis(2, 32, 0, run));
        int width = runs.width();
        var depth = rowByRow
                ? List.of(new Kernel.Axis(4, 160, 128 * width, 0), new Kernel.Axis(128, 1, width, 0))
                : List.of(
                        new Kernel.Axis(4, 160, 128 * width, 0),
                        new Kernel.Axis(4, 32, 32 * width, 0),
                        new Kernel.Axis(32, 1, width, 0));
        var work = new Kernel.RunTile(columns, rows, depth, 0, 120 * 32);
        return programs.call(new Kernel(3, 0, false, 24, 1e9, work), List.of(0, 2, 3));
    }

    @ParameterizedTest
    @CsvSource({"6, true", "16, false", "20, true", "32, true", "45, true", "50, false", "64, true", "600, true"})
    void productsOverPlacesOfTheExamples(int columns, boolean rowByRow) throws ReflectiveOperationException {
        int examples = 77;
        var after = everywhere(weights(columns, rowByRow), examples);
        int run = new Kernel.Runs(columns).length();
        for (int row = 0; row < 24; row++) {
            int first = row / 6 * 30 + row / 2 % 3 * 5 + row % 2;
            for (int column = 0; column < columns; column++) {
                float sum = 0;
                for (int g = 0; g < 3; g++) {
                    for (int place = 0; place < 16; place++) {
                        for (int l = 0; l < 32 && g * 32 + l < examples; l++) {
                            float a = after[0][3 + (g * 120 + first + place / 4 * 5 + place % 4) * 32 + l];
                            sum = Math.fma(a, after[1][4 + ((g * columns + column) * 16 + place) * 32 + l], sum);
                        }
                    }
                }
                assertEquals(sum, after[3][6 + row * run + column], "row " + row + ", column " + column);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50})
    void aStoreTooLongForTheTileMakesTheTileSmaller(int rows) throws ReflectiveOperationException {
        var programs = product(rows, 4, false);
        Expression value = temporary(0);
        for (int i = 0; i < 6; i++) {
            value = apply(Op.EXP, value);
        }
        var store = List.<Statement>of(
                new Statement.Store(2, index(0, Kernel.GROUP, rows * 32, Kernel.UNIT, 32, Kernel.LANE, 1), value));
        programs.call(
                new Kernel(3, 0, true, rows, 1e9, new Kernel.LaneTile(4, 4, 1, 128, 32, -1, -1, store)),
                List.of(0, 1, 3));
        everywhere(programs, 40);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 8, 16, 21, 32, 40, 64, 75})
    void rowsBecomeLanesAndPanels(int size) throws ReflectiveOperationException {
        var panels = new Kernel.Panels(size);
        var programs = new Programs();
        programs.perExample(size * 32);
        programs.perExample(size * 32);
        programs.perExample(panels.count() * panels.width() * 32);
        programs.call(
                new Kernel.Rearrange(size, Kernel.Arrangement.ROWS, Kernel.Arrangement.LANES).kernel(), List.of(0, 1));
        programs.call(
                new Kernel.Rearrange(size, Kernel.Arrangement.ROWS, Kernel.Arrangement.PANELS).kernel(), List.of(0, 2));
        var after = everywhere(programs, 70);
        for (int e = 0; e < 96; e++) {
            for (int i = 0; i < size; i++) {
                float number = after[0][3 + e * size + i];
                assertEquals(number, after[1][4 + e / 32 * size * 32 + i * 32 + e % 32]);
                int panel = i / panels.width();
                assertEquals(number, after[2][5 + (panel * 96 + e) * panels.width() + i - panels.first(panel)]);
            }
        }
    }
}
