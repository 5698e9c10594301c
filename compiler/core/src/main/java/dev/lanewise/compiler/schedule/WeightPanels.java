package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/// The weights of a contraction in panels `[kept axes..., panel, summed axes..., place in the panel]`, read from one
/// end to the other for one example, with vectors along one axis of the result that the weights alone have.
///
/// `weights` and `other` are the letters of the operands, `shape` is that of the weights; `lanes` is the axis of
/// `result` that vectors lie along, in `count` panels of `width`.
record WeightPanels(
        String weights, Shape shape, String other, Contraction spec, Shape result, int lanes, int count, int width) {
    /// So many neighbours of the result lie side by side for each step of the depth.
    private static final int MOST = 64;
    /// WeightPanels are whole vectors of 512 bits.
    private static final int VECTOR = 16;

    /// Null where there is no axis for the vectors, or a single weight.
    static @Nullable WeightPanels of(String weights, Shape shape, String other, Contraction spec, Shape result) {
        int lanes = lanes(result, spec.result(), weights, other);
        if (lanes < 0 || shape.size() <= 1) {
            return null;
        }
        int units = result.extent(lanes);
        int count = Math.ceilDiv(units, MOST);
        return new WeightPanels(weights, shape, other, spec, result, lanes, count, padded(Math.ceilDiv(units, count)));
    }

    /// The last axis, and before it one that fills vectors better than the last. -1 without one.
    private static int lanes(Shape result, String letters, String weights, String other) {
        int last = letters.length() - 1;
        int best = -1;
        double most = last < 0 ? 0 : share(result.extent(last), result.extent(last));
        for (int axis = last; axis >= 0; axis--) {
            char letter = letters.charAt(axis);
            if (weights.indexOf(letter) >= 0 && other.indexOf(letter) < 0) {
                int extent = result.extent(axis);
                double share = axis == last ? 1 : share(extent, padded(extent));
                if (share > most || axis == last) {
                    best = axis;
                    most = share;
                }
            }
        }
        return best;
    }

    /// The share of the lanes that is used where vectors lie along an axis that has so many places in memory. A
    /// tile of one vector's width has as many loads as products.
    private static double share(int extent, int places) {
        double filled = (double) extent / padded(places);
        return places >= 2 * VECTOR ? filled : filled / 2;
    }

    private static int padded(int extent) {
        return Math.ceilDiv(extent, VECTOR) * VECTOR;
    }

    /// The weights as they are read.
    Value pack(Graph.Builder graph, Value value, Origin origin) {
        int axis = weights.indexOf(letter());
        var padded = isWhole() ? value : graph.add(new Prim.Pad(axis, 0, count * width - units(), 0), origin, value);
        var split = graph.add(new Prim.Windows(axis, width, width, 1), origin, padded);
        var axes = new StringBuilder(weights).insert(axis + 1, place()).toString();
        var order = packed().chars().mapToObj(axes::indexOf).toList();
        return graph.add(new Prim.Transpose(order), origin, split);
    }

    /// The result for one example, its axes in the order of `order()`.
    Value multiply(Graph.Builder graph, Value packed, Value example, Origin origin) {
        var contraction = new Contraction(packed(), other, letters() + place(), spec.summed(), false);
        var product = graph.add(new Prim.Contract(contraction), origin, packed, example);
        var extents = new ArrayList<>(result.extents());
        extents.subList(lanes, lanes + 1).clear();
        extents.add(count * width);
        var joined = graph.add(new Prim.Reshape(new Shape(extents)), origin, product);
        int last = extents.size() - 1;
        return isWhole() ? joined : graph.add(new Prim.Slice(last, 0, units(), 1), origin, joined);
    }

    /// The axis of the vectors is the last.
    AxisOrder order() {
        return new AxisOrder(letters().chars().mapToObj(spec.result()::indexOf).toList());
    }

    private int units() {
        return shape.extent(weights.indexOf(letter()));
    }

    private boolean isWhole() {
        return count * width == units();
    }

    private char letter() {
        return spec.result().charAt(lanes);
    }

    private String letters() {
        return new StringBuilder(spec.result())
                .deleteCharAt(lanes)
                .append(letter())
                .toString();
    }

    /// The letter of the place in the panel; the panel's number takes that of the axis.
    private char place() {
        char place = 'A';
        while ((weights + other).indexOf(place) >= 0) {
            place++;
        }
        return place;
    }

    /// The letters of the packed weights.
    private String packed() {
        var text = new StringBuilder();
        (letters() + spec.summed()).chars().filter(c -> weights.indexOf(c) >= 0).forEach(c -> text.append((char) c));
        return text.append(place()).toString();
    }
}
