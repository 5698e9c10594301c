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
    private static final double[] UNKNOWN = {Double.NaN};
    private static final String SUM = "METRIC_SUM";
    private static final String AUC = "AUC";
    private static final String CONFUSION = "CONFUSION";

    private final Map<String, double[]> sums = new LinkedHashMap<>();
    private final Map<String, Scores> ranked = new LinkedHashMap<>();
    private final Map<String, Scores> decided = new LinkedHashMap<>();

    /// Adds the batch that the session has just run on.
    void add(Session session) {
        for (var fetch : session.fetches()) {
            var role = fetch.role();
            if (role.equals(SUM)) {
                add(fetch.name(), session.scalar(fetch.buffer()));
            } else if (role.equals(AUC)) {
                add(ranked, fetch, session);
            } else if (role.equals(CONFUSION)) {
                add(decided, fetch, session);
            }
        }
    }

    private void add(String name, double value) {
        var sum = sums.get(name);
        if (sum == null) {
            sum = new double[1];
            sums.put(name, sum);
        }
        sum[0] += value;
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
        for (var each : ranked.entrySet()) {
            add(each.getKey(), each.getValue().areaUnderCurve());
        }
        var figures = new LinkedHashMap<String, Double>();
        for (int m = 0; m < layout.metrics().size(); m++) {
            var metric = layout.metrics().get(m);
            if (sums.keySet().containsAll(metric.sums())) {
                double[] values = new double[metric.sums().size()];
                for (int i = 0; i < values.length; i++) {
                    values[i] = sums.getOrDefault(metric.sums().get(i), UNKNOWN)[0];
                }
                figures.put(metric.name(), program.metric(m, values, (double) examples));
            }
        }
        var tables = new LinkedHashMap<String, List<List<Long>>>();
        for (var each : decided.entrySet()) {
            tables.put(each.getKey(), each.getValue().confusion());
        }
        return new Metrics(examples, loss, figures, tables);
    }
}
