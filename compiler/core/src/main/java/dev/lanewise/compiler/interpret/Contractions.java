package dev.lanewise.compiler.interpret;

import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;

/// Sums of products, one fma each, in the order that [Contraction] gives.
final class Contractions {

    private final boolean doublePrecision;

    Contractions(boolean doublePrecision) {
        this.doublePrecision = doublePrecision;
    }

    Tensor contract(Contraction spec, Tensor left, Tensor right, Type type, int examples) {
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
        double[] data = new double[results * leftRows.length];
        float[] leftFloats = doublePrecision ? new float[0] : floats(left.data());
        float[] rightFloats = doublePrecision ? new float[0] : floats(right.data());
        for (int e = 0; e < results; e++) {
            for (int i = 0; i < leftRows.length; i++) {
                int a = e * leftStep + leftRows[i];
                int b = e * rightStep + rightRows[i];
                data[e * leftRows.length + i] = doublePrecision
                        ? dot(left.data(), a, leftSummed, right.data(), b, rightSummed)
                        : dot(leftFloats, a, leftSummed, rightFloats, b, rightSummed);
            }
        }
        return new Tensor(type, results, data);
    }

    private static double dot(double[] left, int a, int[] leftPlaces, double[] right, int b, int[] rightPlaces) {
        double sum = 0;
        for (int k = 0; k < leftPlaces.length; k++) {
            sum = Math.fma(left[a + leftPlaces[k]], right[b + rightPlaces[k]], sum);
        }
        return sum;
    }

    private static float dot(float[] left, int a, int[] leftPlaces, float[] right, int b, int[] rightPlaces) {
        float sum = 0;
        for (int k = 0; k < leftPlaces.length; k++) {
            sum = Math.fma(left[a + leftPlaces[k]], right[b + rightPlaces[k]], sum);
        }
        return sum;
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
