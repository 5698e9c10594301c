package dev.lanewise.cli.network;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Network;
import java.util.ArrayList;
import java.util.List;

/// Walks over the outputs for a data set, some examples at a time.
public final class Outputs {
    private static final int AT_ONCE = 256;

    private Outputs() {}

    /// Takes the outputs for `count` examples from number `first` on: an array for each output of the network,
    /// example after example.
    public interface Block {
        void take(int first, int count, List<double[]> outputs);
    }

    public static void forEach(Network network, Dataset data, Block block) {
        forEach(network, 1, data, block);
    }

    /// As the other, with so many threads.
    public static void forEach(Network network, int threads, Dataset data, Block block) {
        var outputs = new ArrayList<double[]>();
        for (var port : network.outputs()) {
            outputs.add(new double[Math.multiplyExact(AT_ONCE, port.size())]);
        }
        try (var predictor = network.predictor(threads)) {
            for (int first = 0; first < data.size(); first += AT_ONCE) {
                int count = Math.min(AT_ONCE, data.size() - first);
                predictor.predict(data, first, count, outputs);
                block.take(first, count, outputs);
            }
        }
    }
}
