package dev.lanewise.runtime;

import org.jspecify.annotations.Nullable;

/// What a [TrainListener] is told.
public sealed interface TrainEvent {

    /// The epoch that is being made, from 1.
    int epoch();

    /// The steps made so far in this run.
    long step();

    /// A step was made. `loss` is its batch's mean before it; `secondsLeft` the estimate to the end of the last
    /// epoch.
    record Step(int epoch, int epochs, long step, long steps, double loss, double stepsPerSecond, double secondsLeft)
            implements TrainEvent {}

    /// An epoch was made. `train` are means over the epoch in training mode, while the weights moved. `validation`
    /// is absent where no data are held back for it. `hash` is the short hash of the weights ([Weights#hash]);
    /// `best` tells whether the validation loss is the least so far.
    record Epoch(
            int epoch,
            int epochs,
            long step,
            double seconds,
            double stepsPerSecond,
            Metrics train,
            @Nullable Metrics validation,
            String hash,
            boolean best)
            implements TrainEvent {}
}
