package dev.lanewise.cli.network;

import dev.lanewise.cli.console.Failure;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Weights;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.team.Team;
import dev.lanewise.runtime.train.ModelNetwork;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/// Values that are computed once over the training data, as those of standardize. They may read those before them.
public final class Fitted {

    private Fitted() {}

    /// The names of those that were never computed: of a network that has not seen data, all are 0.
    static List<String> missing(WeightStore weights) {
        var names = weights.list().stream()
                .filter(w -> w.kind() == Weights.Kind.FITTED)
                .map(Weights.Weight::name)
                .toList();
        boolean seen =
                names.stream().anyMatch(name -> Arrays.stream(weights.get(name)).anyMatch(v -> v != 0));
        return seen ? List.of() : names;
    }

    /// Says so where a network of `file` cannot be used without them.
    public static void require(ModelNetwork network, Path file) {
        var missing = missing(network.weights());
        if (!missing.isEmpty()) {
            throw Failure.input(
                    file + ": " + String.join(", ", missing)
                            + (missing.size() == 1 ? " was" : " were")
                            + " never computed from training data [fit-missing]",
                    "`lanewise train` computes them, --load FILE.safetensors brings them");
        }
    }

    /// Computes from `training` what is missing, and scales the parameters that ask for it (`lsuv`) and still have
    /// their first values.
    public static void fit(ModelNetwork network, Dataset training) {
        var fitting = network.bundle().program().fitting();
        if (fitting != null) {
            long seed = network.bundle().info().train().seed();
            try (var team = Team.of(Runtime.getRuntime().availableProcessors())) {
                fitting.fit(training, network.weights(), seed, team);
            }
        }
    }
}
