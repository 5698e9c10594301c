package dev.lanewise.runtime;

import java.util.List;

/// A run of [Trainer#fit]: its epochs, its steps and its speed. `bestEpoch` is the one whose weights are kept, 0 when
/// no epoch was finished; `stopped` tells whether it ended before its last epoch.
public record TrainResult(
        List<TrainEvent.Epoch> epochs, long steps, double stepsPerSecond, int bestEpoch, boolean stopped) {
    public TrainResult {
        epochs = List.copyOf(epochs);
    }
}
