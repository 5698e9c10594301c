package dev.lanewise.compiler.graph;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The extents of a value, for one example when it is per example. Scalars have none.
public record Shape(List<Integer> extents) {

    public static final Shape SCALAR = new Shape(List.of());

    public Shape {
        extents = List.copyOf(extents);
    }

    public static Shape of(int... extents) {
        return new Shape(IntStream.of(extents).boxed().toList());
    }

    public int rank() {
        return extents.size();
    }

    public int extent(int axis) {
        return extents.get(axis);
    }

    /// The number of elements; a long, since a product of extents may exceed an int before anyone has checked it.
    public long size() {
        long size = 1;
        for (int extent : extents) {
            size = Math.multiplyExact(size, extent);
        }
        return size;
    }

    /// As the language writes it: `[4, 50]`.
    @Override
    public String toString() {
        return extents.stream().map(String::valueOf).collect(Collectors.joining(", ", "[", "]"));
    }
}
