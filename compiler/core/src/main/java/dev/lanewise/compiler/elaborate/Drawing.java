package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A graph under construction, and what it is for.
final class Drawing {

    /// What the graph computes; decides what its expressions may do.
    enum Purpose {
        TRAINING,
        PREDICTION,
        /// First values of a weight.
        INITIAL,
        /// An optimizer's update of one weight, or a schedule.
        RULE
    }

    /// An activation function that was applied to a value: what `init: auto` looks at.
    record Application(String name, Value input, Value output) {}

    private final Purpose purpose;
    private final Graph.Builder builder = Graph.builder();
    private final List<Application> applications = new ArrayList<>();
    private final Layers layers = new Layers();
    private final Map<String, Value> updates = new LinkedHashMap<>();
    private final Counter draws;
    private boolean tentative;
    private boolean fitting;
    private boolean scaledToData;
    private @Nullable Measure measure;
    private @Nullable Fans fans;

    Drawing(Purpose purpose, Counter draws) {
        this.purpose = purpose;
        this.draws = draws;
    }

    /// Numbers draws, so that two of them stay two.
    static final class Counter {
        private int next;

        Counter(int first) {
            this.next = first;
        }

        int take() {
            return next++;
        }
    }

    Purpose purpose() {
        return purpose;
    }

    boolean isTraining() {
        return purpose == Purpose.TRAINING;
    }

    Graph.Builder builder() {
        return builder;
    }

    int nextDraw() {
        return draws.take();
    }

    List<Application> applications() {
        return applications;
    }

    Layers layers() {
        return layers;
    }

    /// New values of states, by their full names.
    Map<String, Value> updates() {
        return updates;
    }

    /// Whether a statistic of the batch in prediction is left out in silence.
    boolean isTentative() {
        return tentative;
    }

    /// What a state would be written with in prediction, where nothing is written: null when that needs the
    /// other examples, and the state keeps the value that training left.
    <T> @Nullable T tentatively(Supplier<T> value) {
        boolean before = tentative;
        tentative = true;
        try {
            return value.get();
        } catch (BatchStatistic left) {
            return null;
        } finally {
            tentative = before;
        }
    }

    /// A value that is computed once over the training set, not in each step.
    <T> T fitting(Supplier<T> value) {
        boolean before = fitting;
        fitting = true;
        try {
            return value.get();
        } finally {
            fitting = before;
        }
    }

    /// Whether what is drawn now is computed before training, once.
    boolean isOnce() {
        return fitting || purpose == Purpose.INITIAL;
    }

    /// Notes that the first value that is drawn is scaled once there are data.
    void scaleToData() {
        scaledToData = true;
    }

    boolean isScaledToData() {
        return scaledToData;
    }

    /// A statistic of the batch that prediction leaves out.
    static final class BatchStatistic extends RuntimeException {

        private static final long serialVersionUID = 1;

        BatchStatistic() {
            super("left out", null, false, false);
        }
    }

    /// What an initialiser knows of its weight, in a drawing of its first value.
    @Nullable
    Fans fans() {
        return fans;
    }

    void fans(Fans now) {
        this.fans = now;
    }

    /// The metric that is being elaborated, if any.
    @Nullable
    Measure measure() {
        return measure;
    }

    void measure(@Nullable Measure now) {
        this.measure = now;
    }
}
