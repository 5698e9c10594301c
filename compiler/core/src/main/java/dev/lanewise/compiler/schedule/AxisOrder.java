package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/// The order in which the axes of a value lie in memory: at place k lies axis `axes.get(k)`.
record AxisOrder(List<Integer> axes) {

    AxisOrder {
        axes = List.copyOf(axes);
    }

    /// Axis after axis.
    static AxisOrder straight(int rank) {
        return new AxisOrder(IntStream.range(0, rank).boxed().toList());
    }

    boolean isStraight() {
        return equals(straight(axes.size()));
    }

    /// Where an axis lies.
    int place(int axis) {
        return axes.indexOf(axis);
    }

    List<Integer> places(List<Integer> some) {
        return some.stream().map(this::place).toList();
    }

    /// Of axes in the order of memory, the shape.
    Shape of(Shape shape) {
        return new Shape(axes.stream().map(shape::extent).toList());
    }

    /// One letter for each axis, in the order of memory.
    String of(String letters) {
        var ordered = new StringBuilder();
        axes.forEach(axis -> ordered.append(letters.charAt(axis)));
        return ordered.toString();
    }

    /// With a new axis behind this one, in memory too.
    AxisOrder split(int axis) {
        var longer = new ArrayList<Integer>();
        for (int each : axes) {
            longer.add(each > axis ? each + 1 : each);
            if (each == axis) {
                longer.add(axis + 1);
            }
        }
        return new AxisOrder(longer);
    }

    /// Without these axes.
    AxisOrder without(List<Integer> gone) {
        var left = new ArrayList<>(axes);
        var last = new ArrayList<>(gone);
        last.sort(Collections.reverseOrder());
        for (int axis : last) {
            left.removeIf(each -> each == axis);
            left.replaceAll(each -> each > axis ? each - 1 : each);
        }
        return new AxisOrder(left);
    }

    /// Of what a transposition by `order` calls the axes.
    AxisOrder renamed(List<Integer> order) {
        return new AxisOrder(axes.stream().map(order::indexOf).toList());
    }
}
