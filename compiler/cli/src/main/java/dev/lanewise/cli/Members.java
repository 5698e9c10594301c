package dev.lanewise.cli;

import dev.lanewise.cli.console.Console;
import dev.lanewise.cli.console.Figures;
import dev.lanewise.cli.console.Table;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Metrics;
import dev.lanewise.runtime.model.WeightStore;
import dev.lanewise.runtime.train.Bundle;
import dev.lanewise.runtime.train.ModelNetwork;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The members of an ensemble, each on its own, beside the ensemble: how each was trained, where that was seen, and
/// its figures on the data that the ensemble is measured on. Empty for a network that is none.
record Members(List<Training> trained, List<Metrics> figures) {
    private static final String PREFIX = "member_";

    /// The share of a member's examples that repeat another, and its figures on those that it was not given.
    record Training(double duplicates, Metrics outOfBag) {}

    Members {
        trained = List.copyOf(trained);
        figures = List.copyOf(figures);
    }

    /// Measures every member: the ensemble of equal members is that member.
    static Members measure(Bundle bundle, WeightStore weights, Dataset data, List<Training> trained) {
        int models = bundle.info().train().models();
        var figures = new ArrayList<Metrics>();
        for (int member = 1; member <= models && models > 1; member++) {
            var alone = weights.duplicate();
            for (var weight : weights.list()) {
                var name = weight.name();
                if (name.startsWith(PREFIX)) {
                    alone.set(name, weights.get(PREFIX + member + name.substring(name.indexOf('.'))));
                }
            }
            figures.add(new ModelNetwork(bundle, alone).evaluate(data));
        }
        return new Members(trained, figures);
    }

    boolean isEmpty() {
        return figures.isEmpty();
    }

    /// A line for each member and one for the ensemble; `data` says what was measured on.
    void print(Console console, Metrics ensemble, String data) {
        boolean told = trained.size() == figures.size();
        var header = new ArrayList<String>(List.of("member"));
        if (told) {
            header.add("duplicates");
            names(ensemble).forEach(name -> header.add("out-of-bag " + name));
        }
        names(ensemble).forEach(name -> header.add(data + name));
        var table = new Table(header.toArray(String[]::new));
        for (int m = 0; m < figures.size(); m++) {
            var row = new ArrayList<String>(List.of(Integer.toString(m + 1)));
            if (told) {
                row.add(String.format(
                        Locale.ROOT, "%.1f %%", 100 * trained.get(m).duplicates()));
                row.addAll(numbers(trained.get(m).outOfBag()));
            }
            row.addAll(numbers(figures.get(m)));
            table.row(row);
        }
        var all = new ArrayList<String>(List.of("ensemble"));
        while (all.size() < header.size() - names(ensemble).size()) {
            all.add("");
        }
        all.addAll(numbers(ensemble));
        table.row(all);
        table.print(console.out());
    }

    private static List<String> names(Metrics metrics) {
        var names = new ArrayList<String>(List.of("loss"));
        names.addAll(metrics.values().keySet());
        return names;
    }

    private static List<String> numbers(Metrics metrics) {
        var numbers = new ArrayList<String>(List.of(Figures.number(metrics.loss())));
        metrics.values().values().forEach(value -> numbers.add(Figures.number(value)));
        return numbers;
    }

    /// `[{"member", "duplicates", "outOfBag": {"loss", metric...}, NAME: {"loss", metric...}}]`
    List<Map<String, Object>> json(String name) {
        var list = new ArrayList<Map<String, Object>>();
        for (int m = 0; m < figures.size(); m++) {
            var json = new LinkedHashMap<String, Object>();
            json.put("member", m + 1);
            if (trained.size() == figures.size()) {
                json.put("duplicates", trained.get(m).duplicates());
                json.put("outOfBag", Figures.json(trained.get(m).outOfBag()));
            }
            json.put(name, Figures.json(figures.get(m)));
            list.add(json);
        }
        return list;
    }
}
