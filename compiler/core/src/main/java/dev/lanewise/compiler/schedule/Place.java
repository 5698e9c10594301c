package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.loops.Index;
import java.util.List;

/// A place in a value: one index for each axis, or one row-major index for all.
record Place(boolean flat, List<Index> axes) {
    static Place of(List<Index> axes) {
        return new Place(false, List.copyOf(axes));
    }

    static Place flat(Index index) {
        return new Place(true, List.of(index));
    }
}
