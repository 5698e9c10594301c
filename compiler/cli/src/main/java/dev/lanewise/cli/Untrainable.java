package dev.lanewise.cli;

import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.Figures;
import dev.lanewise.runtime.Dataset;
import dev.lanewise.runtime.DivergedException;
import dev.lanewise.runtime.Port;
import java.util.Optional;

/// Data that no training can learn from, though each of them is as it should be.
final class Untrainable {

    private Untrainable() {}

    /// Refuses classes that are the same in every example.
    static void requireTwoClasses(Dataset data) {
        for (int place = 0; place < data.ports().size(); place++) {
            var port = data.ports().get(place);
            if (port.kind() != Port.Kind.CLASS || port.classes() < 2) {
                continue;
            }
            var value = new float[1];
            data.read(place, 0, value, 0);
            float first = value[0];
            boolean differs = false;
            for (int example = 1; example < data.size() && !differs; example++) {
                data.read(place, example, value, 0);
                differs = value[0] != first;
            }
            if (!differs) {
                var named = (int) first < port.labels().size() ? port.labels().get((int) first) : "" + (int) first;
                throw Failure.input(
                        port.name() + " is '" + named + "' in all " + Figures.count(data.size()) + " examples",
                        "training a " + port.type() + " needs examples of at least two classes");
            }
        }
    }

    /// Why a loss was not finite: numbers among the data that are not, or else the training.
    static RuntimeException cause(DivergedException diverged, Dataset data) {
        return notFinite(data)
                .<RuntimeException>map(message -> Failure.input(
                        message, "training needs finite numbers: leave the example out, or fill the number in"))
                .orElse(diverged);
    }

    private static Optional<String> notFinite(Dataset data) {
        for (int place = 0; place < data.ports().size(); place++) {
            var port = data.ports().get(place);
            if (port.kind() != Port.Kind.FLOAT) {
                continue;
            }
            var values = new float[port.size()];
            for (int example = 0; example < data.size(); example++) {
                data.read(place, example, values, 0);
                for (int i = 0; i < values.length; i++) {
                    if (!Float.isFinite(values[i])) {
                        return Optional.of("the data are not finite: number " + (i + 1) + " of " + port.name()
                                + " in example " + (example + 1) + " is " + values[i]);
                    }
                }
            }
        }
        return Optional.empty();
    }
}
