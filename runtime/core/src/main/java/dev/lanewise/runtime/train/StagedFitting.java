package dev.lanewise.runtime.train;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.ModelException;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.model.Decompositions;
import dev.lanewise.runtime.model.FitPlan;
import dev.lanewise.runtime.model.Fitting;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.model.Program;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.random.CounterRandom;
import dev.lanewise.runtime.team.Team;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Runs the stages that make weights from the training data. Examples are read in parts, so that memory does not grow
/// with the data. Only the jars of networks that have such weights hold this class.
public final class StagedFitting implements Fitting {
    /// Examples that parameters are scaled with.
    private static final int SOME = 1024;

    // the places of the run's numbers in a frame: Prim.RunScalar of the compiler
    private static final int STEP = 0;
    private static final int STEPS = 1;
    private static final int EPOCH = 2;
    private static final int VALIDATION_LOSS = 3;

    private final Program program;
    private final FitPlan plan;

    /// `plan` as [FitPlan#toJson] wrote it.
    public StagedFitting(Program program, String plan) {
        this.program = program;
        this.plan = FitPlan.ofJson(plan);
    }

    @Override
    public void require(WeightStore weights) {
        if (isMissing(weights)) {
            throw new ModelException("the inputs' preparation comes from the training data: call prepare or fit first");
        }
    }

    private boolean isMissing(WeightStore weights) {
        boolean isMissing = false;
        for (var fit : plan.fits()) {
            if (fit.isPreparation()) {
                for (double number : weights.get(fit.weight())) {
                    if (number != 0) {
                        return false;
                    }
                }
                isMissing = true;
            }
        }
        return isMissing;
    }

    @Override
    public void fit(Dataset data, WeightStore weights, long seed, Team team) {
        boolean isMissing = isMissing(weights);
        var fits = new ArrayList<FitPlan.Fit>();
        for (var fit : plan.fits()) {
            if (fit.isPreparation() ? isMissing : Arrays.hashCode(weights.get(fit.weight())) == fit.first()) {
                fits.add(fit);
            }
        }
        if (!fits.isEmpty()) {
            var seen = weights.arena().isDouble() ? data : new Rounded(data);
            new Run(seen, team, seed).fit(fits, weights);
        }
    }

    /// The data as a network in single precision sees them.
    private record Rounded(Dataset data) implements Dataset {
        @Override
        public int size() {
            return data.size();
        }

        @Override
        public List<Port> ports() {
            return data.ports();
        }

        @Override
        public void read(int port, int example, double[] target, int offset) {
            data.read(port, example, target, offset);
            int end = offset + data.ports().get(port).size();
            for (int i = offset; i < end; i++) {
                target[i] = (float) target[i];
            }
        }

        @Override
        public void read(int port, int example, float[] target, int offset) {
            data.read(port, example, target, offset);
        }
    }

    /// One walk through the stages.
    private final class Run {
        private final Dataset data;
        private final Team team;
        private final long seed;
        private final WeightStore values = WeightStore.zeros(plan.layout());

        Run(Dataset data, Team team, long seed) {
            this.data = data;
            this.team = team;
            this.seed = seed;
        }

        void fit(List<FitPlan.Fit> fits, WeightStore weights) {
            for (var slot : plan.layout().weights()) {
                if (!slot.kind().equals(FitPlan.BETWEEN)) {
                    values.set(slot.name(), weights.get(slot.name()));
                }
            }
            int[] some = data.size() <= SOME
                    ? Session.NATURAL
                    : Arrays.copyOf(CounterRandom.permutation(seed, 0, data.size()), SOME);
            for (var fit : fits) {
                for (var stage : fit.stages()) {
                    run(stage, fit.isPreparation() ? Session.NATURAL : some);
                }
                weights.set(fit.weight(), values.get(fit.weight()));
            }
        }

        private void run(FitPlan.Stage stage, int[] order) {
            int size = order.length == 0 ? data.size() : order.length;
            switch (stage.kind()) {
                case PART -> parts(stage.entry(), order, size);
                case WHOLE -> {
                    var session = session(stage.entry(), 1);
                    session.frame().examples = size;
                    session.run();
                }
                case ORTHONORMAL -> decompose(stage, true);
                case EIGENVECTORS -> decompose(stage, false);
            }
        }

        private void parts(int entry, int[] order, int size) {
            int part = plan.part(entry);
            var session = session(entry, Math.min(part, size));
            int[] ports = ports(plan.layout().entries().get(entry));
            for (int from = 0; from < size; from += part) {
                session.feed(data, ports, order, from, Math.min(part, size - from));
                session.run();
                session.frame().run[STEP]++;
            }
        }

        private Session session(int entry, int capacity) {
            var feeds = ports(plan.layout().entries().get(entry));
            int[] sizes = Arrays.stream(feeds)
                    .map(port -> data.ports().get(port).size())
                    .toArray();
            var session = new Session(program, plan.layout(), entry, values, capacity, sizes, team);
            var run = session.frame().run;
            run[STEP] = 1;
            run[STEPS] = 1;
            run[EPOCH] = 1;
            run[VALIDATION_LOSS] = Double.POSITIVE_INFINITY;
            session.frame().seed = seed;
            return session;
        }

        /// For each feed the place of its port in the data.
        private int[] ports(Layout.Entry entry) {
            var names = data.ports().stream().map(Port::name).toList();
            return entry.feeds().stream()
                    .mapToInt(feed -> names.indexOf(feed.port()))
                    .toArray();
        }

        private void decompose(FitPlan.Stage stage, boolean isOrthonormal) {
            double[] matrix = values.get(stage.from());
            int columns = matrix.length;
            for (var slot : plan.layout().weights()) {
                if (slot.name().equals(stage.from())) {
                    columns = matrix.length / slot.shape().getFirst();
                }
            }
            values.set(
                    stage.to(),
                    isOrthonormal
                            ? Decompositions.orthonormal(matrix, columns)
                            : Decompositions.eigenvectors(matrix, columns));
        }
    }
}
