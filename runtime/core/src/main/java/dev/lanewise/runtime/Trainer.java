package dev.lanewise.runtime;

import java.nio.file.Path;

/// Trains a network. Not safe for use by several threads; it brings its own.
///
/// The same options and data give the same weights, bit for bit, whatever the number of threads and the machine.
public interface Trainer extends AutoCloseable {

    /// Computes the weights that come from the training data, where they were not computed before: those of
    /// `standardize` and its like, and the first values that are scaled to the data. [#fit] begins with it; who
    /// makes single steps calls it before the first.
    void prepare(Dataset training);

    /// Makes one step on all examples of `batch` and gives their mean loss before it. The data set has the
    /// network's inputs and targets among its ports, by name, and at least one example; it may have more than
    /// [Options#batch] says. A loss that is not finite is a [DivergedException].
    double step(Dataset batch);

    /// Trains as the `train` block and the options say, from the present weights on. A share for validation is
    /// split off by the seed. With early stopping, the best weights are in place at the end, else the last.
    TrainResult fit(Dataset training, TrainListener listener);

    /// As the other, with validation data of its own.
    TrainResult fit(Dataset training, Dataset validation, TrainListener listener);

    /// The loss and every metric in prediction mode.
    Metrics evaluate(Dataset data);

    /// The weights while they are trained.
    Weights weights();

    /// The steps made so far.
    long steps();

    /// The network with a copy of the present weights.
    Network network();

    /// Writes a jar with the present weights, whole or not at all.
    void save(Path jar);

    /// Ends the trainer's threads.
    @Override
    void close();

    /// What a run is made with. Each method returns the options themselves.
    interface Options {

        /// The seed of shuffling, of the split for validation, and of random draws. (The first weights were
        /// drawn when the network was compiled.)
        Options seed(long seed);

        /// Threads that share each step, the calling one included: 1 to the number of cores is useful. By
        /// default all cores, or one for a network so small that sharing its steps would not pay.
        Options threads(int threads);

        /// Examples in a step.
        Options batch(int batch);

        Options epochs(int epochs);

        /// The share of the training data that [Trainer#fit] keeps for validation; 0 for none.
        Options validate(double share);

        /// Epochs without a better validation loss after which `fit` stops; 0 for never.
        Options patience(int epochs);

        Options shuffle(boolean shuffle);

        /// The length of the whole run in steps, for schedules of the rate, where steps are made by
        /// [Trainer#step] and not by `fit`. By default 1,000 for each epoch.
        Options steps(long steps);

        /// Starts the threads and reserves memory; for a large network this takes some half a second, in which
        /// the heaviest vector kernels are warmed up. A [ModelException] when memory does not suffice.
        Trainer open();
    }
}
