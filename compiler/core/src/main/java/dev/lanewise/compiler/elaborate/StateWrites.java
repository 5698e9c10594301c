package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Meaning.Tensor;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Shapes;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.syntax.Statement;
import java.util.List;

/// What is written into states: `name <- value`.
final class StateWrites {
    private final Elaboration elaboration;

    StateWrites(Elaboration elaboration) {
        this.elaboration = elaboration;
    }

    void write(Statement.Write write, Scope scope) {
        var local = write.name().text();
        var full = scope.states().get(local);
        if (full == null) {
            throw scope.error(
                    ElaborationCode.UNKNOWN_STATE,
                    write.name().span(),
                    "there is no state `" + local + "` here",
                    Names.suggestion(
                            local,
                            scope.states().keySet(),
                            Note.help("declare it above: `state " + local + " = zeros`")));
        }
        var entry = elaboration.weights.find(full);
        var shape = entry == null ? elaboration.ruleShape() : entry.shape();
        var drawing = scope.drawing();
        boolean written = drawing.purpose() != Drawing.Purpose.PREDICTION;
        var value = written ? written(write, scope) : drawing.tentatively(() -> written(write, scope));
        if (value == null) {
            return;
        }
        var fitting = fit(value, shape, local, write, scope);
        if (written && drawing.updates().containsKey(full)) {
            throw scope.error(
                    ElaborationCode.STATE_TWICE, write.span(), "the state `" + full + "` is written twice in a step");
        }
        if (entry != null
                && entry.kind() == Weight.Kind.OPTIMIZER
                && entry.shape().rank() > 0) {
            fitting = scope.arithmetic(write.span()).apply(Op.FLUSH, fitting);
        }
        scope.bind(local, new Tensor(fitting, 0));
        if (written && !scope.isFrozen()) {
            drawing.updates().put(full, fitting);
        }
    }

    private Value written(Statement.Write write, Scope scope) {
        return Operators.value(
                elaboration.evaluator.evaluate(write.value(), scope),
                scope,
                write.value().span(),
                "<-");
    }

    private Value fit(Value value, Shape shape, String local, Statement.Write write, Scope scope) {
        var type = scope.type(value);
        var arithmetic = scope.arithmetic(write.span());
        if (type.perExample()) {
            throw scope.error(
                    ElaborationCode.STATE_PER_EXAMPLE,
                    write.value().span(),
                    "the state `" + local + "` cannot take a value per example",
                    Note.found("a value per example, of shape " + type.shape()),
                    Note.help("reduce it over the examples: `mean(..., over: examples)`"));
        }
        if (type.shape().equals(shape)) {
            return value;
        }
        var types = List.of(type, Type.batch(shape));
        boolean grows =
                Shapes.broadcastable(types) && Shapes.broadcast(types).shape().equals(shape);
        if (grows) {
            return arithmetic.broadcast(value, types.get(1));
        }
        if (type.shape().size() == 1 && shape.size() == 1) {
            return arithmetic.reshape(value, shape);
        }
        throw scope.error(
                ElaborationCode.SHAPE_MISMATCH,
                write.value().span(),
                "the state `" + local + "` has another shape",
                Note.found("float" + type.shape()),
                Note.expected("float" + shape));
    }
}
