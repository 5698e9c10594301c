package dev.lanewise.runtime.model;

import java.util.List;

/// An entry of a safetensors header: its format, shape, and place among the data. Its size has been checked.
public record SafetensorsTensor(String name, SafetensorsType type, List<Integer> shape, long begin, long end) {

    public SafetensorsTensor {
        shape = List.copyOf(shape);
    }

    /// The number of elements.
    public long size() {
        return (end - begin) / type.bytes();
    }
}
