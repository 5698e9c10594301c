package dev.lanewise.compiler.lint;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.scalar.SingleNode;
import java.util.HashMap;
import java.util.Map;

/// How far an update rule moves one number of a weight: the rate as it works, with momentum, schedule and whatever
/// the rule divides by.
final class StepLength {
    private static final int STEPS = 20;

    private final Graph rule;

    private StepLength(Graph rule) {
        this.rule = rule;
    }

    /// `perGradient` is the longest of the first steps under a constant gradient of 1; `normalised` tells whether
    /// steps are about as long whatever the gradient is, as Adam's.
    record Figures(double perGradient, boolean normalised) {}

    static Figures of(Graph rule, String weight) {
        double large = perGradient(rule, weight, 1);
        return new Figures(large, perGradient(rule, weight, 1e-2) > 10 * large);
    }

    private static double perGradient(Graph rule, String weight, double gradient) {
        return new StepLength(rule).longest(weight, gradient) / gradient;
    }

    private double longest(String weight, double gradient) {
        var states = new HashMap<String, Double>();
        double longest = 0;
        for (int step = 1; step <= STEPS; step++) {
            double[] values = values(gradient, step, states);
            for (Result result : rule.results()) {
                double value = values[result.value().node()];
                if (result.name().equals(weight)) {
                    longest = Math.max(longest, Math.abs(value));
                } else {
                    states.put(result.name(), value);
                }
            }
        }
        return longest;
    }

    private double[] values(double gradient, int step, Map<String, Double> states) {
        double[] values = new double[rule.nodes().size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = value(rule.nodes().get(i), gradient, step, states, values);
        }
        return values;
    }

    private static double value(Node node, double gradient, int step, Map<String, Double> states, double[] values) {
        return switch (node.prim()) {
            case Prim.Input _ -> gradient;
            case Prim.Parameter _, Prim.Literal _, Prim.Positions _ -> 0;
            case Prim.State(var name) -> states.getOrDefault(name, 0.0);
            case Prim.Run(var scalar) ->
                switch (scalar) {
                    case STEP -> step;
                    case STEPS -> STEPS;
                    case EPOCH, EXAMPLES -> 1;
                    case VALIDATION_LOSS -> Double.POSITIVE_INFINITY;
                };
            default -> SingleNode.value(node, input -> values[input.node()]);
        };
    }
}
