package dev.lanewise.runtime.model;

/// The train block of a network, with its defaults filled in. Texts are empty and fractions 0 where an entry is
/// absent; `patience` is 0 without early stopping. `models` are the members
/// of an ensemble, 1 without; `pretrain` the epochs for each layer before, 0 where there are none or they were made;
/// `augment` the changes of examples, as `train.Augmentation` reads them.
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
        int models,
        int pretrain,
        String augment) {

    /// The same train block, run otherwise.
    public TrainPlan with(
            double newValidate,
            int newBatch,
            int newEpochs,
            long newSeed,
            boolean newShuffle,
            int newPatience,
            int newPretrain) {
        return new TrainPlan(
                data,
                testData,
                test,
                newValidate,
                optimizer,
                schedule,
                newBatch,
                newEpochs,
                newSeed,
                newShuffle,
                newPatience,
                require,
                models,
                newPretrain,
                augment);
    }
}
