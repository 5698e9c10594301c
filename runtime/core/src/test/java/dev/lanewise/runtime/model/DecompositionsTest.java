package dev.lanewise.runtime.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DecompositionsTest {

    private static double[] random(int size, long seed) {
        var random = new SplittableRandom(seed);
        return random.doubles(size, -1, 1).toArray();
    }

    /// The products of rows a and b of a matrix.
    private static double dot(double[] matrix, int columns, int a, int b) {
        double sum = 0;
        for (int k = 0; k < columns; k++) {
            sum += matrix[a * columns + k] * matrix[b * columns + k];
        }
        return sum;
    }

    private static double[] transposed(double[] matrix, int columns) {
        int rows = matrix.length / columns;
        double[] result = new double[matrix.length];
        for (int i = 0; i < matrix.length; i++) {
            result[i % columns * rows + i / columns] = matrix[i];
        }
        return result;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "3, 3", "5, 9", "9, 5", "40, 40", "64, 100"})
    void rowsOrColumnsAreOrthonormal(int rows, int columns) {
        double[] q = Decompositions.orthonormal(random(rows * columns, 3), columns);
        double[] vectors = rows <= columns ? q : transposed(q, columns);
        int width = Math.max(rows, columns);
        for (int a = 0; a < Math.min(rows, columns); a++) {
            for (int b = 0; b <= a; b++) {
                assertEquals(a == b ? 1 : 0, dot(vectors, width, a, b), 1e-14);
            }
        }
    }

    @Test
    void whatIsOrthonormalStays() {
        double[] turn = {0.6, 0.8, -0.8, 0.6};
        assertArrayEquals(turn, Decompositions.orthonormal(turn, 2), 1e-15);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 60})
    void eigenvectorsTurnAMatrixIntoADiagonalOne(int n) {
        double[] half = random(n * n, n);
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                matrix[i * n + j] = dot(half, n, i, j);
            }
        }
        double[] rows = Decompositions.eigenvectors(matrix, n);
        double before = Double.POSITIVE_INFINITY;
        for (int i = 0; i < n; i++) {
            double value = 0;
            double[] image = new double[n];
            for (int a = 0; a < n; a++) {
                for (int b = 0; b < n; b++) {
                    image[a] += matrix[a * n + b] * rows[i * n + b];
                }
                value += image[a] * rows[i * n + a];
            }
            assertEquals(1, dot(rows, n, i, i), 1e-13);
            for (int a = 0; a < n; a++) {
                assertEquals(value * rows[i * n + a], image[a], 1e-12 * n);
            }
            assertTrue(value <= before, "the largest comes first");
            before = value;
        }
    }

    @Test
    void equalEigenvaluesAndZerosHaveEigenvectorsToo() {
        double[] unit = {1, 0, 0, 0, 1, 0, 0, 0, 0};
        assertArrayEquals(new double[] {1, 0, 0, 0, 1, 0, 0, 0, 1}, Decompositions.eigenvectors(unit, 3), 0);
    }

    @Test
    void whatIsNoNumberEndsAllTheSame() {
        double[] rows = Decompositions.eigenvectors(new double[] {Double.NaN, 1, 1, 2}, 2);
        assertEquals(4, rows.length);
    }
}
