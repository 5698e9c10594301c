package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.loops.Kernel;
import java.util.List;

/// Executes kernels of products, and those that move numbers, one unit at a time.
record TileInterpreter(CallMemory memory) {

    void run(Kernel.Work work, int group, int unit) {
        double[][] arrays = memory.arrays();
        int[] firsts = memory.firsts();
        int groups = memory.groups();
        switch (work) {
            case Kernel.ExampleTile tile -> {
                for (int column = 0; column < tile.columns(); column++) {
                    double sum = 0;
                    for (int g = 0; g < groups; g++) {
                        for (int l = 0; l < 32; l++) {
                            double a = arrays[0][firsts[0] + g * tile.aGroup() + unit * tile.aRow() + l];
                            double b = arrays[1][firsts[1] + inPanels(tile.panels(), g * 32 + l, column)];
                            sum = memory.fma(a, b, sum);
                        }
                    }
                    arrays[2][firsts[2] + unit * tile.columns() + column] = sum;
                }
            }
            case Kernel.RunTile tile -> {
                int rest = unit;
                int a = firsts[0] + tile.aFirst();
                int c = firsts[2];
                for (var axis : tile.rows().reversed()) {
                    a += rest % axis.extent() * axis.a();
                    c += rest % axis.extent() * axis.c();
                    rest /= axis.extent();
                }
                var runs = tile.runs();
                for (int column = 0; column < runs.length(); column++) {
                    double sum = 0;
                    for (int g = 0; g < groups; g++) {
                        int panel = g * runs.panels() + column / runs.width();
                        int b = firsts[1] + panel * tile.panel() + column % runs.width();
                        sum = sum(tile.depth(), a + g * tile.aGroup(), b, sum);
                    }
                    arrays[2][c + column] = sum;
                }
            }
            case Kernel.PatchTile tile -> patches(tile, group, unit);
            case Kernel.RowTile tile -> rows(tile, unit);
            case Kernel.Rearrange move -> {
                for (int i = 0; i < move.panels().width(); i++) {
                    for (int l = 0; l < 32; l++) {
                        arrays[1][firsts[1] + place(move, move.to(), group, unit, l, i)] =
                                arrays[0][firsts[0] + place(move, move.from(), group, unit, l, i)];
                    }
                }
            }
            case Kernel.ToRuns move -> {
                var runs = move.runs();
                for (int i = 0; i < runs.length(); i++) {
                    int panel = group * runs.panels() + i / runs.width();
                    int to = firsts[1] + (panel * move.places() + unit) * 32 * runs.width() + i % runs.width();
                    int from = firsts[0] + ((group * move.columns() + i) * move.places() + unit) * 32;
                    for (int l = 0; l < 32; l++) {
                        arrays[1][to + l * runs.width()] = i < move.columns() ? arrays[0][from + l] : 0;
                    }
                }
            }
            case Kernel.ClearPadding(int size) -> {
                for (int e = memory.bindings().examples(); e < groups * 32; e++) {
                    for (int i = 0; i < size; i++) {
                        arrays[0][firsts[0] + (e / 32 * size + i) * 32 + e % 32] = 0;
                    }
                }
            }
            case Kernel.Nest _, Kernel.LaneTile _ -> throw new IllegalArgumentException(work.toString());
        }
    }

    /// Where number `i` of a panel's lies.
    private int place(Kernel.Rearrange move, Kernel.Arrangement arrangement, int group, int panel, int lane, int i) {
        int number = move.panels().first(panel) + i;
        return switch (arrangement) {
            case ROWS -> (group * 32 + lane) * move.size() + number;
            case LANES -> (group * move.size() + number) * 32 + lane;
            case PANELS ->
                ((panel * memory.groups() + group) * 32 + lane) * move.panels().width() + i;
        };
    }

    /// Where number `column` of an example lies in panels.
    private int inPanels(Kernel.Panels panels, int example, int column) {
        int panel = column / panels.width();
        return (panel * memory.groups() * 32 + example) * panels.width() + column - panels.first(panel);
    }

    private void rows(Kernel.RowTile tile, int unit) {
        int a = memory.firsts()[0] + tile.aFirst();
        int b = memory.firsts()[1] + tile.bFirst();
        int c = memory.firsts()[2];
        int rest = unit;
        for (var axis : tile.outer().reversed()) {
            int i = rest % axis.extent();
            rest /= axis.extent();
            a += i * axis.a();
            b += i * axis.b();
            c += i * axis.c();
        }
        for (int row = 0; row < tile.row().extent(); row++) {
            for (int column = 0; column < tile.columns(); column++) {
                memory.arrays()[2][c + row * tile.row().c() + column] =
                        sum(tile.depth(), a + row * tile.row().a(), b + column, 0);
            }
        }
    }

    private void patches(Kernel.PatchTile tile, int group, int unit) {
        int a = memory.firsts()[0] + tile.aFirst();
        int b = memory.firsts()[1] + tile.bFirst() + group * tile.bGroup();
        int c = memory.firsts()[2] + group * tile.cGroup();
        int rest = unit;
        for (var axis : tile.places().reversed()) {
            int i = rest % axis.extent();
            rest /= axis.extent();
            a += i * axis.a();
            b += i * axis.b();
            c += i * axis.c();
        }
        for (int row = 0; row < tile.row().extent(); row++) {
            for (int lane = 0; lane < 32; lane++) {
                memory.arrays()[2][c + row * tile.row().c() + lane] =
                        sum(tile.depth(), a + row * tile.row().a(), b + lane, 0);
            }
        }
    }

    private double sum(List<Kernel.Axis> depth, int a, int b, double before) {
        if (depth.isEmpty()) {
            return memory.fma(memory.arrays()[0][a], memory.arrays()[1][b], before);
        }
        double sum = before;
        var axis = depth.getFirst();
        for (int k = 0; k < axis.extent(); k++) {
            sum = sum(depth.subList(1, depth.size()), a + k * axis.a(), b + k * axis.b(), sum);
        }
        return sum;
    }
}
