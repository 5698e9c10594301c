package dev.lanewise.cli.explain;

import dev.lanewise.cli.network.Decisions;
import dev.lanewise.cli.network.Outputs;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.Network;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The examples that a network takes for another class, those first where the score of the class that it decides for
/// is furthest above that of the true one.
public record WrongExamples(List<Wrong> list) {

    /// `example` counts from 0.
    record Wrong(int example, int actual, int decided, double scoreOfActual, double scoreOfDecided) {
        private double excess() {
            return scoreOfDecided - scoreOfActual;
        }
    }

    public WrongExamples {
        list = List.copyOf(list);
    }

    static WrongExamples of(Network network, Dataset data, Decisions.Decision decision) {
        var target = decision.target();
        int place = Tile.place(data, target.name());
        var wrong = new ArrayList<Wrong>();
        var actual = new double[1];
        Outputs.forEach(network, data, (first, count, outputs) -> {
            var scores = outputs.get(decision.output());
            for (int e = 0; e < count; e++) {
                data.read(place, first + e, actual, 0);
                int at = e * target.classes();
                int decided = decision.of(scores, at);
                int truth = (int) actual[0];
                if (decided != truth) {
                    wrong.add(new Wrong(first + e, truth, decided, scores[at + truth], scores[at + decided]));
                }
            }
        });
        wrong.sort(Comparator.comparingDouble(Wrong::excess).reversed());
        return new WrongExamples(wrong);
    }

    WrongExamples first(int count) {
        return new WrongExamples(list.subList(0, Math.min(count, list.size())));
    }

    List<Map<String, Object>> json(Decisions.Decision decision) {
        return list.stream()
                .<Map<String, Object>>map(wrong -> {
                    var json = new LinkedHashMap<String, Object>();
                    json.put("example", wrong.example());
                    json.put("actual", decision.name(wrong.actual()));
                    json.put("decided", decision.name(wrong.decided()));
                    json.put("scoreOfActual", wrong.scoreOfActual());
                    json.put("scoreOfDecided", wrong.scoreOfDecided());
                    return json;
                })
                .toList();
    }
}
