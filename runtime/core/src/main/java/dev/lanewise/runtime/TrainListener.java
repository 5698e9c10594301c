package dev.lanewise.runtime;

/// Follows a run of [Trainer#fit]. Called on the training thread between steps.
public interface TrainListener {

    /// A listener that wants nothing.
    TrainListener NONE = new TrainListener() {};

    /// After every step; keep it short.
    default void step(TrainEvent.Step event) {}

    /// After every epoch.
    default void epoch(TrainEvent.Epoch event) {}

    /// Asked after every step: true ends the run there, with the weights as they are.
    default boolean stop() {
        return false;
    }
}
