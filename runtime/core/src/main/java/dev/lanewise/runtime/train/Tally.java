package dev.lanewise.runtime.train;

import dev.lanewise.runtime.Metrics;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.model.Program;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What metrics are made of, gathered batch by batch: sums over the examples; for some, the scores and the class of
/// each example.
final class Tally {
    private static final String SUM = "METRIC_SUM";
    private static final String AUC = "AUC";
    private static final String CONFUSION = "CONFUSION";

    private final Map<String, Double> sums = new LinkedHashMap<>();
    private final Map<String, Scores> ranked = new LinkedHashMap<>();
    private final Map<String, Scores> decided = new LinkedHashMap<>();

    /// Adds the batch that the session has just run on.
    void add(Session session) {
        for (var fetch : session.fetches()) {
            var role = fetch.role();
            if (role.equals(SUM)) {
                sums.merge(fetch.name(), session.scalar(fetch.buffer()), Double::sum);
            } else if (role.equals(AUC)) {
                add(ranked, fetch, session);
            } else if (role.equals(CONFUSION)) {
                add(decided, fetch, session);
            }
        }
    }

    private static void add(Map<String, Scores> all, Layout.Fetch fetch, Session session) {
        var scores = all.get(fetch.name());
        if (scores == null) {
            scores = new Scores(fetch.shape().getFirst());
            all.put(fetch.name(), scores);
        }
        scores.add(session.values(fetch));
    }

    /// The figures over all batches so far.
    Metrics metrics(Program program, Layout layout, long examples, double loss) {
        ranked.forEach((name, scores) -> sums.put(name, scores.areaUnderCurve()));
        var figures = new LinkedHashMap<String, Double>();
        for (int m = 0; m < layout.metrics().size(); m++) {
            var metric = layout.metrics().get(m);
            if (sums.keySet().containsAll(metric.sums())) {
                double[] values = new double[metric.sums().size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = sums.getOrDefault(metric.sums().get(i), Double.NaN);
                }
                figures.put(metric.name(), program.metric(m, values, (double) examples));
            }
        }
        var tables = new LinkedHashMap<String, List<List<Long>>>();
        decided.forEach((name, scores) -> tables.put(name, scores.confusion()));
        return new Metrics(examples, loss, figures, tables);
    }
}
