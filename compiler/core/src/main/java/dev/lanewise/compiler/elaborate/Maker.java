package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Meaning.Tensor;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Expression.Binary;
import dev.lanewise.dsl.syntax.Expression.BinaryOperator;
import dev.lanewise.dsl.syntax.Expression.Call;
import dev.lanewise.dsl.syntax.Expression.Path;
import java.util.Optional;

/// Who made a value as large as it is: where two sizes must agree and one of them is that of an input or target,
/// which the data fix, the mistake is in the layer that the other comes from.
final class Maker {
    private final Elaboration elaboration;
    private final Scope scope;

    Maker(Elaboration elaboration, Scope scope) {
        this.elaboration = elaboration;
        this.scope = scope;
    }

    /// The user's call of that layer, when `condition` is `size(a) == size(b)` (or of shape, or classes) of two
    /// values.
    Optional<Span> ofUnequal(Expression condition) {
        if (!(condition instanceof Binary binary && binary.operator() == BinaryOperator.EQUAL)) {
            return Optional.empty();
        }
        var left = measured(binary.left());
        var right = measured(binary.right());
        if (left.isEmpty() || right.isEmpty() || isPort(left.get()) == isPort(right.get())) {
            return Optional.empty();
        }
        return of(isPort(left.get()) ? right.get() : left.get());
    }

    private Optional<Value> measured(Expression expression) {
        return expression instanceof Call call
                        && call.arguments().size() == 1
                        && call.arguments().getFirst().value() instanceof Path path
                        && scope.names().get(path.text()) instanceof Tensor(var value, int _)
                ? Optional.of(value)
                : Optional.empty();
    }

    private boolean isPort(Value value) {
        return scope.builder().node(value).prim() instanceof Prim.Input;
    }

    /// Looks through what keeps the size: activations, normalisation, dropout.
    private Optional<Span> of(Value value) {
        var now = value;
        while (true) {
            var layer = layer(now);
            if (layer.isEmpty()) {
                return Optional.empty();
            }
            var before = input(now);
            if (before.isEmpty() || isSized(layer.get(), before.get())) {
                return Optional.of(layer.get().origin().span());
            }
            now = before.get();
        }
    }

    private Optional<Model.Layer> layer(Value value) {
        return scope.drawing().layers().applied().reversed().stream()
                .filter(layer -> layer.value().equals(value))
                .findFirst();
    }

    private Optional<Value> input(Value value) {
        return scope.drawing().applications().reversed().stream()
                .filter(application -> application.output().equals(value)
                        && application.input().node() < value.node())
                .map(Drawing.Application::input)
                .findFirst();
    }

    /// Whether the layer was told how large its result is, or changes the shape by itself.
    private boolean isSized(Model.Layer layer, Value input) {
        boolean changes =
                !scope.type(input).shape().equals(scope.type(layer.value()).shape());
        return changes
                || elaboration
                        .library
                        .find(Calls.VALUES, layer.kind(), false)
                        .map(entry -> entry.declaration().parameters().stream()
                                        .filter(p -> !p.hasDefault())
                                        .count()
                                > 1)
                        .orElse(false);
    }
}
