package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Meaning.Tensor;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Expression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One declaration as a graph of its own: what `explain` differentiates, evaluates and plots.
public final class Formula {
    /// The name of the result.
    public static final String RESULT = "value";

    private Formula() {}

    /// The graph of a `fn`, or of a block of scalars, at its defaults: an `Input`, a number per example, for
    /// each parameter without one, and the result VALUE named [#RESULT]. Learned arguments have their first
    /// values. Nothing when it cannot be elaborated so.
    public static Optional<Graph> of(Library library, Declaration declaration, Diagnostics diagnostics) {
        var elaboration = new Elaboration(library, diagnostics);
        var drawing = new Drawing(Drawing.Purpose.PREDICTION, elaboration.draws);
        var scope = Scope.outermost(Kind.NETWORK, drawing, diagnostics);
        var given = new ArrayList<Given>();
        var example = Type.example(Shape.SCALAR);
        for (var parameter : declaration.parameters()) {
            if (!parameter.hasDefault()) {
                var name = parameter.name().text();
                var leaf = drawing.builder().leaf(new Prim.Input(name), example, scope.origin(parameter.span()));
                given.add(Given.of(new Expression.Missing(parameter.span()), new Tensor(leaf, 0)));
            }
        }
        try {
            var entry = new Library.Entry(declaration, elaboration.calls.isLibrary(declaration));
            var span = declaration.name().span();
            var meaning = elaboration.calls.expand(entry, given, false, span, scope);
            var arithmetic = scope.arithmetic(span);
            var result =
                    Operators.value(meaning, scope, span, declaration.name().text());
            if (scope.type(result).shape().size() != 1) {
                return Optional.empty();
            }
            var value = arithmetic.broadcast(arithmetic.reshape(result, Shape.SCALAR), example);
            drawing.builder().result(Result.Role.VALUE, RESULT, value);
            return Optional.of(withFirstValues(drawing.builder().build(), elaboration.weights));
        } catch (Abandoned reported) {
            return Optional.empty();
        }
    }

    private static Graph withFirstValues(Graph graph, WeightTable weights) {
        Map<String, Double> first = new HashMap<>();
        for (var entry : weights.all()) {
            if (entry.kind() == Weight.Kind.PARAMETER) {
                first.put(entry.name(), number(entry.initial()));
            }
        }
        return graph.rebuild((node, out) -> node.prim() instanceof Prim.Parameter(String name)
                ? filled(first.getOrDefault(name, 0.0), node.type(), node.origin(), out)
                : out.add(node));
    }

    private static Value filled(double number, Type type, Origin origin, Graph.Builder out) {
        return out.leaf(new Prim.Fill(number), type, origin);
    }

    /// The first value of a learned argument that is a plain number; 0 for a draw.
    static double number(Meaning initial) {
        return switch (initial) {
            case Meaning.Number(double value) -> value;
            case Meaning.Initialiser(Expression.Number(var _, double value, var _), var _, var _) -> value;
            default -> 0;
        };
    }

    /// The names of the inputs of [#of], in order.
    public static List<String> inputs(Declaration declaration) {
        return declaration.parameters().stream()
                .filter(parameter -> !parameter.hasDefault())
                .map(parameter -> parameter.name().text())
                .toList();
    }
}
