package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Meaning.Items;
import dev.lanewise.compiler.elaborate.Meaning.Shapeless;
import dev.lanewise.compiler.elaborate.Meaning.Tensor;
import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Prim.Decomposition;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Expression.Path;
import dev.lanewise.dsl.syntax.Identifier;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What declarations marked `= builtin` do.
final class Builtins {
    private final Elaboration elaboration;

    Builtins(Elaboration elaboration) {
        this.elaboration = elaboration;
    }

    Meaning call(Declaration declaration, List<Given> given, Span span, Scope scope) {
        var name = declaration.name().text();
        if (name.equals("concat")) {
            return Structure.concat(declaration, given, span, scope, elaboration);
        }
        var places = elaboration.arguments.places(declaration, given, span, scope);
        var call = new BuiltinCall(elaboration, declaration, places, span, scope);
        return switch (name) {
            case "exp",
                    "log",
                    "log1p",
                    "expm1",
                    "sqrt",
                    "abs",
                    "sign",
                    "sin",
                    "cos",
                    "tan",
                    "tanh",
                    "erf",
                    "sigmoid",
                    "floor" ->
                Operators.builtin(
                        Op.valueOf(name.toUpperCase(Locale.ROOT)),
                        scope,
                        span,
                        name,
                        call.meaning(declaration.parameters().getFirst().name().text()));
            case "where" ->
                Operators.builtin(
                        Op.SELECT, scope, span, name, call.meaning("condition"), call.meaning("a"), call.meaning("b"));
            case "min", "max" -> extreme(call);
            case "stop_gradient" -> stopGradient(call);
            case "bernoulli", "uniform", "normal" -> draw(call);
            case "sum", "mean", "variance", "minimum", "maximum", "covariance", "count", "argmax" ->
                Reductions.reduce(call);
            case "one_hot" -> oneHot(call);
            case "gather" -> gather(call);
            case "reshape", "transpose", "slice", "pad", "windows", "fold" -> Structure.view(call);
            case "contract" -> Structure.contract(call);
            case "positions" -> positions(call);
            case "orthonormal" -> decompose(call, Decomposition.ORTHONORMAL);
            case "eigenvectors" -> decompose(call, Decomposition.EIGENVECTORS);
            case "lsuv" -> {
                scope.drawing().scaleToData();
                yield elaboration.calls.initialiser(
                        new Path(List.of(new Identifier("orthogonal", span)), span), List.of(), span, scope);
            }
            case "along" -> along(call);
            case "gradient" -> gradient(call);
            case "auc", "confusion" -> scored(call);
            case "shape", "rank", "size", "channels", "classes", "extent" -> known(call);
            default -> throw scope.error(ElaborationCode.NOT_AVAILABLE, span, "`" + name + "` is not available yet");
        };
    }

    private Meaning extreme(BuiltinCall call) {
        if (call.has("b")) {
            if (call.has("over")) {
                throw call.error(
                        ElaborationCode.TOO_MANY_ARGUMENTS,
                        "`" + call.name() + "` takes two values, or one value and `over:`");
            }
            return Operators.builtin(
                    call.name().equals("min") ? Op.MIN : Op.MAX,
                    call.scope(),
                    call.span(),
                    call.name(),
                    call.meaning("a"),
                    call.meaning("b"));
        }
        if (call.scope().kind() == Kind.FN) {
            throw call.error(
                    ElaborationCode.NOT_ELEMENTWISE,
                    "in an `fn`, `" + call.name() + "` takes two numbers; with one value it looks at whole values");
        }
        return Reductions.extreme(call);
    }

    private Meaning stopGradient(BuiltinCall call) {
        var meaning = call.meaning("x");
        if (meaning.isKnown()) {
            return meaning;
        }
        if (meaning instanceof Shapeless(var at)) {
            return new Shapeless(type -> call.arithmetic().stop(at.apply(type)));
        }
        return new Tensor(call.arithmetic().stop(call.value("x")), 0);
    }

