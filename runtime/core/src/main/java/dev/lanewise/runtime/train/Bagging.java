package dev.lanewise.runtime.train;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.Subset;
import dev.lanewise.runtime.TrainEvent;
import dev.lanewise.runtime.TrainListener;
import dev.lanewise.runtime.TrainResult;
import dev.lanewise.runtime.Weights;
import dev.lanewise.runtime.model.TrainPlan;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.random.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Trains the members of an ensemble, one after another, each on as many examples as there are, drawn with
/// replacement (Breiman 1996). Only the jars of ensembles hold this class.
///
/// A member is trained in the place of the first one. While it is measured all places hold its weights: the
/// ensemble of equal members is that member.
final class Bagging {
    /// The stream that draws a member's examples; steps are members.
    private static final long BOOTSTRAP = -3;

    private final ModelTrainer trainer;
    private final WeightStore weights;
    private final int models;
    private final long seed;
    /// Of each member its weights, by their names without the member's.
    private final List<Map<String, double[]>> members = new ArrayList<>();

    Bagging(ModelTrainer trainer, TrainPlan plan) {
        this.trainer = trainer;
        this.weights = trainer.weights();
        this.models = plan.models();
        this.seed = plan.seed();
        for (int member = 1; member <= models; member++) {
            members.add(values(member));
        }
    }

    /// A batch says nothing of which member it is for.
    static ModelException refusal(int models) {
        return new ModelException("this is an ensemble of " + models + " networks, and a step trains one: call fit");
    }

    TrainResult run(Dataset data, @Nullable Dataset validation, TrainListener listener) {
        var epochs = new ArrayList<TrainEvent.Epoch>();
        long steps = 0;
        double seconds = 0;
        boolean stopped = false;
        for (int member = 1; member <= models && !stopped; member++) {
            int[] sample = sample(member, data.size());
            place(1, members.get(member - 1));
            forgetOptimizer();
            var result = trainer.runOnce(new Subset(data, sample), validation, listener);
            epochs.addAll(result.epochs());
            steps += result.steps();
            seconds += result.steps() / result.stepsPerSecond();
            stopped = listener.stop();
            members.set(member - 1, values(1));
            measure(member, data, sample, listener);
        }
        for (int member = 1; member <= models; member++) {
            place(member, members.get(member - 1));
        }
        return new TrainResult(epochs, steps, steps / seconds, epochs.size(), stopped);
    }

    /// Puts the weights of the first place into all of them.
    void spread() {
        var first = values(1);
        for (int member = 2; member <= models; member++) {
            place(member, first);
        }
    }

    private int[] sample(int member, int size) {
        var random = CounterRandom.of(seed, BOOTSTRAP, member);
        int[] sample = new int[size];
        Arrays.setAll(sample, i -> random.below(size, i));
        return sample;
    }

    /// Tells the share of the sample that repeats an example, and how the member does on those that were not drawn.
    private void measure(int member, Dataset data, int[] sample, TrainListener listener) {
        boolean[] drawn = new boolean[data.size()];
        for (int example : sample) {
            drawn[example] = true;
        }
        int[] others = new int[sample.length];
        int count = 0;
        for (int example = 0; example < drawn.length; example++) {
            if (!drawn[example]) {
                others[count++] = example;
            }
        }
        spread();
        var outside = new Subset(data, Arrays.copyOf(others, count));
        listener.member(member, models, (double) count / data.size(), trainer.evaluate(outside));
    }

    private static String prefix(int member) {
        return "member_" + member + ".";
    }

    private Map<String, double[]> values(int member) {
        var values = new LinkedHashMap<String, double[]>();
        for (var weight : weights.list()) {
            if (weight.name().startsWith(prefix(member))) {
                values.put(weight.name().substring(prefix(member).length()), weights.get(weight.name()));
            }
        }
        return values;
    }

    private void place(int member, Map<String, double[]> values) {
        values.forEach((name, each) -> weights.set(prefix(member) + name, each));
    }

    private void forgetOptimizer() {
        for (var weight : weights.list()) {
            if (weight.kind() == Weights.Kind.OPTIMIZER) {
                weights.set(weight.name(), new double[weight.size()]);
            }
        }
    }
}
