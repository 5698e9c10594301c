package dev.lanewise.runtime.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SharesTest {

    @Test
    void rowsAreDividedWhereTheyDivideEvenly() {
        assertEquals(2, Shares.parts(50, 8, 2));
        assertEquals(1, Shares.parts(1, 16, 2), "one row: its columns");
        assertEquals(1, Shares.parts(3, 16, 2), "two rows of three would be two thirds of the work");
        assertEquals(4, Shares.parts(4, 4, 8), "four by two");
        assertEquals(1, Shares.parts(7, 9, 1));
    }

    @Test
    void aSmallGridIsOneWorkers() {
        assertEquals(1, Shares.workers(4, 5, 21, 3));
        assertEquals(3, Shares.workers(4, 5, 20, 3));
        assertEquals(3, Shares.workers(1 << 20, 1 << 20, Integer.MAX_VALUE, 3), "more cells than an int counts");
    }

    @Test
    void theSharesOfAllWorkersAreTheWholeGridOnce() {
        for (int workers = 1; workers <= 12; workers++) {
            for (int rows = 1; rows <= 9; rows++) {
                for (int columns = 1; columns <= 9; columns++) {
                    int parts = Shares.parts(rows, columns, workers);
                    assertEquals(0, workers % parts);
                    var taken = new int[rows][columns];
                    for (int worker = 0; worker < workers; worker++) {
                        mark(taken, rows, columns, worker, parts, workers / parts);
                    }
                    for (var row : taken) {
                        for (int count : row) {
                            assertEquals(1, count);
                        }
                    }
                }
            }
        }
    }

    private static void mark(int[][] taken, int rows, int columns, int worker, int parts, int within) {
        for (int r = Shares.first(rows, worker / within, parts);
                r < Shares.first(rows, worker / within + 1, parts);
                r++) {
            int end = Shares.first(columns, worker % within + 1, within);
            for (int c = Shares.first(columns, worker % within, within); c < end; c++) {
                taken[r][c]++;
            }
        }
    }

    @Test
    void sharesDifferByOneAtMost() {
        for (int part = 0; part < 7; part++) {
            int size = Shares.first(100, part + 1, 7) - Shares.first(100, part, 7);
            assertTrue(size == 14 || size == 15);
        }
    }
}
