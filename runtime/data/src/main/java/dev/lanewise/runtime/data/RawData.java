package dev.lanewise.runtime.data;

import dev.lanewise.runtime.Port;
import java.util.List;

/// Data that were found and understood, but not yet fitted to the ports of a network.
interface RawData {

    /// The inputs that the data have by themselves.
    List<Port> naturalInputs();

    /// The targets that the data have by themselves.
    List<Port> naturalTargets();

    LoadedDataset bind(List<Port> inputs, List<Port> targets, DataOptions options);
}
