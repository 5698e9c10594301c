package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Meaning.Figure;
import dev.lanewise.compiler.elaborate.Meaning.Number;
import dev.lanewise.compiler.elaborate.Meaning.Shapeless;
import dev.lanewise.compiler.elaborate.Meaning.Tensor;
import dev.lanewise.compiler.elaborate.Meaning.Truth;
import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Shapes;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.scalar.Float64;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Operations element by element on whatever expressions stand for: numbers are folded, values broadcast and
/// become nodes.
final class Operators {
    /// Elements of one value; more cannot be numbered in one array of 32 examples.
    static final long MOST_ELEMENTS = 1L << 30;

    private Operators() {}

    /// `what` is how a message names the operation: `a + b`, `max`.
    static Meaning apply(Op op, Scope scope, Span span, String what, Meaning... operands) {
        return apply(op, scope, span, what, scope.arithmetic(span), operands);
    }

    /// An operation that is a built-in function, whose nodes bear its name.
    static Meaning builtin(Op op, Scope scope, Span span, String name, Meaning... operands) {
        return apply(op, scope, span, name, scope.arithmetic(span, name), operands);
    }

    private static Meaning apply(
            Op op, Scope scope, Span span, String what, Arithmetic arithmetic, Meaning... operands) {
        for (var operand : operands) {
            check(scope, span, what, operand);
        }
        if (Arrays.stream(operands).allMatch(Meaning::isKnown)) {
            var x = Arrays.stream(operands).mapToDouble(Operators::constant).toArray();
            double result = Float64.apply(op, x[0], x.length > 1 ? x[1] : 0, x.length > 2 ? x[2] : 0);
            if (!Double.isFinite(result) && Arrays.stream(x).allMatch(Double::isFinite)) {
                throw notFinite(op, scope, span, what, result, operands);
            }
            return isTruth(op) ? new Truth(result != 0) : new Number(result);
        }
        if (Arrays.stream(operands).anyMatch(Figure.class::isInstance)) {
            return figures(op, scope, span, operands);
        }
        var values = Arrays.stream(operands)
                .filter(Tensor.class::isInstance)
                .map(operand -> scope.type(((Tensor) operand).value()))
                .toList();
        if (values.isEmpty()) {
            return new Shapeless(type -> arithmetic.apply(
                    op,
                    Arrays.stream(operands).map(o -> at(o, type, arithmetic)).toArray(Value[]::new)));
        }
        var context = fitting(values, scope, span, what);
        var inputs =
                Arrays.stream(operands).map(o -> at(o, context, arithmetic)).toArray(Value[]::new);
        var types = Arrays.stream(inputs).map(scope::type).toList();
        tooLarge(fitting(types, scope, span, what).shape(), scope, span);
        return new Tensor(arithmetic.apply(op, inputs), 0);
    }

    private static Abandoned notFinite(Op op, Scope scope, Span span, String what, double result, Meaning... operands) {
        var texts = Arrays.stream(operands).map(Meaning::text).toList();
        boolean sign = texts.size() == 2 && !Character.isLetter(what.charAt(0));
        var call = sign
                ? texts.getFirst() + " " + what + " " + texts.getLast()
                : what + "(" + String.join(", ", texts) + ")";
        return scope.error(
                ElaborationCode.NOT_FINITE,
                span,
                op == Op.DIV ? "this divides by zero" : "this has no value that is a finite number",
                Note.found(call + (Double.isNaN(result) ? ", which is no number" : ", which is infinite")));
    }

    private static boolean isTruth(Op op) {
        return switch (op) {
            case NOT, LT, LE, EQ, NE, AND, OR -> true;
            default -> false;
        };
    }

    private static Value at(Meaning operand, Type context, Arithmetic arithmetic) {
        return switch (operand) {
            case Tensor(Value value, int _) -> value;
            case Shapeless(var shape) -> shape.apply(context);
            default -> arithmetic.fill(constant(operand));
        };
    }

    private static double constant(Meaning known) {
        return known instanceof Truth(boolean value) ? (value ? 1 : 0) : ((Number) known).value();
    }

    private static void check(Scope scope, Span span, String what, Meaning operand) {
        switch (operand) {
            case Number _, Truth _, Tensor _, Shapeless _, Figure _ -> {}
            case Meaning.Broken _ -> throw new Abandoned();
            default ->
                throw scope.error(
                        ElaborationCode.WRONG_KIND,
                        span,
                        "`" + what + "` takes numbers and values, not " + describe(operand, scope));
        }
    }

