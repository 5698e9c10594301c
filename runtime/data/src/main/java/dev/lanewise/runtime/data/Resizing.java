package dev.lanewise.runtime.data;

/// Brings a picture to another size: each new pixel is the mean of the old ones around its place, weighted by a
/// triangle as wide as two pixels of the coarser of the two grids. That is bilinear interpolation where the picture
/// grows, and without aliasing where it shrinks.
final class Resizing {

    private Resizing() {}

    /// A plane in rows, from `height` by `width` to `newHeight` by `newWidth`.
    static float[] of(float[] plane, int height, int width, int newHeight, int newWidth) {
        float[] wide = rows(plane, height, width, newWidth);
        return transposed(rows(transposed(wide, height, newWidth), newWidth, height, newHeight), newWidth, newHeight);
    }

    /// Each of the `count` rows from `length` to `newLength` numbers.
    private static float[] rows(float[] from, int count, int length, int newLength) {
        if (length == newLength) {
            return from;
        }
        float[] to = new float[Math.multiplyExact(count, newLength)];
        double scale = (double) length / newLength;
        double reach = Math.max(1, scale);
        for (int i = 0; i < newLength; i++) {
            double centre = (i + 0.5) * scale - 0.5;
            int first = Math.max(0, (int) Math.ceil(centre - reach));
            int last = Math.min(length - 1, (int) Math.floor(centre + reach));
            double[] weights = new double[last - first + 1];
            double sum = 0;
            for (int j = 0; j < weights.length; j++) {
                weights[j] = 1 - Math.abs(first + j - centre) / reach;
                sum += weights[j];
            }
            for (int row = 0; row < count; row++) {
                double value = 0;
                for (int j = 0; j < weights.length; j++) {
                    value += weights[j] * from[row * length + first + j];
                }
                to[row * newLength + i] = (float) (value / sum);
            }
        }
        return to;
    }

    private static float[] transposed(float[] from, int rows, int columns) {
        float[] to = new float[from.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                to[column * rows + row] = from[row * columns + column];
            }
        }
        return to;
    }
}
