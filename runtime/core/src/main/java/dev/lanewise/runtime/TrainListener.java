package dev.lanewise.runtime;

/// Follows a run of [Trainer#fit]. Called on the training thread between steps.
public interface TrainListener {

    /// A listener that wants nothing.
    TrainListener NONE = new TrainListener() {};

    /// After every step; keep it short.
    default void step(TrainEvent.Step event) {}

    /// After every epoch.
    default void epoch(TrainEvent.Epoch event) {}

    /// After every epoch of pretraining, of `layer`, the `number`-th of so many.
    default void pretrained(String layer, int number, int layers, TrainEvent.Epoch event) {}

    /// After each member of an ensemble: the share of its examples that repeat another, and how it does alone on
    /// those that it was not given.
    default void member(int member, int members, double duplicates, Metrics outOfBag) {}

    /// Asked after every step: true ends the run there, with the weights as they are.
    default boolean stop() {
        return false;
    }
}
