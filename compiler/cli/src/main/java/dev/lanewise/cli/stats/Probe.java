package dev.lanewise.cli.stats;

import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.graph.Model.Layer;
import dev.lanewise.compiler.graph.Operations;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.team.Team;
import dev.lanewise.runtime.train.Bundle;
import dev.lanewise.runtime.train.Session;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Measures what watched layers give for always the same examples, in training mode, without changing the weights.
public final class Probe implements AutoCloseable {
    /// Operations above which the kernels are warmed up first: those that are not take seconds for as many.
    private static final long WORTH_WARMING = 2_000_000_000;

    private final Bundle bundle;
    private final Dataset examples;
    private final List<Layer> layers;
    private final int[] places;
    private final Team team;
    private final WeightStore weights;
    private final Session session;
    private final @Nullable Signs signs;

    /// Without `signs` nothing is told of them.
    public Probe(CompiledNetwork compiled, List<Layer> layers, Dataset examples, @Nullable Signs signs, int threads) {
        this.bundle = compiled.network().bundle();
        this.examples = examples;
        this.layers = List.copyOf(layers);
        this.signs = signs;
        places = bundle.bind(Layout.TRAIN, examples);
        team = Team.of(threads);
        weights = compiled.network().weights().duplicate();
        if (Operations.ofContractions(compiled.compilation().step(), examples.size()) > WORTH_WARMING) {
            bundle.program().warmup().warm(Layout.TRAIN, false);
        }
        session = session(bundle, weights, examples.size(), team);
    }

    /// Makes the first step of a run, again and again.
    public static Session session(Bundle bundle, WeightStore weights, int capacity, Team team) {
        var session = bundle.session(Layout.TRAIN, weights, capacity, team);
        session.frame().seed = bundle.info().train().seed();
        session.frame().run[RunScalar.STEP.ordinal()] = 1;
        session.frame().run[RunScalar.STEPS.ordinal()] = 1;
        session.frame().run[RunScalar.EPOCH.ordinal()] = 1;
        session.frame().run[RunScalar.VALIDATION_LOSS.ordinal()] = Double.POSITIVE_INFINITY;
        return session;
    }

    /// What there is to see after `step` steps have led to `trained`.
    public Snapshot look(long step, WeightStore trained) {
        weights.copyFrom(trained);
        session.feed(examples, places, Session.NATURAL, 0, examples.size());
        session.run();
        var values = new LinkedHashMap<String, double[]>();
        var shares = signs == null ? Map.<Layer, Double>of() : signs.shares(trained, examples);
        var statistics = new ArrayList<LayerStatistics>();
        for (var layer : layers) {
            values.clear(); // one layer at a time: they may be large
            for (var fetch : session.fetches()) {
                if (fetch.name().equals(layer.name())) {
                    values.put(fetch.role(), session.values(fetch));
                }
            }
            var given = values.getOrDefault(Role.LAYER.name(), new double[0]);
            var gradients = values.getOrDefault(Role.COTANGENT.name(), new double[0]);
            double share = shares.getOrDefault(layer, Double.NaN);
            statistics.add(LayerStatistics.of(layer, given, examples.size(), gradients, share));
        }
        return new Snapshot(step, bundle.metrics(session), statistics);
    }

    @Override
    public void close() {
        team.close();
    }
}
