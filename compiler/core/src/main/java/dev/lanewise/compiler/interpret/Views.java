package dev.lanewise.compiler.interpret;

import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Fold;
import dev.lanewise.compiler.graph.Prim.Pad;
import dev.lanewise.compiler.graph.Prim.Slice;
import dev.lanewise.compiler.graph.Prim.Transpose;
import dev.lanewise.compiler.graph.Prim.Windows;
import dev.lanewise.compiler.graph.Type;
import java.util.Arrays;
import java.util.List;

/// Elements copied to where they stand in the result.
final class Views {

    private final int examples;

    /// `examples` is the size of the batch.
    Views(int examples) {
        this.examples = examples;
    }

    Tensor broadcast(Broadcast prim, Tensor input, Type type) {
        int[] given = Offsets.strides(input.type().shape());
        int[] strides = new int[type.shape().rank()];
        for (int i = 0; i < given.length; i++) {
            strides[prim.axes().get(i)] = given[i];
        }
        if (input.data().length == 1) {
            double[] data = new double[count(type) * size(type)];
            Arrays.fill(data, input.number());
            return new Tensor(type, count(type), data);
        }
        return take(input, type, 0, strides);
    }

    Tensor transpose(Transpose prim, Tensor input, Type type) {
        int[] given = Offsets.strides(input.type().shape());
        int[] strides = prim.order().stream().mapToInt(axis -> given[axis]).toArray();
        return take(input, type, 0, strides);
    }

    Tensor slice(Slice prim, Tensor input, Type type) {
        int[] strides = Offsets.strides(input.type().shape());
        int first = prim.from() * strides[prim.axis()];
        strides[prim.axis()] *= prim.step();
        return take(input, type, first, strides);
    }

    Tensor windows(Windows prim, Tensor input, Type type) {
        int[] given = Offsets.strides(input.type().shape());
        int first = Windows.first(prim.kernel(), prim.dilation()) * given[prim.axis()];
        return take(input, type, first, patches(given, prim.axis(), prim.stride(), prim.dilation()));
    }

    Tensor pad(Pad prim, Tensor input, Type type) {
        int[] strides = Offsets.strides(type.shape());
        int first = prim.before() * strides[prim.axis()];
        strides[prim.axis()] *= prim.gap() + 1;
        var result = zeros(type);
        put(input, result, first, strides);
        return result;
    }

    /// Patches are added in order of their positions, starting at 0.
    Tensor fold(Fold prim, Tensor input, Type type, boolean doublePrecision) {
        int[] given = Offsets.strides(type.shape());
        int kernel = input.type().shape().extent(prim.axis() + 1);
        int first = Windows.first(kernel, prim.dilation()) * given[prim.axis()];
        int[] strides = patches(given, prim.axis(), prim.stride(), prim.dilation());
        int[] places = Offsets.of(Offsets.extents(input.type().shape()), strides);
        var result = zeros(type);
        double[] data = result.data();
        for (int e = 0; e < input.examples(); e++) {
            for (int i = 0; i < places.length; i++) {
                int to = e * size(type) + first + places[i];
                double sum = data[to] + input.data()[e * places.length + i];
                data[to] = doublePrecision ? sum : (float) sum;
            }
        }
        return result;
    }

    Tensor concat(int axis, List<Tensor> inputs, Type type) {
        int[] strides = Offsets.strides(type.shape());
        var result = zeros(type);
        int first = 0;
        for (var input : inputs) {
            put(input, result, first * strides[axis], strides);
            first += input.type().shape().extent(axis);
        }
        return result;
    }

    private static int[] patches(int[] strides, int axis, int stride, int dilation) {
        int[] result = new int[strides.length + 1];
        System.arraycopy(strides, 0, result, 0, axis);
        result[axis] = strides[axis] * stride;
        result[axis + 1] = strides[axis] * dilation;
        System.arraycopy(strides, axis + 1, result, axis + 2, strides.length - axis - 1);
        return result;
    }

    private Tensor take(Tensor input, Type type, int first, int[] strides) {
        int[] places = Offsets.of(Offsets.extents(type.shape()), strides);
        int step = input.type().perExample() ? input.size() : 0;
        double[] data = new double[count(type) * places.length];
        for (int e = 0; e < count(type); e++) {
            int from = e * step + first;
            for (int i = 0; i < places.length; i++) {
                data[e * places.length + i] = input.data()[from + places[i]];
            }
        }
        return new Tensor(type, count(type), data);
    }

    private static void put(Tensor input, Tensor result, int first, int[] strides) {
        int[] places = Offsets.of(Offsets.extents(input.type().shape()), strides);
        for (int e = 0; e < input.examples(); e++) {
            int to = e * result.size() + first;
            for (int i = 0; i < places.length; i++) {
                result.data()[to + places[i]] = input.data()[e * places.length + i];
            }
        }
    }

    private Tensor zeros(Type type) {
        return new Tensor(type, count(type), new double[count(type) * size(type)]);
    }

    private int count(Type type) {
        return type.perExample() ? examples : 1;
    }

    private static int size(Type type) {
        return Math.toIntExact(type.shape().size());
    }
}
