package dev.lanewise.cli;

import dev.lanewise.cli.console.Failure;
import dev.lanewise.cli.console.Figures;
import dev.lanewise.runtime.Metrics;
import java.util.List;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/// A bound on a figure, `accuracy >= 0.97`: a run that misses it ends with an exit code of its own.
record Requirement(String figure, String operator, double bound) {
    private static final Pattern FORM =
            Pattern.compile("\\s*(\\w+)\\s*(>=|<=|>|<)\\s*([-+]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][-+]?\\d+)?)\\s*");
    private static final String LOSS = "loss";

    /// A bound of the command line. `metrics` are those of the network; the loss can be bounded, too.
    static Requirement parse(String text, List<String> metrics) {
        return parse(text, metrics, Failure::usage);
    }

    /// A bound of the train block.
    static Requirement ofBlock(String text, List<String> metrics) {
        return parse(text, metrics, Failure::input);
    }

    private static Requirement parse(String text, List<String> metrics, BiFunction<String, String, Failure> failure) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw failure.apply(
                    "the requirement '" + text + "' cannot be read", "expected a bound as 'accuracy >= 0.97'");
        }
        var figure = form.group(1);
        if (!figure.equals(LOSS) && !metrics.contains(figure)) {
            throw failure.apply(
                    "the requirement '" + text + "': the network has no metric " + figure,
                    "it has " + String.join(", ", metrics) + (metrics.isEmpty() ? "" : " and ") + LOSS);
        }
        return new Requirement(figure, form.group(2), Double.parseDouble(form.group(3)));
    }

    double of(Metrics metrics) {
        return figure.equals(LOSS) ? metrics.loss() : metrics.values().getOrDefault(figure, Double.NaN);
    }

    /// What is not a number holds nothing.
    boolean holds(Metrics metrics) {
        double value = of(metrics);
        return switch (operator) {
            case ">=" -> value >= bound;
            case "<=" -> value <= bound;
            case ">" -> value > bound;
            default -> value < bound;
        };
    }

    /// What to tell when it does not hold.
    String missed(Metrics metrics) {
        return this + " was missed: it is " + Figures.number(of(metrics));
    }

    @Override
    public String toString() {
        return figure + " " + operator + " " + bound;
    }
}
