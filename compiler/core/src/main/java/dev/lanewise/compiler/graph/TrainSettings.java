package dev.lanewise.compiler.graph;

/// The train block with its defaults filled in. Texts are empty where an entry is absent.
///
/// `test` and `validate` are fractions (0 for none); `patience` is 0 without early stopping. `optimizer` and
/// `schedule` are the expressions as written, for reports; `augment` is what
/// [dev.lanewise.runtime.train.Augmentation] reads.
public record TrainSettings(
        String data,
        String testData,
        double test,
        double validate,
        String optimizer,
        String schedule,
        int batch,
        int epochs,
        long seed,
        boolean doublePrecision,
        boolean shuffle,
        int patience,
        String require,
        Bagging bagging,
        String augment) {

    /// Copies of the network that are trained on samples drawn with replacement, and how their outputs are
    /// combined; one copy without.
    public record Bagging(int models, String combine) {
        public static final Bagging NONE = new Bagging(1, "mean");
    }

    /// The same, computed in float32.
    public TrainSettings inSinglePrecision() {
        return new TrainSettings(
                data, testData, test, validate, optimizer, schedule, batch, epochs, seed, false, shuffle, patience,
                require, bagging, augment);
    }
}
