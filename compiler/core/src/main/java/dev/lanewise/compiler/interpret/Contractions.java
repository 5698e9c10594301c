package dev.lanewise.compiler.interpret;

import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import java.util.stream.IntStream;

/// Sums of products, one fma each, in the order that [Contraction] gives.
final class Contractions {

    /// Rows that are summed side by side.
    private static final int AT_ONCE = 8;

    private final boolean doublePrecision;

    Contractions(boolean doublePrecision) {
        this.doublePrecision = doublePrecision;
    }

    Tensor contract(Contraction spec, Tensor left, Tensor right, Type type, int examples) {
        int results = type.perExample() ? examples : 1;
        double[] data = new double[results * Math.toIntExact(type.shape().size())];
        add(spec, left, right, type, examples, data);
        return new Tensor(type, results, data);
    }

    /// Adds the products of these examples to sums of those before, which `data` holds.
    void add(Contraction spec, Tensor left, Tensor right, Type type, int examples, double[] data) {
        var result = type.shape();
        int[] leftRows = places(spec.result(), result, spec.left(), left.type().shape());
        int[] rightRows =
                places(spec.result(), result, spec.right(), right.type().shape());
        var summed = summed(spec, left.type().shape());
        int[] leftSummed =
                places(spec.summed(), summed, spec.left(), left.type().shape());
        int[] rightSummed =
                places(spec.summed(), summed, spec.right(), right.type().shape());
        if (spec.examples()) {
            leftSummed = overExamples(leftSummed, left.size(), examples);
            rightSummed = overExamples(rightSummed, right.size(), examples);
        }
        int results = type.perExample() ? examples : 1;
        int leftStep = left.type().perExample() ? left.size() : 0;
        int rightStep = right.type().perExample() ? right.size() : 0;
        var rows = new Rows[results];
        for (int e = 0; e < results; e++) {
            rows[e] = new Rows(e * leftStep, leftRows, e * rightStep, rightRows, data, e * leftRows.length);
        }
        if (doublePrecision) {
            int leftRun = SharedFactors.run(leftRows, rightRows);
            int rightRun = SharedFactors.run(rightRows, leftRows);
            if (leftRun > 0) {
                var sums = new SharedFactors(left.data(), leftRows, leftSummed, right.data(), rightRows, rightSummed);
                for (var each : rows) {
                    sums.add(leftRun, each.left(), each.right(), data, each.to());
                }
                return;
            }
            if (rightRun > 0) {
                var sums = new SharedFactors(right.data(), rightRows, rightSummed, left.data(), leftRows, leftSummed);
                for (var each : rows) {
                    sums.add(rightRun, each.right(), each.left(), data, each.to());
                }
                return;
            }
            sum(rows, left.data(), leftSummed, right.data(), rightSummed);
            return;
        }
        float[] leftFloats = floats(left.data());
        float[] rightFloats = floats(right.data());
        for (var each : rows) {
            each.sum(leftFloats, leftSummed, rightFloats, rightSummed);
        }
    }

    /// Some rows of all examples, then the next: a layer's weights stay in the cache for all examples, since checks
    /// of gradients evaluate a loss thousands of times in double precision.
    private static void sum(Rows[] all, double[] left, int[] leftPlaces, double[] right, int[] rightPlaces) {
        boolean runs = isRun(leftPlaces) && isRun(rightPlaces);
        int count = all.length == 0 ? 0 : all[0].leftRows().length;
        for (int first = 0; first < count; first += AT_ONCE) {
            int end = Math.min(first + AT_ONCE, count);
            boolean dense = runs && end - first == AT_ONCE && all[0].sameRight(first);
            for (var each : all) {
                if (dense) {
                    each.eight(first, left, right, leftPlaces.length);
                } else {
                    each.sum(first, end, left, leftPlaces, right, rightPlaces);
                }
            }
        }
    }

    /// The sums of one example: row i is made of the left numbers from `left + leftRows[i]` on, and the right ones
    /// likewise, and goes to `data[to + i]`.
    private record Rows(int left, int[] leftRows, int right, int[] rightRows, double[] data, int to) {

        void sum(float[] leftData, int[] leftPlaces, float[] rightData, int[] rightPlaces) {
            for (int i = 0; i < leftRows.length; i++) {
                int a = left + leftRows[i];
                int b = right + rightRows[i];
                float sum = (float) data[to + i];
                for (int k = 0; k < leftPlaces.length; k++) {
                    sum = Math.fma(leftData[a + leftPlaces[k]], rightData[b + rightPlaces[k]], sum);
                }
                data[to + i] = sum;
            }
        }

