package dev.lanewise.runtime.train;

import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.DivergedException;
import dev.lanewise.runtime.TrainEvent;
import dev.lanewise.runtime.TrainListener;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.model.TrainPlan;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.team.Team;

/// Trains layer after layer alone, in the order of the network, before all of it is trained (Bengio, Lamblin,
/// Popovici and Larochelle 2006), and tells of a layer's epochs under its name. Only the jars of networks that ask
/// for it hold this class.
public record Pretraining(TrainListener listener, String layer, int number, int layers) implements TrainListener {
    /// How the names of the entries begin that are the training step of one layer, which the name ends with.
    public static final String ENTRY = "pretrain ";

    /// Gives the description by which it is not done again.
    static Bundle run(
            Bundle bundle, WeightStore weights, TrainPlan plan, Team team, Dataset data, TrainListener listener) {
        var ofLayer = plan.with(0, plan.batch(), plan.pretrain(), plan.seed(), plan.shuffle(), 0, 0);
        var names = bundle.layout().entries().stream().map(Layout.Entry::name).toList();
        var stages = names.stream().filter(name -> name.startsWith(ENTRY)).toList();
        for (int stage = 0; stage < stages.size() && !listener.stop(); stage++) {
            var layer = stages.get(stage).substring(ENTRY.length());
            try {
                new ModelTrainer(bundle, weights, ofLayer, 0, team, names.indexOf(stages.get(stage)))
                        .runOnce(data, null, new Pretraining(listener, layer, stage + 1, stages.size()));
            } catch (DivergedException e) {
                throw new DivergedException("the pretraining of " + layer, e.step(), e.loss());
            }
        }
        return bundle.with(bundle.info().withTrain(done(bundle.info().train())));
    }

    /// The plan of a network whose layers are pretrained.
    public static TrainPlan done(TrainPlan plan) {
        return plan.with(plan.validate(), plan.batch(), plan.epochs(), plan.seed(), plan.shuffle(), plan.patience(), 0);
    }

    @Override
    public void epoch(TrainEvent.Epoch event) {
        listener.pretrained(layer, number, layers, event);
    }

    @Override
    public boolean stop() {
        return listener.stop();
    }
}