    /// A draw takes its shape from its arguments when they have one, else from where it is used.
    private Meaning draw(BuiltinCall call) {
        boolean normal = call.name().equals("normal");
        boolean bernoulli = call.name().equals("bernoulli");
        var first = bernoulli ? argument(call, "p", 0.5) : argument(call, normal ? "mean" : "low", 0);
        var second = bernoulli ? Meaning.of(0.0) : argument(call, normal ? "std" : "high", 1);
        if (normal && second instanceof Meaning.Number(double std) && std < 0) {
            throw call.scope()
                    .error(
                            ElaborationCode.REQUIREMENT,
                            call.span("std"),
                            "the standard deviation `std` is at least 0, and not " + second.text());
        }
        var scope = call.scope();
        int number = scope.drawing().nextDraw();
        var arithmetic = call.arithmetic();
        Meaning raw =
                new Shapeless(type -> scope.builder().leaf(new Prim.Random(normal, number), type, arithmetic.origin()));
        for (var argument : List.of(first, second)) {
            if (argument instanceof Tensor(Value value, int _)) {
                var type = Operators.fitting(
                        second instanceof Tensor(Value other, int _)
                                ? List.of(scope.type(value), scope.type(other))
                                : List.of(scope.type(value)),
                        scope,
                        call.span(),
                        call.name());
                raw = new Tensor(scope.builder().leaf(new Prim.Random(normal, number), type, arithmetic.origin()), 0);
                break;
            }
        }
        if (bernoulli) {
            return apply(call, Op.LT, raw, first);
        }
        if (normal) {
            return plus(call, times(call, raw, second), first);
        }
        return plus(call, times(call, raw, minus(call, second, first)), first);
    }

    private Meaning argument(BuiltinCall call, String name, double otherwise) {
        var declared = call.declaration().parameters().stream()
                .filter(p -> p.name().text().equals(name))
                .findFirst();
        if (!call.has(name)) {
            return declared.filter(p -> p.hasDefault())
                    .map(p -> elaboration.evaluator.evaluate(p.initial(), call.scope()))
                    .orElse(Meaning.of(otherwise));
        }
        var meaning = call.meaning(name);
        return meaning instanceof Tensor(Value value, int _)
                ? new Tensor(call.arithmetic().stop(value), 0)
                : meaning;
    }

    private static Meaning plus(BuiltinCall call, Meaning a, Meaning b) {
        return b instanceof Meaning.Number(double n) && n == 0 ? a : apply(call, Op.ADD, a, b);
    }

    private static Meaning times(BuiltinCall call, Meaning a, Meaning b) {
        return b instanceof Meaning.Number(double n) && n == 1 ? a : apply(call, Op.MUL, a, b);
    }

    private static Meaning minus(BuiltinCall call, Meaning a, Meaning b) {
        return apply(call, Op.SUB, a, b);
    }

    private static Meaning apply(BuiltinCall call, Op op, Meaning... operands) {
        return Operators.builtin(op, call.scope(), call.span(), call.name(), operands);
    }

    private Meaning oneHot(BuiltinCall call) {
        var meaning = call.meaning("index");
        var index = call.value("index");
        int known = meaning instanceof Tensor(var _, int classes) ? classes : 0;
        if (!call.has("classes") && known == 0) {
            throw call.error(
                    ElaborationCode.MISSING_ARGUMENT,
                    "`one_hot` cannot know how many classes there are",
                    Note.help("say it: `one_hot(x, 10)`"));
        }
        return call.tensor(call.arithmetic().oneHot(index, call.whole("classes", 1, known)));
    }

