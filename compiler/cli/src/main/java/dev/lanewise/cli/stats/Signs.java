package dev.lanewise.cli.stats;

import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.compiler.graph.Model.Layer;
import dev.lanewise.compiler.graph.Operations;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.team.Team;
import dev.lanewise.runtime.train.Bundle;
import dev.lanewise.runtime.train.Session;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Looks at gradients of single examples: whether the weights into a unit can only grow, or only shrink, together.
/// Where they can, training goes in zigzag (LeCun, Bottou, Orr and Mueller 1998, 4.4).
public final class Signs {
    private static final int EXAMPLES = 32;
    /// Large networks have so many units that fewer examples tell as much: these, at least.
    private static final int FEW_EXAMPLES = 2;
    /// Operations for all of them together. One example takes as many as the group of 32 that it is padded to.
    private static final long MOST_OPERATIONS = 1_000_000_000;

    private static final int GROUP = 32;

    private final Bundle bundle;
    private final Map<Layer, List<Incoming>> incoming = new LinkedHashMap<>();
    private final WeightStore weights;
    private final Session session;
    private final int examples;

    /// `compiled` keeps its gradients, and has no penalties in its loss.
    public Signs(CompiledNetwork compiled, List<Layer> layers) {
        bundle = compiled.network().bundle();
        var model = compiled.compilation().model();
        layers.forEach(layer -> incoming.put(layer, Incoming.of(model, layer)));
        weights = compiled.network().weights().duplicate();
        session = Probe.session(bundle, weights, 1, Team.of(1));
        long each = Math.max(1, Operations.ofContractions(compiled.compilation().step(), GROUP));
        examples = Math.clamp(MOST_OPERATIONS / each, FEW_EXAMPLES, EXAMPLES);
    }

    /// How many units have been seen, and how many of them had gradients of one sign.
    static final class Tally {
        private int all;
        private int one;

        void add(boolean positive, boolean negative) {
            all += positive || negative ? 1 : 0;
            one += positive ^ negative ? 1 : 0;
        }
    }

    /// For layers with weights the share of units whose incoming weights get gradients of one sign.
    Map<Layer, Double> shares(WeightStore trained, Dataset examples) {
        var tallies = new LinkedHashMap<Layer, Tally>();
        int[] places = bundle.bind(Layout.TRAIN, examples);
        for (int e = 0; e < Math.min(this.examples, examples.size()); e++) {
            weights.copyFrom(trained);
            session.feed(examples, places, Session.NATURAL, e, 1);
            session.run();
            var gradients = new LinkedHashMap<String, double[]>();
            for (var fetch : session.fetches()) {
                if (fetch.role().equals(Role.GRADIENT.name())) {
                    gradients.put(fetch.name(), session.values(fetch));
                }
            }
            incoming.forEach((layer, sources) -> {
                for (var source : sources) {
                    var gradient = gradients.get(source.parameter());
                    if (gradient != null) {
                        source.count(gradient, tallies.computeIfAbsent(layer, _ -> new Tally()));
                    }
                }
            });
        }
        var shares = new LinkedHashMap<Layer, Double>();
        tallies.forEach((layer, tally) -> {
            if (tally.all > 0) {
                shares.put(layer, (double) tally.one / tally.all);
            }
        });
        return shares;
    }
}
