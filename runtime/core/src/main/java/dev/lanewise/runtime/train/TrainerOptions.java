package dev.lanewise.runtime.train;

import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.Trainer;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.model.WeightStore;

/// Collects how to train; begins with the train block.
final class TrainerOptions implements Trainer.Options {
    private static final int AUTOMATIC = 0;

    /// Operations of a step, some 100 microseconds of work for one thread, below which meeting other threads costs
    /// more than they take over: on two cores a step of 5e6 took 73 us shared and 54 alone, one of 2e7 148 and 170.
    private static final double WORTH_SHARING = 1e7;

    /// Operations of a step, several milliseconds of work for scalar kernels, above which the vector kernels are
    /// warmed up before the first step: scalar steps beside would take the cores from the JVM's compiler.
    private static final double WORTH_WAITING = 3e7;

    private final Bundle bundle;
    private final WeightStore weights;
    private long seed;
    private int threads = AUTOMATIC;
    private int batch;
    private int epochs;
    private double validate;
    private int patience;
    private boolean shuffle;
    private long steps;

    TrainerOptions(Bundle bundle, WeightStore weights) {
        this.bundle = bundle;
        this.weights = weights;
        var plan = bundle.info().train();
        seed = plan.seed();
        batch = plan.batch();
        epochs = plan.epochs();
        validate = plan.validate();
        patience = plan.patience();
        shuffle = plan.shuffle();
        steps = 1000L * epochs;
    }

    @Override
    public Trainer.Options seed(long number) {
        seed = number;
        return this;
    }

    @Override
    public Trainer.Options threads(int count) {
        threads = positive(count, "threads");
        return this;
    }

    @Override
    public Trainer.Options batch(int examples) {
        batch = positive(examples, "examples in a batch");
        return this;
    }

    @Override
    public Trainer.Options epochs(int count) {
        epochs = positive(count, "epochs");
        return this;
    }

    @Override
    public Trainer.Options validate(double share) {
        if (!(share >= 0 && share < 1)) {
            throw new IllegalArgumentException("a share of " + share + " for validation; expected 0 to below 1");
        }
        validate = share;
        return this;
    }

    @Override
    public Trainer.Options patience(int count) {
        patience = count == 0 ? 0 : positive(count, "epochs of patience");
        return this;
    }

    @Override
    public Trainer.Options shuffle(boolean whether) {
        shuffle = whether;
        return this;
    }

    @Override
    public Trainer.Options steps(long count) {
        steps = count;
        return this;
    }

    private static int positive(int number, String what) {
        if (number < 1) {
            throw new IllegalArgumentException(number + " " + what + "; expected at least 1");
        }
        return number;
    }

    @Override
    public ModelTrainer open() {
        if (bundle.layout().entries().get(Layout.TRAIN).fetches().isEmpty()) {
            throw new ModelException("the network " + bundle.info().network() + " has no loss: it cannot be trained");
        }
        int team = threads == AUTOMATIC ? automatic() : threads;
        var plan = bundle.info().train();
        var settled = plan.with(validate, batch, epochs, seed, shuffle, patience, plan.pretrain());
        // Before anything that takes time: there may be too little memory.
        var trainer = new ModelTrainer(bundle, weights.duplicate(), settled, steps, team);
        if (operations() > WORTH_WAITING) {
            // Where each core has a worker there is none for the JVM's compiler: it would be done much later.
            boolean all = team >= Runtime.getRuntime().availableProcessors();
            bundle.program().warmup().warm(Layout.TRAIN, all);
        }
        return trainer;
    }

    /// Operations of a step at least: each learned number takes part in a multiply-add forward and two backward,
    /// for every example.
    private double operations() {
        return 6.0 * bundle.info().parameters() * batch;
    }

    /// All cores, or one thread for a small network.
    private int automatic() {
        return operations() < WORTH_SHARING ? 1 : Runtime.getRuntime().availableProcessors();
    }
}
