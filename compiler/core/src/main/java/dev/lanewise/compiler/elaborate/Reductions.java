package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Meaning.Figure;
import dev.lanewise.compiler.elaborate.Meaning.Items;
import dev.lanewise.compiler.elaborate.Meaning.Tensor;
import dev.lanewise.compiler.elaborate.Meaning.Word;
import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Expression;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// sum, mean, max and their like: over axes, over examples, and in a metric over the data set.
final class Reductions {
    private static final List<String> WORDS = List.of("examples", "space", "channels", "all");

    private Reductions() {}

    /// What is reduced: axes of the example in order, and the examples.
    private record Over(List<Integer> axes, boolean examples) {}

    static Meaning reduce(BuiltinCall call) {
        return switch (call.name()) {
            case "covariance" -> covariance(call);
            case "count" -> count(call);
            case "argmax" -> argmax(call);
            default -> reduce(call, call.meaning("x"));
        };
    }

    /// `max(a, over: ...)`, whose value is called `a`.
    static Meaning extreme(BuiltinCall call) {
        return reduce(call, call.meaning("a"));
    }

    private static Meaning reduce(BuiltinCall call, Meaning meaning) {
        if (meaning instanceof Meaning.Number || meaning instanceof Figure) {
            return meaning;
        }
        var scope = call.scope();
        var value = Operators.value(meaning, scope, call.span(), call.name());
        var over = over(call, value);
        var arithmetic = call.arithmetic();
        if (over.examples() && scope.drawing().measure() != null) {
            return figure(call, value, over);
        }
        allowExamples(call, over, value);
        var reduced = switch (call.name()) {
            case "sum" -> arithmetic.sum(value, over.axes(), over.examples());
            case "mean" -> arithmetic.mean(value, over.axes(), over.examples());
            case "max", "maximum" -> arithmetic.max(value, over.axes(), over.examples());
            case "min", "minimum" ->
                arithmetic.neg(arithmetic.max(arithmetic.neg(value), over.axes(), over.examples()));
            case "variance" -> {
                var mean = arithmetic.mean(value, over.axes(), over.examples());
                var distance = arithmetic.sub(value, kept(mean, value, over, call));
                yield arithmetic.mean(arithmetic.mul(distance, distance), over.axes(), over.examples());
            }
            default -> throw new AssertionError(call.name());
        };
        return new Tensor(kept(reduced, value, over, call), 0);
    }

    /// The reduced value with its axes kept at extent 1, unless none is left.
    private static Value kept(Value reduced, Value whole, Over over, BuiltinCall call) {
        var shape = call.shape(whole);
        if (over.axes().size() == shape.rank()) {
            return reduced;
        }
        var extents = new ArrayList<Integer>();
        for (int axis = 0; axis < shape.rank(); axis++) {
            extents.add(over.axes().contains(axis) ? 1 : shape.extent(axis));
        }
        return call.arithmetic().reshape(reduced, new Shape(extents));
    }

    private static void allowExamples(BuiltinCall call, Over over, Value value) {
        var scope = call.scope();
        if (!over.examples()) {
            return;
        }
        if (!call.type(value).perExample()) {
            throw call.error(
                    ElaborationCode.NO_EXAMPLES,
                    "this value is one for the whole batch, there are no examples to reduce over",
                    Note.found("a batch-wide value of shape " + call.shape(value)));
        }
        if (scope.drawing().purpose() == Drawing.Purpose.PREDICTION) {
            if (scope.drawing().isTentative()) {
                throw new Drawing.BatchStatistic();
            }
            throw call.error(
                    ElaborationCode.BATCH_IN_PREDICTION,
                    "in prediction a value cannot depend on other examples",
                    Note.help("`if training { ... } else { ... }`, with a state that keeps the statistic for"
                            + " prediction"));
        }
    }

    /// A sum or mean over the data set.
    private static Meaning figure(BuiltinCall call, Value value, Over over) {
        var scope = call.scope();
        var measure = scope.drawing().measure();
        var arithmetic = call.arithmetic();
        boolean average = call.name().equals("mean");
        if (measure == null || !average && !call.name().equals("sum")) {
            throw call.error(
                    ElaborationCode.METRIC_FORM,
                    "over the data set there are sums and means, not `" + call.name() + "`");
        }
        var each = arithmetic.sum(value, over.axes(), false);
        if (!call.type(each).shape().equals(Shape.SCALAR) && call.shape(each).size() != 1) {
            throw call.error(
                    ElaborationCode.METRIC_FORM,
                    "a sum over the data set is one number",
                    Note.found("a value of shape " + call.shape(each) + " for each example"),
                    Note.help("sum over its axes too: `over: [examples, all]`"));
        }
        var scalar = perExample(arithmetic.reshape(each, Shape.SCALAR), arithmetic);
        var leaf = measure.leaf(
                Result.Role.METRIC_SUM, arithmetic.sum(scalar, List.of(), true), scope.origin(call.span()));
        if (!average) {
            return new Figure(leaf);
        }
        var formula = new Arithmetic(measure.formula(), scope.origin(call.span()));
        return new Figure(formula.div(leaf, examples(formula, elements(call.shape(value), over))));
    }

