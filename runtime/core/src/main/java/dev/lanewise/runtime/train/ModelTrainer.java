package dev.lanewise.runtime.train;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.DivergedException;
import dev.lanewise.runtime.Metrics;
import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.Network;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.Split;
import dev.lanewise.runtime.TrainEvent;
import dev.lanewise.runtime.TrainListener;
import dev.lanewise.runtime.TrainResult;
import dev.lanewise.runtime.Trainer;
import dev.lanewise.runtime.model.Fitting;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.model.TrainPlan;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.random.CounterRandom;
import dev.lanewise.runtime.team.Team;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Runs the training entry of a program, step after step.
public final class ModelTrainer implements Trainer {
    // the places of the run's numbers in a frame: Prim.RunScalar of the compiler
    private static final int STEP = 0;
    private static final int STEPS = 1;
    private static final int EPOCH = 2;
    private static final int VALIDATION_LOSS = 3;

    private Bundle bundle;
    private final WeightStore weights;
    private final TrainPlan settings;
    private final Team team;
    private final int entry;
    private Session session;
    private int capacity;
    private int lossBuffer;
    private long step;
    /// The batch that was fed last, and its ports.
    private @Nullable Dataset fed;

    private int[] ports = {};

    /// Of the present run: the steps before it, its beginning, and whether it was ended.
    private long first;

    private long begin;
    private boolean stopped;
    /// What is computed from the training data before the first step; nothing when that is done.
    private @Nullable Fitting fitting;
    /// What changes the examples of a run on their way; nothing where they are taken as they are.
    private @Nullable AugmentedBatches augmented;
    /// The members of an ensemble while they are trained.
    private @Nullable Bagging bagging;

    ModelTrainer(Bundle bundle, WeightStore weights, TrainPlan settings, long steps, int threads) {
        this(bundle, weights, settings, steps, Team.of(threads), Layout.TRAIN);
    }

    /// By an entry of the program that makes steps.
    ModelTrainer(Bundle bundle, WeightStore weights, TrainPlan settings, long steps, Team team, int entry) {
        this.bundle = bundle;
        this.weights = weights;
        this.settings = settings;
        this.team = team;
        this.entry = entry;
        this.fitting = bundle.program().fitting();
        this.capacity = settings.batch();
        this.session = bundle.session(entry, weights, capacity, team);
        prepare();
        session.frame().run[STEPS] = steps;
        session.frame().run[EPOCH] = 1;
        session.frame().run[VALIDATION_LOSS] = Double.POSITIVE_INFINITY;
    }

    private void prepare() {
        session.frame().seed = settings.seed();
        lossBuffer = session.find("LOSS", "");
    }

    @Override
    public void prepare(Dataset training) {
        if (fitting != null) {
            bundle.bind(Layout.TRAIN, training);
            fitting.fit(training, weights, settings.seed(), team);
            fitting = null;
        }
    }

    /// The session that steps run in, for whoever looks at its results.
    public Session session() {
        return session;
    }

    @Override
    public WeightStore weights() {
        return weights;
    }

    @Override
    public long steps() {
        return step;
    }

    @Override
    public double step(Dataset batch) {
        if (batch.size() == 0) {
            throw new IllegalArgumentException("a batch has at least one example");
        }
        if (fitting != null) {
            fitting.require(weights);
        }
        if (settings.models() > 1) {
            throw Bagging.refusal(settings.models());
        }
        feed(batch);
        return finiteStep();
    }

    private double finiteStep() {
        double loss = stepFed();
        if (!Double.isFinite(loss)) {
            throw new DivergedException("training", step, loss);
        }
        return loss;
    }

    /// Makes the examples of a data set the batch of the steps to come.
    public void feed(Dataset batch) {
        if (batch.size() > capacity) {
            grow(batch.size());
        }
        if (!batch.equals(fed)) {
            ports = bundle.bind(entry, batch);
            fed = batch;
        }
        session.feed(batch, ports, Session.NATURAL, 0, batch.size());
    }

    private void grow(int examples) {
        var run = session.frame().run;
        session = bundle.session(entry, weights, examples, team);
        System.arraycopy(run, 0, session.frame().run, 0, run.length);
        capacity = examples;
        prepare();
    }

    /// One step on what was fed; the loss may be any number.
    public double stepFed() {
        step++;
        var run = session.frame().run;
        run[STEP] = step;
        run[STEPS] = Math.max(run[STEPS], (double) step);
        session.run();
        return session.scalar(lossBuffer);
    }

    @Override
    public TrainResult fit(Dataset training, TrainListener listener) {
        if (settings.validate() == 0) {
            return run(training, null, listener);
        }
        var split = Split.of(training, settings.validate(), settings.seed(), stratifiedPort(training));
        return run(split.training(), split.held(), listener);
    }

    @Override
    public TrainResult fit(Dataset training, Dataset validation, TrainListener listener) {
        return run(training, validation, listener);
    }

    /// The data set's port of the first target of classes, whose shares a split keeps.
    private int stratifiedPort(Dataset data) {
        for (var target : bundle.info().targets()) {
            if (target.kind() == Port.Kind.CLASS) {
                return bundle.bind(List.of(target), data)[0];
            }
        }
        return Split.NOT_STRATIFIED;
    }