        /// The rows from `first` to before `end`, four at a time; each sum has its order.
        void sum(int first, int end, double[] leftData, int[] leftPlaces, double[] rightData, int[] rightPlaces) {
            int last = end - 1;
            for (int i = first; i <= last; i += 4) {
                int[] row = {i, Math.min(i + 1, last), Math.min(i + 2, last), Math.min(i + 3, last)};
                int a0 = left + leftRows[row[0]];
                int a1 = left + leftRows[row[1]];
                int a2 = left + leftRows[row[2]];
                int a3 = left + leftRows[row[3]];
                int b0 = right + rightRows[row[0]];
                int b1 = right + rightRows[row[1]];
                int b2 = right + rightRows[row[2]];
                int b3 = right + rightRows[row[3]];
                double sum0 = data[to + row[0]];
                double sum1 = data[to + row[1]];
                double sum2 = data[to + row[2]];
                double sum3 = data[to + row[3]];
                for (int k = 0; k < leftPlaces.length; k++) {
                    int p = leftPlaces[k];
                    int q = rightPlaces[k];
                    sum0 = Math.fma(leftData[a0 + p], rightData[b0 + q], sum0);
                    sum1 = Math.fma(leftData[a1 + p], rightData[b1 + q], sum1);
                    sum2 = Math.fma(leftData[a2 + p], rightData[b2 + q], sum2);
                    sum3 = Math.fma(leftData[a3 + p], rightData[b3 + q], sum3);
                }
                data[to + row[3]] = sum3;
                data[to + row[2]] = sum2;
                data[to + row[1]] = sum1;
                data[to + row[0]] = sum0;
            }
        }

        private boolean sameRight(int first) {
            int place = rightRows[first];
            return IntStream.range(first, first + AT_ONCE).allMatch(i -> rightRows[i] == place);
        }

        /// Eight rows that are multiplied by the same numbers, both lying one behind the other: a dense layer.
        private void eight(int i, double[] leftData, double[] rightData, int count) {
            int b = right + rightRows[i];
            int a0 = left + leftRows[i];
            int a1 = left + leftRows[i + 1];
            int a2 = left + leftRows[i + 2];
            int a3 = left + leftRows[i + 3];
            int a4 = left + leftRows[i + 4];
            int a5 = left + leftRows[i + 5];
            int a6 = left + leftRows[i + 6];
            int a7 = left + leftRows[i + 7];
            double sum0 = data[to + i];
            double sum1 = data[to + i + 1];
            double sum2 = data[to + i + 2];
            double sum3 = data[to + i + 3];
            double sum4 = data[to + i + 4];
            double sum5 = data[to + i + 5];
            double sum6 = data[to + i + 6];
            double sum7 = data[to + i + 7];
            for (int k = 0; k < count; k++) {
                double x = rightData[b + k];
                sum0 = Math.fma(leftData[a0 + k], x, sum0);
                sum1 = Math.fma(leftData[a1 + k], x, sum1);
                sum2 = Math.fma(leftData[a2 + k], x, sum2);
                sum3 = Math.fma(leftData[a3 + k], x, sum3);
                sum4 = Math.fma(leftData[a4 + k], x, sum4);
                sum5 = Math.fma(leftData[a5 + k], x, sum5);
                sum6 = Math.fma(leftData[a6 + k], x, sum6);
                sum7 = Math.fma(leftData[a7 + k], x, sum7);
            }
            double[] sums = {sum0, sum1, sum2, sum3, sum4, sum5, sum6, sum7};
            System.arraycopy(sums, 0, data, to + i, sums.length);
        }
    }

    /// Whether the places are 0, 1, 2 and so on.
    private static boolean isRun(int[] places) {
        for (int i = 0; i < places.length; i++) {
            if (places[i] != i) {
                return false;
            }
        }
        return true;
    }

    /// Groups of 32 examples, then the summed axes, then the examples of the group.
    private static int[] overExamples(int[] places, int size, int examples) {
        int[] all = new int[Math.multiplyExact(places.length, examples)];
        int next = 0;
        for (int group = 0; group < examples; group += Reductions.LANES) {
            for (int place : places) {
                for (int e = group; e < Math.min(group + Reductions.LANES, examples); e++) {
                    all[next++] = e * size + place;
                }
            }
        }
        return all;
    }

    /// Where the elements along `letters` (of these extents) stand in an operand; an axis that it has not does not
    /// move.
    private static int[] places(String letters, Shape extents, String operand, Shape shape) {
        int[] own = Offsets.strides(shape);
        int[] strides = new int[letters.length()];
        for (int i = 0; i < strides.length; i++) {
            int axis = operand.indexOf(letters.charAt(i));
            strides[i] = axis < 0 ? 0 : own[axis];
        }
        return Offsets.of(Offsets.extents(extents), strides);
    }

    private static Shape summed(Contraction spec, Shape left) {
        return new Shape(spec.summed()
                .chars()
                .mapToObj(c -> left.extent(spec.left().indexOf(c)))
                .toList());
    }

    private static float[] floats(double[] data) {
        float[] floats = new float[data.length];
        for (int i = 0; i < data.length; i++) {
            floats[i] = (float) data[i];
        }
        return floats;
    }
}