    private Meaning gather(BuiltinCall call) {
        var table = call.value("table");
        var meaning = call.meaning("index");
        var index = call.value("index");
        if (call.shape(table).rank() < 1) {
            throw call.error(
                    ElaborationCode.SHAPE_MISMATCH,
                    "`gather` takes rows of a table",
                    Note.found("a table of shape " + call.shape(table)));
        }
        int rows = call.shape(table).extent(0);
        if (!(meaning instanceof Tensor(var _, int words)) || words == 0) {
            throw call.error(
                    ElaborationCode.WRONG_KIND,
                    "rows of a table are taken by classes or indices, not by numbers",
                    Note.found(Operators.describe(meaning, call.scope())),
                    Note.expected("an input of type index[..., " + rows + "] or class[" + rows + "], or an argmax"));
        }
        if (meaning instanceof Tensor(var _, int classes) && classes > rows) {
            throw call.error(
                    ElaborationCode.SHAPE_MISMATCH,
                    "the table has fewer rows than the index has words",
                    Note.found("a table of shape " + call.shape(table)),
                    Note.expected("at least " + classes + " rows"));
        }
        return call.tensor(
                call.scope().builder().add(new Prim.Gather(), call.arithmetic().origin(), table, index));
    }

    private static Meaning decompose(BuiltinCall call, Decomposition to) {
        var scope = call.scope();
        if (!scope.drawing().isOnce()) {
            throw call.error(
                    ElaborationCode.NOT_EACH_STEP,
                    "`" + call.name() + "` is computed once before training, not in each step",
                    Note.help("use it in an `init` or below `fitted NAME = `"));
        }
        var matrix = call.value("m");
        var shape = call.shape(matrix);
        boolean fits = !call.type(matrix).perExample()
                && (to == Decomposition.ORTHONORMAL
                        ? shape.rank() >= 2
                        : shape.rank() == 2 && shape.extent(0) == shape.extent(1));
        if (!fits) {
            throw call.error(
                    ElaborationCode.SHAPE_MISMATCH,
                    "`" + call.name() + "` takes "
                            + (to == Decomposition.ORTHONORMAL ? "a matrix" : "a square, symmetric matrix"),
                    Note.found(
                            "a value of shape " + shape + (call.type(matrix).perExample() ? " for each example" : "")));
        }
        return new Tensor(
                scope.builder().add(new Prim.Decompose(to), call.arithmetic().origin(), matrix), 0);
    }

    private Meaning positions(BuiltinCall call) {
        int axis = call.whole("axis", 0);
        var origin = call.arithmetic().origin();
        var scope = call.scope();
        return new Shapeless(type -> {
            if (axis >= type.shape().rank()) {
                throw call.error(
                        ElaborationCode.AXIS_RANGE,
                        "there is no axis " + axis,
                        Note.found("a value of shape " + type.shape()));
            }
            return scope.builder().leaf(new Prim.Positions(axis), Type.batch(type.shape()), origin);
        });
    }

    /// `[c]` as `[c, 1, ...]`, with as many axes as what it is combined with.
    private Meaning along(BuiltinCall call) {
        var value = call.value("w");
        if (call.shape(value).rank() != 1) {
            throw call.error(
                    ElaborationCode.SHAPE_MISMATCH,
                    "`along` takes one number for each channel, a vector",
                    Note.found("a value of shape " + call.shape(value)));
        }
        boolean first = !call.has("axis")
                || !call.word(call.given("axis").expression(), call.scope(), List.of("channels"))
                        .isEmpty();
        int place = first ? 0 : call.whole("axis", 0);
        return new Shapeless(type -> {
            int rank = Math.max(type.shape().rank(), place + 1);
            var extents = new ArrayList<Integer>();
            for (int i = 0; i < rank; i++) {
                extents.add(i == place ? call.shape(value).extent(0) : 1);
            }
            return call.arithmetic().reshape(value, new Shape(extents));
        });
    }

