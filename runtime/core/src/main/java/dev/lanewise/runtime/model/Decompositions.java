package dev.lanewise.runtime.model;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/// What is computed of a matrix once, in double precision whatever the run's is.
public final class Decompositions {
    private static final double EPSILON = 0x1p-52;
    /// Turns at most for one eigenvalue; two or three are usual.
    private static final int MOST_TURNS = 200;

    private Decompositions() {}

    // Orthonormal rows

    /// Rows of length `columns` made orthonormal by Gram and Schmidt, each twice, which is enough (Giraud, Langou
    /// and Rozloznik 2005); the columns, when there are fewer of them.
    public static double[] orthonormal(double[] matrix, int columns) {
        int rows = matrix.length / columns;
        double[] result = rows <= columns ? matrix.clone() : transposed(matrix, columns);
        int width = Math.max(rows, columns);
        for (int i = 0; i < Math.min(rows, columns); i++) {
            for (int pass = 0; pass < 2; pass++) {
                for (int j = 0; j < i; j++) {
                    subtract(result, i * width, j * width, dot(result, i * width, j * width, width), width);
                }
            }
            double length = Math.sqrt(dot(result, i * width, i * width, width));
            for (int k = 0; k < width; k++) {
                result[i * width + k] /= length;
            }
        }
        return rows <= columns ? result : transposed(result, rows);
    }

    private static double dot(double[] data, int a, int b, int width) {
        double sum = 0;
        for (int k = 0; k < width; k++) {
            sum = Math.fma(data[a + k], data[b + k], sum);
        }
        return sum;
    }

    private static void subtract(double[] data, int from, int what, double factor, int width) {
        for (int k = 0; k < width; k++) {
            data[from + k] = Math.fma(-factor, data[what + k], data[from + k]);
        }
    }

