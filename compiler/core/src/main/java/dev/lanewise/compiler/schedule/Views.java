package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.loops.Index;
import java.util.ArrayList;
import java.util.List;

/// Where a view takes its elements from.
final class Views {

    private Views() {}

    /// Whether two shapes differ by axes of extent 1 only.
    static boolean squeezes(Shape from, Shape to) {
        return long1(from).equals(long1(to));
    }

    private static List<Integer> long1(Shape shape) {
        return shape.extents().stream().filter(e -> e != 1).toList();
    }

    /// The coordinates in a value of shape `from` that hold what stands at `at` in the same value reshaped to `to`;
    /// the shapes differ by axes of extent 1 only.
    static List<Index> squeeze(List<Index> at, Shape from, Shape to) {
        var result = new ArrayList<Index>();
        int axis = 0;
        for (int extent : from.extents()) {
            if (extent == 1) {
                result.add(Affine.ZERO);
            } else {
                while (to.extent(axis) == 1) {
                    axis++;
                }
                result.add(at.get(axis++));
            }
        }
        return result;
    }

    /// The coordinates in the input, of shape `from`, that hold what stands at `at` in the result of the view; not
    /// for `Reshape`.
    static List<Index> input(Prim view, Shape from, List<Index> at) {
        var result = new ArrayList<>(at);
        switch (view) {
            case Prim.StopGradient _ -> {}
            case Prim.Broadcast(var _, var axes, var _) -> {
                result.clear();
                for (int i = 0; i < axes.size(); i++) {
                    result.add(from.extent(i) == 1 ? Affine.ZERO : at.get(axes.get(i)));
                }
            }
            case Prim.Transpose(var order) -> {
                for (int i = 0; i < order.size(); i++) {
                    result.set(order.get(i), at.get(i));
                }
            }
            case Prim.Slice(int axis, int start, int _, int step) ->
                result.set(axis, Affine.plus(Affine.times(at.get(axis), step), start));
            case Prim.Pad(int axis, int before, int _, int _) -> result.set(axis, Affine.plus(at.get(axis), -before));
            case Prim.Windows(int axis, int kernel, int stride, int dilation) -> {
                var element = result.remove(axis + 1);
                var first = Affine.plus(Affine.times(at.get(axis), stride), Prim.Windows.first(kernel, dilation));
                result.set(axis, Affine.plus(first, Affine.times(element, dilation)));
            }
            default -> throw new IllegalArgumentException("no view: " + view);
        }
        return result;
    }
}
