package dev.lanewise.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// An input, target or output of a network, as it looks for one example.
///
/// `shape` is empty for a scalar and for a class. `classes` is the number of classes of a [Kind#CLASS], the
/// vocabulary of an [Kind#INDEX], and 0 for floats. `labels` names the classes where they are known, else it is
/// empty.
public record Port(String name, Kind kind, List<Integer> shape, int classes, List<String> labels) {

    public enum Kind {
        /// Numbers of the network's precision.
        FLOAT,
        /// One integer from 0 to `classes` - 1.
        CLASS,
        /// Integers from 0 to `classes` - 1, for an embedding.
        INDEX
    }

    public Port {
        shape = List.copyOf(shape);
        labels = List.copyOf(labels);
    }

    /// As in the language: `float[8, 8]`, `class[10]`, `index[5, 100]`.
    public String type() {
        var extents = new ArrayList<>(shape);
        if (kind != Kind.FLOAT) {
            extents.add(classes);
        }
        var word = kind.name().toLowerCase(Locale.ROOT);
        return extents.isEmpty() ? word : word + extents;
    }

    /// The numbers of one example.
    public int size() {
        int size = 1;
        for (int axis = 0; axis < shape.size(); axis++) { // an iterator would be an object for each prediction
            size = Math.multiplyExact(size, shape.get(axis));
        }
        return size;
    }
}
