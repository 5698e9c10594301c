package dev.lanewise.cli.network;

import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Port;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.team.Team;
import dev.lanewise.runtime.train.ModelTrainer;
import dev.lanewise.runtime.train.Session;
import java.util.ArrayList;
import java.util.List;

/// Steps of the compiled network.
public final class CompiledStepping implements Stepping {
    private final Layout layout;
    private final ModelTrainer trainer;
    private final Dataset batch;

    public CompiledStepping(CompiledNetwork compiled, Dataset batch, int steps, int threads) {
        layout = compiled.info().layout();
        var options = compiled.network()
                .trainer()
                .threads(threads)
                .batch(batch.size())
                .epochs(Math.max(1, steps))
                .steps(steps);
        trainer = (ModelTrainer) options.open();
        this.batch = batch;
    }

    @Override
    public void step(long step) {
        trainer.session().frame().run[RunScalar.EPOCH.ordinal()] = step;
        trainer.feed(batch); // each time: its memory is used again once it has been read
        trainer.stepFed();
    }

    @Override
    public List<Seen> results() {
        return seen(layout, Layout.TRAIN, trainer.session());
    }

    @Override
    public double[] weight(String name) {
        return trainer.weights().get(name);
    }

    @Override
    public void close() {
        trainer.close();
    }

    private static List<Seen> seen(Layout layout, int entry, Session session) {
        var buffers = layout.entries().get(entry).buffers();
        var seen = new ArrayList<Seen>();
        for (var fetch : session.fetches()) {
            var shape = new ArrayList<Integer>();
            if (buffers.get(fetch.buffer()).perExample()) {
                shape.add(session.frame().examples);
            }
            shape.addAll(fetch.shape());
            seen.add(new Seen(Role.valueOf(fetch.role()), fetch.name(), shape, session.values(fetch)));
        }
        return seen;
    }

    /// The results in prediction mode. Without targets among the data there is no loss.
    public static List<Seen> predict(CompiledNetwork compiled, Dataset batch, int threads) {
        var layout = compiled.info().layout();
        var names = batch.ports().stream().map(Port::name).toList();
        var info = compiled.info();
        boolean targets = info.targets().stream().allMatch(p -> names.contains(p.name()));
        int entry = targets ? Layout.EVALUATE : Layout.PREDICT;
        var bundle = compiled.network().bundle();
        int[] places = bundle.bind(entry, batch);
        try (var team = Team.of(threads)) {
            var session = bundle.session(entry, compiled.network().weights(), batch.size(), team);
            session.frame().seed = info.train().seed();
            session.feed(batch, places, Session.NATURAL, 0, batch.size());
            session.run();
            return seen(layout, entry, session);
        }
    }
}
