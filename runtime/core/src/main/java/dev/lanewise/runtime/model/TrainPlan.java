package dev.lanewise.runtime.model;

/// The train block of a network, with its defaults filled in. Texts are empty and fractions 0 where an entry is
/// absent; `patience` is 0 without early stopping. `models` are the members
/// of an ensemble, 1 without.
public record TrainPlan(
        String data,
        String testData,
        double test,
        double validate,
        String optimizer,
        String schedule,
        int batch,
        int epochs,
        long seed,
        boolean shuffle,
        int patience,
        String require,
        int models) {}