    /// A batch-wide scalar as one that every example has.
    static Value perExample(Value scalar, Arithmetic arithmetic) {
        return arithmetic.broadcast(
                scalar, Type.example(arithmetic.builder().type(scalar).shape()));
    }

    private static Value examples(Arithmetic formula, double each) {
        var examples = formula.run(Prim.RunScalar.EXAMPLES);
        return each == 1 ? examples : formula.mul(examples, each);
    }

    private static double elements(Shape shape, Over over) {
        double product = 1;
        for (int axis : over.axes()) {
            product *= shape.extent(axis);
        }
        return product;
    }

    private static Meaning count(BuiltinCall call) {
        var value = call.value("x");
        var over = over(call, value);
        double each = elements(call.shape(value), over);
        if (!over.examples()) {
            return Meaning.of(each);
        }
        var measure = call.scope().drawing().measure();
        if (measure != null) {
            var formula = new Arithmetic(measure.formula(), call.scope().origin(call.span()));
            return new Figure(examples(formula, each));
        }
        allowExamples(call, over, value);
        return new Tensor(examples(call.arithmetic(), each), 0);
    }

    private static Meaning argmax(BuiltinCall call) {
        var value = call.value("x");
        var over = over(call, value);
        if (over.examples()) {
            throw call.error(ElaborationCode.NO_EXAMPLES, "argmax looks at the axes of one example");
        }
        if (over.axes().isEmpty()) {
            return Meaning.of(0.0);
        }
        var place = call.scope()
                .builder()
                .add(new Prim.ArgMax(over.axes()), call.arithmetic().origin(), value);
        return new Tensor(kept(place, value, over, call), (int) elements(call.shape(value), over));
    }

    private static Meaning covariance(BuiltinCall call) {
        var value = call.value("x");
        var over = over(call, value);
        if (!over.examples() || !over.axes().isEmpty() || call.shape(value).rank() != 1) {
            throw call.error(
                    ElaborationCode.SHAPE_MISMATCH,
                    "covariance takes a vector and `over: examples`",
                    Note.found("a value of shape " + call.shape(value)));
        }
        allowExamples(call, over, value);
        var arithmetic = call.arithmetic();
        var distance = arithmetic.sub(value, arithmetic.mean(value, List.of(), true));
        var sum = arithmetic.contract("i", distance, "j", distance, "ij", true);
        return new Tensor(arithmetic.apply(Op.DIV, sum, arithmetic.run(Prim.RunScalar.EXAMPLES)), 0);
    }

    // Axes

    private static Over over(BuiltinCall call, Value value) {
        int rank = call.shape(value).rank();
        if (!call.has("over")) {
            return new Over(IntStream.range(0, rank).boxed().toList(), false);
        }
        var given = call.given("over");
        var axes = new TreeSet<Integer>();
        boolean examples;
        if (given.ready() == null && given.expression() instanceof Expression.Items items) {
            examples = false;
            for (var element : items.elements()) {
                examples |= add(call, element, given.homeOr(call.scope()), rank, axes);
            }
        } else if (given.ready() == null) {
            examples = add(call, given.expression(), given.homeOr(call.scope()), rank, axes);
        } else {
            examples = add(call, given.ready(), given.span(), rank, axes);
        }
        return new Over(List.copyOf(axes), examples);
    }

    /// Adds what one entry of `over` names; whether that is the examples.
    private static boolean add(BuiltinCall call, Expression entry, Scope home, int rank, Set<Integer> axes) {
        var word = call.word(entry, home, WORDS);
        if (!word.isEmpty()) {
            return add(call, word, entry.span(), rank, axes);
        }
        if (entry instanceof Expression.Path path
                && path.isSimple()
                && !home.names().containsKey(path.text())) {
            return add(call, path.text(), entry.span(), rank, axes);
        }
        return add(call, call.elaboration().evaluator.evaluate(entry, home), entry.span(), rank, axes);
    }

    private static boolean add(BuiltinCall call, Meaning meaning, Span span, int rank, Set<Integer> axes) {
        return switch (meaning) {
            case Word(String word, var _) -> add(call, word, span, rank, axes);
            case Items(var elements) -> {
                boolean examples = false;
                for (var element : elements) {
                    examples |= add(call, element, span, rank, axes);
                }
                yield examples;
            }
            default -> {
                axes.add(call.axis(meaning, span, rank));
                yield false;
            }
        };
    }

    private static boolean add(BuiltinCall call, String word, Span span, int rank, Set<Integer> axes) {
        switch (word) {
            case "examples" -> {
                return true;
            }
            case "all" -> IntStream.range(0, rank).forEach(axes::add);
            case "space" -> IntStream.range(1, rank).forEach(axes::add);
            case "channels" -> {
                if (rank > 0) {
                    axes.add(0);
                }
            }
            default ->
                throw call.scope()
                        .error(
                                ElaborationCode.UNKNOWN_WORD,
                                span,
                                "`" + word + "` is no axis",
                                Note.expected("examples, space, channels, all, an axis number, or a list of these"),
                                Names.suggestion(word, WORDS, Note.help("axes count from 0, without the batch")));
        }
        return false;
    }
}
