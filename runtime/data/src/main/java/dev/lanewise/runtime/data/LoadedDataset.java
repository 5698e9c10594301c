package dev.lanewise.runtime.data;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Port;
import java.util.List;

/// An opened data set: ports, a reader for each, and how its columns were encoded.
public final class LoadedDataset implements Dataset {

    private final int size;
    private final List<Port> ports;
    /// An array, as each number of a small example is asked for.
    private final PortReader[] readers;
    private final DataSchema schema;

    LoadedDataset(int size, List<Port> ports, List<PortReader> readers, DataSchema schema) {
        this.size = size;
        this.ports = List.copyOf(ports);
        this.readers = readers.toArray(PortReader[]::new);
        this.schema = schema;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public List<Port> ports() {
        return ports;
    }

    /// What a trained jar keeps, so that new data are encoded as these were.
    public DataSchema schema() {
        return schema;
    }

    @Override
    public void read(int port, int example, double[] target, int offset) {
        readers[port].read(example, target, offset);
    }

    @Override
    public void read(int port, int example, float[] target, int offset) {
        readers[port].read(example, target, offset);
    }
}
