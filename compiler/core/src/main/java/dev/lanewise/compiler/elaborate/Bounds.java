package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.syntax.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What the train block bounds: gradients, before the optimizer sees them (`clip`), and the weights that lead into
/// one unit, after it has changed them (`max_norm`).
final class Bounds {
    private final Elaboration elaboration;
    private final Scope scope;
    private final Graph clip;
    private final double largestNorm;
    private final Map<String, Fans> fans;

    /// `training` is the graph that uses the weights.
    Bounds(
            Elaboration elaboration,
            @Nullable Expression clip,
            @Nullable Expression maxNorm,
            Scope scope,
            Graph training) {
        this.elaboration = elaboration;
        this.scope = scope;
        this.clip = clip == null ? Graph.EMPTY : clipped(clip);
        this.largestNorm = maxNorm == null ? Double.POSITIVE_INFINITY : positive(maxNorm, "max_norm");
        this.fans = Fans.of(training);
    }

    private double positive(Expression expression, String key) {
        try {
            var meaning = elaboration.evaluator.evaluate(expression, scope);
            if (meaning instanceof Meaning.Number(double number) && number > 0) {
                return number;
            }
            scope.error(
                    ElaborationCode.BAD_SETTING,
                    expression.span(),
                    "`" + key + "` cannot be " + Operators.describe(meaning, scope),
                    Note.expected("a number above 0"));
        } catch (Abandoned reported) {
            // told
        }
        return Double.POSITIVE_INFINITY;
    }

    // Gradients

    /// The graph from all gradients to those that rules see, as in `Model`.
    Graph clip() {
        return clip;
    }

    private Graph clipped(Expression entry) {
        if (entry instanceof Expression.Call call
                && call.arguments().size() == 1
                && !call.arguments().getFirst().isNamed()) {
            var origin = scope.origin(entry.span());
            var bound = call.arguments().getFirst().value();
            switch (call.callee().text()) {
                case "norm" -> {
                    return byNorm(new Arithmetic(Graph.builder(), origin), positive(bound, "clip"));
                }
                case "value" -> {
                    return byValue(new Arithmetic(Graph.builder(), origin), positive(bound, "clip"));
                }
                default -> {}
            }
        }
        scope.error(
                ElaborationCode.BAD_SETTING,
                entry.span(),
                "`clip` cannot be this",
                Note.expected("norm(1.0), one norm over all gradients, or value(0.5), each element"));
        return Graph.EMPTY;
    }

    private record Gradient(String parameter, Value value) {}

    private List<Gradient> gradients(Arithmetic arithmetic) {
        var gradients = new ArrayList<Gradient>();
        for (var weight : elaboration.weights.trained()) {
            var leaf = new Prim.Input(weight.name());
            var type = Type.batch(weight.shape());
            gradients.add(new Gradient(weight.name(), arithmetic.builder().leaf(leaf, type, arithmetic.origin())));
        }
        return gradients;
    }

    /// All gradients times c / norm where their norm, taken as one vector, is above c. The squares are added
    /// parameter by parameter, in the order of their declaration.
    private Graph byNorm(Arithmetic arithmetic, double bound) {
        var gradients = gradients(arithmetic);
        var total = arithmetic.fill(0);
        for (var gradient : gradients) {
            var square = arithmetic.mul(gradient.value(), gradient.value());
            total = arithmetic.add(total, arithmetic.sum(square, arithmetic.axes(square), false));
        }
        var factor = shrinking(total, bound, arithmetic);
        gradients.forEach(gradient -> result(gradient, arithmetic.mul(gradient.value(), factor), arithmetic));
        return arithmetic.builder().build();
    }

    private Graph byValue(Arithmetic arithmetic, double bound) {
        for (var gradient : gradients(arithmetic)) {
            var below = arithmetic.apply(Op.MIN, gradient.value(), arithmetic.fill(bound));
            result(gradient, arithmetic.apply(Op.MAX, below, arithmetic.fill(-bound)), arithmetic);
        }
        return arithmetic.builder().build();
    }

    private static void result(Gradient gradient, Value value, Arithmetic arithmetic) {
        arithmetic.builder().result(Result.Role.VALUE, gradient.parameter(), value);
    }

    /// 1, or what brings vectors with these sums of squares down to the length `bound`.
    private static Value shrinking(Value squares, double bound, Arithmetic arithmetic) {
        var norm = arithmetic.apply(Op.SQRT, squares);
        var above = arithmetic.apply(Op.LT, arithmetic.fill(bound), norm);
        return arithmetic.select(above, arithmetic.div(arithmetic.fill(bound), norm), arithmetic.fill(1));
    }

    // Weights

    /// The axes of a weight whose elements lead into one unit, where `max_norm` bounds them; else none.
    List<Integer> incoming(WeightTable.Entry weight) {
        if (!weight.kernel() || Double.isInfinite(largestNorm)) {
            return List.of();
        }
        return fans.getOrDefault(weight.name(), Fans.plain(weight.shape()))
                .with(weight.shape())
                .incoming();
    }

    /// The new value of a weight, each unit's part of it shortened to at most the norm.
    Value bounded(WeightTable.Entry weight, Value value, Drawing drawing) {
        var axes = incoming(weight);
        if (axes.isEmpty()) {
            return value;
        }
        var arithmetic =
                new Arithmetic(drawing.builder(), drawing.builder().node(value).origin());
        var factor = shrinking(arithmetic.sum(arithmetic.mul(value, value), axes, false), largestNorm, arithmetic);
        var kept = arithmetic.axes(value).stream()
                .filter(axis -> !axes.contains(axis))
                .toList();
        return arithmetic.mul(value, arithmetic.spread(factor, drawing.builder().type(value), kept));
    }
}
