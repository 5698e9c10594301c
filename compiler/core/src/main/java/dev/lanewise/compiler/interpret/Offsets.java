package dev.lanewise.compiler.interpret;

import dev.lanewise.compiler.graph.Shape;
import java.util.List;

/// Places of elements in row-major arrays.
final class Offsets {

    private Offsets() {}

    /// The distance between neighbours along each axis.
    static int[] strides(Shape shape) {
        int[] strides = new int[shape.rank()];
        int stride = 1;
        for (int i = shape.rank() - 1; i >= 0; i--) {
            strides[i] = stride;
            stride *= shape.extent(i);
        }
        return strides;
    }

    /// The place of every element of an array with these extents and strides, in row-major order.
    static int[] of(int[] extents, int[] strides) {
        int[] places = {0};
        for (int axis = 0; axis < extents.length; axis++) {
            int extent = extents[axis];
            int[] next = new int[Math.multiplyExact(places.length, extent)];
            for (int i = 0; i < places.length; i++) {
                for (int j = 0; j < extent; j++) {
                    next[i * extent + j] = places[i] + j * strides[axis];
                }
            }
            places = next;
        }
        return places;
    }

    /// The places of the elements along some axes of a shape, in the order of these axes.
    static int[] along(Shape shape, List<Integer> axes) {
        int[] all = strides(shape);
        int[] extents = new int[axes.size()];
        int[] strides = new int[axes.size()];
        for (int i = 0; i < extents.length; i++) {
            extents[i] = shape.extent(axes.get(i));
            strides[i] = all[axes.get(i)];
        }
        return of(extents, strides);
    }

    static int[] extents(Shape shape) {
        return shape.extents().stream().mapToInt(Integer::intValue).toArray();
    }
}