    /// The kind of a meaning in words.
    static String describe(Meaning meaning, Scope scope) {
        return switch (meaning) {
            case Number n -> "the number " + n.text();
            case Truth t -> t.text();
            case Meaning.Text t -> "the text \"" + t.value() + "\"";
            case Meaning.Word w -> "the word " + w.word();
            case Meaning.Items i -> "the list " + i.text();
            case Tensor(Value value, int _) ->
                "a value of shape " + scope.type(value).shape();
            case Shapeless _ -> "a value without a shape of its own";
            case Figure _ -> "a figure over the data set";
            case Meaning.Table _ -> "a table over the data set";
            case Meaning.Initialiser i -> "the initialiser " + i.text();
            case Meaning.SharedLayer l -> "the layer " + l.path();
            case Meaning.AllWeights _ -> "`weights`, which only a penalty such as l2 takes";
            case Meaning.Broken _ -> throw new Abandoned();
        };
    }

    private static Meaning figures(Op op, Scope scope, Span span, Meaning... operands) {
        var measure = scope.drawing().measure();
        var values = new ArrayList<Value>();
        for (var operand : operands) {
            if (measure == null || !(operand instanceof Figure) && !operand.isKnown()) {
                throw scope.error(
                        ElaborationCode.METRIC_FORM,
                        span,
                        "a figure over the data set cannot be combined with a value per example",
                        Note.help("write the metric in one pass: sums over examples first, then a formula on them"));
            }
            var formula = new Arithmetic(measure.formula(), scope.origin(span));
            values.add(operand instanceof Figure(Value value) ? value : formula.fill(constant(operand)));
        }
        if (measure == null) {
            throw new Abandoned();
        }
        return new Figure(Arithmetic.apply(measure.formula(), op, scope.origin(span), values.toArray(Value[]::new)));
    }

    /// The type to which all broadcast, or an error that spells them out.
    static Type fitting(List<Type> types, Scope scope, Span span, String what) {
        if (Shapes.broadcastable(types)) {
            return Shapes.broadcast(types);
        }
        var shapes = types.stream().map(t -> t.shape().toString()).distinct().collect(Collectors.joining(" and "));
        throw scope.error(
                ElaborationCode.SHAPE_MISMATCH,
                span,
                "`" + what + "` cannot combine these shapes",
                Note.found(shapes),
                Note.expected("equal extents, aligned at the last axis, or extents of 1"));
    }

    /// A value of the graph, whatever stands for it.
    static Value value(Meaning meaning, Scope scope, Span span, String what) {
        check(scope, span, what, meaning);
        return switch (meaning) {
            case Tensor(Value value, int _) -> value;
            case Shapeless(var shape) -> shape.apply(unshaped(scope.drawing()));
            case Figure _ ->
                throw scope.error(
                        ElaborationCode.METRIC_FORM,
                        span,
                        "`" + what + "` cannot take a figure over the data set",
                        Note.help("reduce over the examples last"));
            default -> scope.arithmetic(span).fill(constant(meaning));
        };
    }

    /// What has no shape of its own has that of the weight, in its first value; else it is a scalar.
    private static Type unshaped(Drawing drawing) {
        var fans = drawing.fans();
        if (fans != null) {
            return Type.batch(fans.shape());
        }
        return drawing.purpose() == Drawing.Purpose.INITIAL ? Type.batch(Shape.SCALAR) : Type.example(Shape.SCALAR);
    }

    /// Powers with a whole exponent are multiplied out; others are IEEE pow.
    static Meaning power(Meaning base, Meaning exponent, Scope scope, Span span) {
        boolean whole = exponent instanceof Number(double n) && n == Math.rint(n) && Math.abs(n) <= 64;
        if (!whole || base.isKnown()) {
            return apply(Op.POW, scope, span, "^", base, exponent);
        }
        check(scope, span, "^", base);
        int n = (int) ((Number) exponent).value();
        if (n == 0) {
            return apply(Op.ADD, scope, span, "^", apply(Op.MUL, scope, span, "^", base, Meaning.of(0)), Meaning.of(1));
        }
        var product = product(base, Math.abs(n), scope, span);
        return n > 0 ? product : apply(Op.DIV, scope, span, "^", Meaning.of(1), product);
    }

    private static Meaning product(Meaning base, int n, Scope scope, Span span) {
        if (n == 1) {
            return base;
        }
        var half = product(base, n / 2, scope, span);
        var square = apply(Op.MUL, scope, span, "^", half, half);
        return n % 2 == 0 ? square : apply(Op.MUL, scope, span, "^", square, base);
    }

    /// Reports a value with more elements than can be numbered.
    static void tooLarge(Shape shape, Scope scope, Span span) {
        double size = 1;
        for (int extent : shape.extents()) {
            size *= extent;
        }
        if (size > MOST_ELEMENTS) {
            throw scope.error(
                    ElaborationCode.TOO_LARGE,
                    span,
                    "a value of shape " + shape + " has too many elements",
                    Note.found(String.format(Locale.ROOT, "%.0f elements", size)),
                    Note.expected("at most " + MOST_ELEMENTS));
        }
    }
}