    private TrainResult run(Dataset data, @Nullable Dataset validation, TrainListener listener) {
        if (data.size() == 0) {
            throw new ModelException("the data hold no examples");
        }
        prepare(data);
        if (settings.models() == 1) {
            return runOnce(data, validation, listener);
        }
        bagging = new Bagging(this, settings);
        try {
            return bagging.run(data, validation, listener);
        } finally {
            bagging = null;
        }
    }

    /// One run from the beginning, of the first member where there are several.
    TrainResult runOnce(Dataset data, @Nullable Dataset validation, TrainListener listener) {
        boolean keepsBest = settings.patience() > 0;
        if (keepsBest && validation == null) {
            throw new ModelException(
                    "stop: early watches the validation loss, and there is none; add `validate: 0.1` to the train"
                            + " block");
        }
        if (bagging != null) {
            step = 0;
        }
        if (step == 0 && settings.pretrain() > 0) {
            bundle = Pretraining.run(bundle, weights, settings, team, data, listener);
        }
        augmented = settings.augment().isEmpty() ? null : AugmentedBatches.of(bundle, entry, settings, data, team);
        first = step;
        begin = System.nanoTime();
        stopped = false;
        var run = session.frame().run;
        run[STEPS] = first + (double) stepsOf(data);
        var best = keepsBest ? weights.duplicate() : weights;
        double bestLoss = Double.POSITIVE_INFINITY;
        int bestEpoch = 0;
        var epochs = new ArrayList<TrainEvent.Epoch>();
        for (int epoch = 1; epoch <= settings.epochs() && !stopped; epoch++) {
            run[EPOCH] = epoch;
            long since = System.nanoTime();
            long before = step;
            var train = epoch(data, epoch, listener);
            double seconds = (System.nanoTime() - since) * 1e-9;
            if (validation != null && bagging != null) {
                bagging.spread();
            }
            var validated = validation == null ? null : evaluate(validation);
            boolean better = false;
            if (validated != null) {
                run[VALIDATION_LOSS] = validated.loss();
                better = validated.loss() < bestLoss;
            }
            if (validated != null && better) {
                bestLoss = validated.loss();
                bestEpoch = epoch;
                if (keepsBest) {
                    best.copyFrom(weights);
                }
            }
            var event = new TrainEvent.Epoch(
                    epoch,
                    settings.epochs(),
                    step,
                    seconds,
                    (step - before) / seconds,
                    train,
                    validated,
                    weights.hash(),
                    better);
            epochs.add(event);
            listener.epoch(event);
            stopped |= keepsBest && epoch - bestEpoch >= settings.patience() && epoch < settings.epochs();
        }
        if (keepsBest && bestEpoch > 0) {
            weights.copyFrom(best);
        } else {
            bestEpoch = epochs.size();
        }
        double seconds = (System.nanoTime() - begin) * 1e-9;
        return new TrainResult(epochs, step, (step - first) / seconds, bestEpoch, stopped);
    }

    /// The steps of all epochs over the data.
    private long stepsOf(Dataset data) {
        return (long) Math.ceilDiv(data.size(), settings.batch()) * settings.epochs();
    }

    private Metrics epoch(Dataset data, int epoch, TrainListener listener) {
        int size = data.size();
        int[] order = settings.shuffle() ? CounterRandom.permutation(settings.seed(), epoch, size) : Session.NATURAL;
        var places = bundle.bind(entry, data);
        double lossSum = 0;
        long seen = 0;
        var tally = new Tally();
        long steps = stepsOf(data);
        for (int from = 0; from < size && !stopped; from += settings.batch()) {
            int count = Math.min(settings.batch(), size - from);
            if (augmented == null) {
                session.feed(data, places, order, from, count);
            } else {
                augmented.feed(session, epoch, order, from, count);
            }
            double loss = finiteStep();
            lossSum += loss * count;
            seen += count;
            tally.add(session);
            long done = step - first;
            double seconds = (System.nanoTime() - begin) * 1e-9;
            listener.step(new TrainEvent.Step(
                    epoch, settings.epochs(), done, steps, loss, done / seconds, seconds / done * (steps - done)));
            stopped = listener.stop();
        }
        return tally.metrics(bundle.program(), bundle.layout(), seen, lossSum / seen);
    }

    @Override
    public Metrics evaluate(Dataset data) {
        return bundle.evaluate(data, weights, team);
    }

    @Override
    public Network network() {
        return new ModelNetwork(bundle, weights.duplicate());
    }

    /// As the network's `save`, with names of classes and the encoding of the data that it was trained on.
    public void save(Path jar, Map<String, List<String>> labels, Map<String, Object> schema) {
        new ModelNetwork(bundle.with(bundle.info().withData(labels, schema)), weights).save(jar);
    }

    @Override
    public void save(Path jar) {
        new ModelNetwork(bundle, weights).save(jar);
    }

    @Override
    public void close() {
        team.close();
    }
}
