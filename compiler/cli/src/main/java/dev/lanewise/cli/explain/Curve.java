package dev.lanewise.cli.explain;

import dev.lanewise.compiler.autodiff.Autodiff;
import dev.lanewise.compiler.elaborate.Formula;
import dev.lanewise.compiler.elaborate.Library;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.interpret.Interpreter;
import dev.lanewise.compiler.optimize.Optimizer;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.syntax.Declaration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A function of one number with its derivative: what can be said of its shape. Found by evaluating it, so limits are
/// those of the numbers that were tried.
public final class Curve {
    private static final String DERIVATIVE = "derivative";
    /// A derivative below this counts as flat: a unit there learns a hundredth as fast as one on a slope of 1.
    private static final double FLAT = 0.01;

    private static final double REACH = 20;
    private static final int PER_UNIT = 100;
    private static final double[] FAR = {-1e6, -1e5, -1e4, -1e3, -100, 100, 1e3, 1e4, 1e5, 1e6};

    private final Graph graph;
    private final String input;
    private final double[] places;
    private final double[] values;
    private final double[] slopes;

    private Curve(Graph graph, String input) {
        this.graph = graph;
        this.input = input;
        int points = (int) (2 * REACH * PER_UNIT) + 1;
        places = new double[points];
        for (int i = 0; i < points; i++) {
            places[i] = (i - points / 2) / (double) PER_UNIT;
        }
        values = run(places, Formula.RESULT);
        slopes = run(places, DERIVATIVE);
    }

    /// The curve of a declaration that takes one number; nothing for others.
    public static Optional<Curve> of(Library library, Declaration declaration) {
        var inputs = Formula.inputs(declaration);
        if (inputs.size() != 1) {
            return Optional.empty();
        }
        return Formula.of(library, declaration, new Diagnostics())
                .filter(Curve::isFunction)
                .map(graph -> new Curve(withDerivative(graph, inputs.getFirst()), inputs.getFirst()));
    }

    /// Whether it depends on its argument alone, not on draws or weights.
    private static boolean isFunction(Graph graph) {
        return graph.nodes().stream()
                .noneMatch(node -> node.prim() instanceof Prim.Random
                        || node.prim() instanceof Prim.Parameter
                        || node.prim() instanceof Prim.State);
    }

    private static Graph withDerivative(Graph graph, String input) {
        var out = Graph.builder();
        var copies = out.copyAll(graph, (node, builder) -> builder.add(node));
        var value = copies.get(graph.results().getFirst().value().node());
        Value by = value;
        for (var copy : copies) {
            if (out.node(copy).prim() instanceof Prim.Input(var name) && name.equals(input)) {
                by = copy;
            }
        }
        out.result(Role.VALUE, Formula.RESULT, value);
        out.result(Role.VALUE, DERIVATIVE, out.add(new Prim.Gradient(), Origin.UNKNOWN, value, by));
        return new Optimizer(false).prepare(Autodiff.expand(out.build()));
    }

    private double[] run(double[] at, String result) {
        var bindings = Bindings.of(at.length, Map.of(input, at), Map.of(), 1);
        return new Interpreter(graph, true).run(bindings).of(Role.VALUE, result).data();
    }

    public double value(double z) {
        return run(new double[] {z}, Formula.RESULT)[0];
    }

    double slope(double z) {
        return run(new double[] {z}, DERIVATIVE)[0];
    }

    /// The derivative as a formula, by lines.
    List<String> derivative() {
        return graph.results().stream()
                .filter(r -> r.name().equals(DERIVATIVE))
                .findFirst()
                .map(r -> FormulaText.of(graph, r.value()))
                .orElse(List.of());
    }

    /// The least and the largest value; infinite where it still grows far out.
    double[] range() {
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (double value : values) {
            low = Math.min(low, value);
            high = Math.max(high, value);
        }
        for (double value : run(FAR, Formula.RESULT)) {
            if (value < low - 1) {
                low = value < -1000 ? Double.NEGATIVE_INFINITY : value;
            }
            if (value > high + 1) {
                high = value > 1000 ? Double.POSITIVE_INFINITY : value;
            }
        }
        return new double[] {low, high};
    }

    /// The mean of its values where its argument is standard-normal.
    double mean() {
        double sum = 0;
        double weights = 0;
        for (int i = 0; i < places.length; i++) {
            double weight = StrictMath.exp(-places[i] * places[i] / 2);
            if (weight > 1e-30) {
                sum += weight * values[i];
                weights += weight;
            }
        }
        return sum / weights;
    }

    /// Whether its values lie around 0 when its arguments do.
    boolean centred() {
        return Math.abs(mean()) < 1e-3;
    }

    /// The place below which it is flat, or NaN when it is not.
    double flatBelow() {
        int i = 0;
        while (i < slopes.length && Math.abs(slopes[i]) < FLAT) {
            i++;
        }
        return i == 0 || i == slopes.length ? Double.NaN : places[i - 1];
    }

    /// The place above which it is flat, or NaN when it is not.
    double flatAbove() {
        int i = slopes.length - 1;
        while (i >= 0 && Math.abs(slopes[i]) < FLAT) {
            i--;
        }
        return i == slopes.length - 1 || i < 0 ? Double.NaN : places[i + 1];
    }

    double leftEnd() {
        return values[0];
    }

    double rightEnd() {
        return values[values.length - 1];
    }
}
