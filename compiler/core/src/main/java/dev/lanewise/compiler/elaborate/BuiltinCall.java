package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Meaning.Items;
import dev.lanewise.compiler.elaborate.Meaning.Tensor;
import dev.lanewise.compiler.elaborate.Meaning.Word;
import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Expression.Path;
import dev.lanewise.dsl.syntax.Identifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A call of a built-in: its arguments by the names that its documentation in the prelude gives them.
record BuiltinCall(Elaboration elaboration, Declaration declaration, Map<String, Given> given, Span span, Scope scope) {

    String name() {
        return declaration.name().text();
    }

    boolean has(String parameter) {
        return given.containsKey(parameter);
    }

    Given given(String parameter) {
        var found = given.get(parameter);
        if (found == null) {
            throw elaboration.arguments.missing(declaration, new Identifier(parameter, span), span, scope);
        }
        return found;
    }

    Span span(String parameter) {
        return has(parameter) ? given(parameter).span() : span;
    }

    Meaning meaning(String parameter) {
        var found = given(parameter);
        var ready = found.ready();
        return ready != null ? ready : elaboration.evaluator.evaluate(found.expression(), found.homeOr(scope));
    }

    /// A value of the graph.
    Value value(String parameter) {
        return Operators.value(meaning(parameter), scope, span(parameter), name());
    }

    Type type(Value value) {
        return scope.type(value);
    }

    Shape shape(Value value) {
        return scope.type(value).shape();
    }

    Arithmetic arithmetic() {
        return scope.arithmetic(span, name());
    }

    int whole(String parameter, int least) {
        return elaboration.evaluator.whole(meaning(parameter), span(parameter), scope, "`" + parameter + "`", least);
    }

    int whole(String parameter, int least, int otherwise) {
        return has(parameter) ? whole(parameter, least) : otherwise;
    }

    double number(String parameter, double otherwise) {
        return has(parameter)
                ? elaboration.evaluator.number(meaning(parameter), span(parameter), scope, "`" + parameter + "`")
                : otherwise;
    }

    /// One number for all, or a list with one for each.
    List<Integer> wholes(String parameter, int count, int least, int otherwise) {
        var meaning = has(parameter) ? meaning(parameter) : Meaning.of((double) otherwise);
        var span = span(parameter);
        var what = "`" + parameter + "`";
        var numbers = new ArrayList<Integer>();
        if (meaning instanceof Items(var elements)) {
            if (elements.size() != count) {
                throw scope.error(
                        ElaborationCode.WRONG_KIND,
                        span,
                        what + " of `" + name() + "` is one number or a list of " + count,
                        Note.found(meaning.text()));
            }
            elements.forEach(e -> numbers.add(elaboration.evaluator.whole(e, span, scope, what, least)));
        } else {
            int number = elaboration.evaluator.whole(meaning, span, scope, what, least);
            for (int i = 0; i < count; i++) {
                numbers.add(number);
            }
        }
        return numbers;
    }

    /// An axis of a value, counted from 0, or from the end when negative.
    int axis(String parameter, Value value) {
        int rank = shape(value).rank();
        var meaning = given(parameter).expression() instanceof Path path
                        && path.text().equals("channels")
                ? Meaning.of(0.0)
                : meaning(parameter);
        return axis(meaning, span(parameter), rank);
    }

    int axis(Meaning meaning, Span at, int rank) {
        int axis = elaboration.evaluator.whole(meaning, at, scope, "an axis", Integer.MIN_VALUE);
        int counted = axis < 0 ? axis + rank : axis;
        if (counted < 0 || counted >= rank) {
            throw scope.error(
                    ElaborationCode.AXIS_RANGE,
                    at,
                    "there is no axis " + axis,
                    Note.found("a value with " + rank + (rank == 1 ? " axis" : " axes")),
                    Note.expected(rank == 0 ? "a value with axes" : "an axis from 0 to " + (rank - 1)));
        }
        return counted;
    }

    /// The argument as a word, when it is a bare name among `words` or stands for one; else an empty text.
    String word(Expression expression, Scope home, List<String> words) {
        if (expression instanceof Path path && path.isSimple()) {
            var bound = home.names().get(path.text());
            if (words.contains(path.text())) {
                return path.text();
            }
            if (bound instanceof Word(String word, var _)) {
                return word;
            }
        }
        return "";
    }

    /// A new value of the graph, unless it is too large.
    Tensor tensor(Value value) {
        Operators.tooLarge(shape(value), scope, span);
        return new Tensor(value, 0);
    }

    Abandoned error(ElaborationCode code, String message, Note... notes) {
        return scope.error(code, span, message, notes);
    }
}
