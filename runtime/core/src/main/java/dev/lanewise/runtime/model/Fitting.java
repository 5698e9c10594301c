package dev.lanewise.runtime.model;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.team.Team;

/// Computes the weights that come from the training data before the first step. Only the jars of networks that have
/// such weights hold the class that does it.
public interface Fitting {

    /// Says so, as a `ModelException`, where the preparation of the inputs was never computed.
    void require(WeightStore weights);

    /// Computes what was not yet computed. `seed` chooses the examples where some are enough.
    void fit(Dataset data, WeightStore weights, long seed, Team team);
}