    private Meaning gradient(BuiltinCall call) {
        var y = call.value("y");
        var x = call.value("wrt");
        if (call.shape(y).size() != 1) {
            throw call.error(
                    ElaborationCode.SHAPE_MISMATCH,
                    "only a scalar has a gradient",
                    Note.found("a value of shape " + call.shape(y)),
                    Note.help("sum it first"));
        }
        var scalar = call.arithmetic().reshape(y, Shape.SCALAR);
        return new Tensor(
                call.scope()
                        .builder()
                        .add(new Prim.Gradient(), call.arithmetic().origin(), scalar, x),
                0);
    }

    /// Metrics that look at all examples together: they are given the scores and the class of each.
    private static Meaning scored(BuiltinCall call) {
        var scores = call.value("scores");
        var meaning = call.meaning("truth");
        var truth = call.value("truth");
        int count = (int) call.shape(scores).size();
        int classes = meaning instanceof Tensor(var _, int known) ? known : 0;
        boolean isChoice = call.shape(truth).size() == 1;
        boolean fits = isChoice
                ? count == 1 && classes <= 2 || classes == count
                : call.shape(truth).equals(call.shape(scores));
        if (!fits) {
            throw call.error(
                    ElaborationCode.SHAPE_MISMATCH,
                    "`" + call.name() + "` takes a score for each class and the true class",
                    Note.found("scores of shape " + call.shape(scores) + ", and "
                            + (classes > 0
                                    ? "one of " + classes + " classes"
                                    : "a truth of shape " + call.shape(truth))),
                    Note.expected(
                            classes > 2
                                    ? classes + " scores"
                                    : "one score for a yes or no, or a class[" + count + "] for the scores"));
        }
        var arithmetic = call.arithmetic();
        var chosen = isChoice
                ? truth
                : call.scope().builder().add(new Prim.ArgMax(arithmetic.axes(truth)), arithmetic.origin(), truth);
        var row = List.of(
                arithmetic.broadcast(arithmetic.reshape(scores, Shape.of(count)), Type.example(Shape.of(count))),
                arithmetic.broadcast(arithmetic.reshape(chosen, Shape.of(1)), Type.example(Shape.of(1))));
        var rows = call.scope().builder().add(new Prim.Concat(0), arithmetic.origin(), row.toArray(Value[]::new));
        var measure = call.scope().drawing().measure();
        if (measure == null) {
            throw new CompilerBug("`" + call.name() + "` is called where no metric is measured");
        }
        return call.name().equals("auc")
                ? new Meaning.Figure(measure.leaf(Result.Role.AUC, rows, arithmetic.origin()))
                : new Meaning.Table(rows);
    }

    /// What is known of a value at compile time.
    private Meaning known(BuiltinCall call) {
        if (call.name().equals("extent")) {
            int at = call.whole("at", 0);
            return call.meaning("list") instanceof Items(var elements)
                    ? elements.get(call.axis(Meaning.of((double) at), call.span(), elements.size()))
                    : call.meaning("list");
        }
        var meaning = call.meaning("x");
        if (call.name().equals("classes")) {
            return Meaning.of((double) (meaning instanceof Tensor(var _, int classes) ? classes : 0));
        }
        var shape = meaning instanceof Items items ? shape(items, call) : call.shape(call.value("x"));
        return switch (call.name()) {
            case "shape" -> items(shape);
            case "rank" -> Meaning.of((double) shape.rank());
            case "channels" -> Meaning.of((double) (shape.rank() == 0 ? 1 : shape.extent(0)));
            default ->
                Meaning.of(
                        call.has("axis")
                                ? (double)
                                        shape.extent(call.axis(call.meaning("axis"), call.span("axis"), shape.rank()))
                                : (double) shape.size());
        };
    }

    private static Shape shape(Items items, BuiltinCall call) {
        var sizes = new ArrayList<Integer>();
        call.elaboration().evaluator.sizes(items, call.span(), call.scope(), "an extent", sizes);
        return new Shape(sizes);
    }

    static Items items(Shape shape) {
        return new Items(shape.extents().stream()
                .map(extent -> Meaning.of((double) extent))
                .toList());
    }
}