    private static double[] transposed(double[] matrix, int columns) {
        int rows = matrix.length / columns;
        double[] result = new double[matrix.length];
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                result[j * rows + i] = matrix[i * columns + j];
            }
        }
        return result;
    }

    // Eigenvectors

    /// The eigenvectors of a symmetric matrix of `n` rows as rows, that of the largest eigenvalue first.
    public static double[] eigenvectors(double[] matrix, int n) {
        var tridiagonal = new Tridiagonal(n);
        tridiagonal.reduce(matrix);
        tridiagonal.turn();
        double[] result = new double[n * n];
        var order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -tridiagonal.diagonal[i]))
                .toList();
        for (int i = 0; i < n; i++) {
            double[] row = tridiagonal.rows[order.get(i)];
            double sign = sign(row);
            for (int k = 0; k < n; k++) {
                result[i * n + k] = sign * row[k];
            }
        }
        return result;
    }

    /// That of the first of the largest components.
    private static double sign(double[] row) {
        int largest = 0;
        for (int k = 1; k < row.length; k++) {
            if (Math.abs(row[k]) > Math.abs(row[largest])) {
                largest = k;
            }
        }
        return row[largest] < 0 ? -1 : 1;
    }

    /// A symmetric matrix on its way to a diagonal one: reflections leave the diagonal and the numbers beside it
    /// (Householder 1958), rotations from below take those away (Dubrulle, Martin and Wilkinson 1968). `rows` are
    /// turned along, from the unit matrix to the eigenvectors.
    private static final class Tridiagonal {
        private final int n;
        private final double[] diagonal;
        /// `beside[i]` stands between the diagonal's i and i + 1.
        private final double[] beside;
        private final double[][] rows;

        Tridiagonal(int n) {
            this.n = n;
            this.diagonal = new double[n];
            this.beside = new double[n];
            this.rows = new double[n][n];
            for (int i = 0; i < n; i++) {
                rows[i][i] = 1;
            }
        }

        void reduce(double[] matrix) {
            double[][] a = new double[n][];
            for (int i = 0; i < n; i++) {
                a[i] = Arrays.copyOfRange(matrix, i * n, i * n + n);
            }
            double[] normal = new double[n];
            double[] product = new double[n];
            for (int k = 0; k < n - 1; k++) {
                beside[k] = reflect(a, k, normal, product);
            }
            for (int i = 0; i < n; i++) {
                diagonal[i] = a[i][i];
            }
        }

        /// Reflects the rows and columns behind `k` so that column k has one number below its diagonal, which
        /// is the answer.
        private double reflect(double[][] a, int k, double[] normal, double[] product) {
            double square = 0;
            for (int i = k + 2; i < n; i++) {
                square = Math.fma(a[i][k], a[i][k], square);
            }
            double first = a[k + 1][k];
            if (square == 0) {
                return first;
            }
            double length = Math.sqrt(Math.fma(first, first, square));
            double left = first > 0 ? -length : length;
            double scale = Math.sqrt(Math.fma(first - left, first - left, square));
            for (int i = k + 1; i < n; i++) {
                normal[i] = (i == k + 1 ? first - left : a[i][k]) / scale;
            }
            double middle = 0;
            for (int i = k + 1; i < n; i++) {
                double sum = 0;
                for (int j = k + 1; j < n; j++) {
                    sum = Math.fma(a[i][j], normal[j], sum);
                }
                product[i] = sum;
                middle = Math.fma(sum, normal[i], middle);
            }
            for (int i = k + 1; i < n; i++) {
                product[i] = 2 * (product[i] - middle * normal[i]);
            }
            for (int i = k + 1; i < n; i++) {
                for (int j = k + 1; j < n; j++) {
                    a[i][j] -= normal[i] * product[j] + product[i] * normal[j];
                }
            }
            reflectRows(k, normal, product);
            return left;
        }

        private void reflectRows(int k, double[] normal, double[] product) {
            Arrays.fill(product, 0);
            for (int i = k + 1; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    product[j] = Math.fma(normal[i], rows[i][j], product[j]);
                }
            }
            for (int i = k + 1; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    rows[i][j] = Math.fma(-2 * normal[i], product[j], rows[i][j]);
                }
            }
        }

        void turn() {
            for (int first = 0; first < n; first++) {
                for (int turns = 0; turns < MOST_TURNS; turns++) {
                    int last = first;
                    while (last < n - 1 && !isSmall(last)) {
                        last++;
                    }
                    if (last == first) {
                        break;
                    }
                    turn(first, last);
                }
            }
        }

        private boolean isSmall(int i) {
            return Math.abs(beside[i]) <= EPSILON * (Math.abs(diagonal[i]) + Math.abs(diagonal[i + 1]));
        }

        /// One round of rotations over the part from `first` to `last`, shifted by an estimate of the first
        /// eigenvalue.
        private void turn(int first, int last) {
            double half = (diagonal[first + 1] - diagonal[first]) / (2 * beside[first]);
            double root = StrictMath.hypot(half, 1);
            double estimate = beside[first] / (half + Math.copySign(root, half));
            double g = diagonal[last] - diagonal[first] + estimate;
            double sine = 1;
            double cosine = 1;
            double taken = 0;
            for (int i = last - 1; i >= first; i--) {
                double f = sine * beside[i];
                double b = cosine * beside[i];
                double r = StrictMath.hypot(f, g);
                beside[i + 1] = r;
                if (r == 0) {
                    diagonal[i + 1] -= taken;
                    beside[last] = 0;
                    return;
                }
                sine = f / r;
                cosine = g / r;
                g = diagonal[i + 1] - taken;
                r = (diagonal[i] - g) * sine + 2 * cosine * b;
                taken = sine * r;
                diagonal[i + 1] = g + taken;
                g = cosine * r - b;
                rotate(rows[i], rows[i + 1], sine, cosine);
            }
            diagonal[first] -= taken;
            beside[first] = g;
            beside[last] = 0;
        }

        private static void rotate(double[] upper, double[] lower, double sine, double cosine) {
            for (int k = 0; k < upper.length; k++) {
                double f = lower[k];
                lower[k] = sine * upper[k] + cosine * f;
                upper[k] = cosine * upper[k] - sine * f;
            }
        }
    }
}
