package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Meaning.Items;
import dev.lanewise.compiler.elaborate.Meaning.Tensor;
import dev.lanewise.compiler.elaborate.Meaning.Text;
import dev.lanewise.compiler.elaborate.Meaning.Truth;
import dev.lanewise.compiler.elaborate.Meaning.Word;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Shapes;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Expression.Binary;
import dev.lanewise.dsl.syntax.Expression.BinaryOperator;
import dev.lanewise.dsl.syntax.Expression.Path;
import dev.lanewise.dsl.syntax.Expression.UnaryOperator;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Expressions to what they stand for.
final class Evaluator {
    private static final String TRUTH = "true or false";

    /// What other notations call the axis of the batch.
    private static final Set<String> BATCH = Set.of("None", "batch", "batch_size", "N", "B", "bs", "null");

    private static final Map<String, String> YES_NO =
            Map.of("yes", "true", "on", "true", "no", "false", "off", "false");

    private final Elaboration elaboration;

    Evaluator(Elaboration elaboration) {
        this.elaboration = elaboration;
    }

    /// What the expression stands for; [Meaning.Broken] never comes out of here.
    Meaning evaluate(Expression expression, Scope scope) {
        var meaning = switch (expression) {
            case Expression.Number number -> Meaning.of(number.value());
            case Expression.Text text -> new Text(text.value());
            case Expression.Items items ->
                new Items(items.elements().stream()
                        .map(element -> evaluate(element, scope))
                        .toList());
            case Path path -> path(path, scope);
            case Expression.Call call -> elaboration.calls.call(call, scope);
            case Expression.Unary unary -> unary(unary, scope);
            case Binary binary -> binary(binary, scope);
            case Expression.Pipeline pipeline -> pipeline(pipeline, scope);
            case Expression.Group group -> evaluate(group.inner(), scope);
            case Expression.Missing _ -> throw new Abandoned();
        };
        if (meaning instanceof Meaning.Broken) {
            throw new Abandoned();
        }
        return meaning;
    }

    private Meaning pipeline(Expression.Pipeline pipeline, Scope scope) {
        var meaning = evaluate(pipeline.value(), scope);
        Expression before = pipeline.value();
        for (var stage : pipeline.stages()) {
            var given = new ArrayList<Given>();
            given.add(Given.of(before, meaning));
            stage.arguments().forEach(argument -> given.add(Given.of(argument)));
            meaning = elaboration.calls.call(stage.callee(), given, stage.frozen(), stage.span(), scope);
            if (meaning instanceof Meaning.Broken) {
                throw new Abandoned();
            }
        }
        return meaning;
    }

    private Meaning unary(Expression.Unary unary, Scope scope) {
        var operand = evaluate(unary.operand(), scope);
        if (unary.operator() == UnaryOperator.NEGATE) {
            return Operators.apply(Op.NEG, scope, unary.span(), "-", operand);
        }
        return Operators.apply(Op.NOT, scope, unary.span(), "not", operand);
    }

    private Meaning binary(Binary binary, Scope scope) {
        var operator = binary.operator();
        var span = binary.span();
        var sign = operator.sign();
        if (operator == BinaryOperator.EQUAL || operator == BinaryOperator.NOT_EQUAL) {
            return equality(binary, scope);
        }
        var left = evaluate(binary.left(), scope);
        if (left instanceof Truth(boolean holds)
                && (operator == BinaryOperator.AND && !holds || operator == BinaryOperator.OR && holds)) {
            return left;
        }
        var right = evaluate(binary.right(), scope);
        return switch (operator) {
            case OR -> Operators.apply(Op.OR, scope, span, sign, left, right);
            case AND -> Operators.apply(Op.AND, scope, span, sign, left, right);
            case LESS -> Operators.apply(Op.LT, scope, span, sign, left, right);
            case LESS_OR_EQUAL -> Operators.apply(Op.LE, scope, span, sign, left, right);
            case GREATER -> Operators.apply(Op.LT, scope, span, sign, right, left);
            case GREATER_OR_EQUAL -> Operators.apply(Op.LE, scope, span, sign, right, left);
            case ADD -> combined(Op.ADD, binary, scope, left, right);
            case SUBTRACT -> combined(Op.SUB, binary, scope, left, right);
            case MULTIPLY -> combined(Op.MUL, binary, scope, left, right);
            case DIVIDE -> combined(Op.DIV, binary, scope, left, right);
            case POWER -> Operators.power(left, right, scope, span);
            case MATRIX_PRODUCT -> Structure.matrixProduct(left, right, binary, scope);
            case EQUAL, NOT_EQUAL -> throw new AssertionError("compared above");
        };
    }

    /// `==` also compares words and texts; a bare name beside a word is one of its fellows.
    private Meaning equality(Binary binary, Scope scope) {
        boolean wanted = binary.operator() == BinaryOperator.EQUAL;
        var leftWord = boundWord(binary.left(), scope);
        var rightWord = boundWord(binary.right(), scope);
        var left = leftWord == null && rightWord != null
                ? wordOr(binary.left(), rightWord, scope)
                : evaluate(binary.left(), scope);
        var right = rightWord == null && leftWord != null
                ? wordOr(binary.right(), leftWord, scope)
                : evaluate(binary.right(), scope);
        if (isPlain(left) || isPlain(right)) {
            return Meaning.of(same(left, right) == wanted);
        }
        if (left instanceof Truth && right instanceof Truth) {
            return Meaning.of(left.equals(right) == wanted);
        }
        return Operators.apply(
                wanted ? Op.EQ : Op.NE, scope, binary.span(), binary.operator().sign(), left, right);
    }

    private static boolean isPlain(Meaning meaning) {
        return meaning instanceof Word || meaning instanceof Text || meaning instanceof Items;
    }

    private static boolean same(Meaning left, Meaning right) {
        return left.getClass() == right.getClass() && left.text().equals(right.text());
    }

    private @Nullable Word boundWord(Expression expression, Scope scope) {
        return expression instanceof Path path
                        && path.isSimple()
                        && scope.names().get(path.first().text()) instanceof Word word
                ? word
                : null;
    }

    private Meaning wordOr(Expression expression, Word fellow, Scope scope) {
        if (!(expression instanceof Path path && path.isSimple())) {
            return evaluate(expression, scope);
        }
        return word(path, fellow.among(), scope);
    }

    /// A bare name as one of these words.
    Word word(Path path, List<String> among, Scope scope) {
        var name = path.first().text();
        if (!among.isEmpty() && !among.contains(name)) {
            throw scope.error(
                    ElaborationCode.UNKNOWN_WORD,
                    path.span(),
                    "`" + name + "` is none of the words that are possible here",
                    Note.expected(String.join(", ", among)),
                    Names.suggestion(name, among, Note.help("write one of these words")));
        }
        return new Word(name, among);
    }

    private Meaning path(Path path, Scope scope) {
        if (!path.isSimple()) {
            return elaboration.weightStatements.read(path, scope);
        }
        var name = path.first().text();
        var bound = scope.names().get(name);
        if (bound != null) {
            return bound;
        }
        switch (name) {
            case "true" -> {
                return Meaning.of(true);
            }
            case "false" -> {
                return Meaning.of(false);
            }
            case "pi" -> {
                return Meaning.of(Math.PI);
            }
            case "training" -> {
                return Meaning.of(scope.drawing().isTraining());
            }
            case "weights" -> {
                return new Meaning.AllWeights();
            }
            default -> {}
        }
        var fans = scope.drawing().fans();
        if (fans != null) {
            switch (name) {
                case "fan_in" -> {
                    return Meaning.of(fans.in());
                }
                case "fan_out" -> {
                    return Meaning.of(fans.out());
                }
                case "shape" -> {
                    return new Items(fans.shape().extents().stream()
                            .map(extent -> Meaning.of((double) extent))
                            .toList());
                }
                default -> {}
            }
        }
        if (scope.kind() == Kind.INIT
                && elaboration.library.find(Kind.INIT, name, scope.inLibrary()).isPresent()) {
            return elaboration.calls.initialiser(path, List.of(), path.span(), scope);
        }
        throw unknown(path, scope);
    }

    /// An operation on two expressions; shapes that do not go together are told by how the user wrote the operands.
    private static Meaning combined(Op op, Binary binary, Scope scope, Meaning left, Meaning right) {
        if (!scope.inLibrary() && left instanceof Meaning.Tensor a && right instanceof Meaning.Tensor b) {
            var first = scope.type(a.value());
            var second = scope.type(b.value());
            if (!Shapes.broadcastable(List.of(first, second))) {
                throw Mismatch.of(binary, first.shape(), second.shape(), scope);
            }
        }
        return Operators.apply(op, scope, binary.span(), binary.operator().sign(), left, right);
    }

    private Abandoned unknown(Path path, Scope scope) {
        var name = path.first().text();
        var isFunction =
                elaboration.library.find(Calls.VALUES, name, scope.inLibrary()).isPresent();
        if (isFunction) {
            return scope.error(
                    ElaborationCode.UNKNOWN_NAME,
                    path.span(),
                    "`" + name + "` is a function, not a value",
                    Note.help("write `" + name + "(...)` or `... |> " + name + "`"));
        }
        var candidates = new LinkedHashSet<>(scope.names().keySet());
        candidates.addAll(List.of("true", "false", "pi", "training", "weights"));
        return scope.error(
                ElaborationCode.UNKNOWN_NAME,
                path.span(),
                "there is no value `" + name + "` here",
                Names.suggestion(name, candidates, Note.help(remedy(path.span(), name, scope))));
    }

    /// A setting stands in no file, so nothing can be bound above it.
    private static String remedy(Span place, String name, Scope scope) {
        if (scope.kind() == Kind.INIT) {
            return "a first value is made of numbers, hyper-parameters and initialisers";
        }
        if (scope.kind() == Kind.NETWORK && scope.drawing().purpose() == Drawing.Purpose.RULE) {
            return "an optimizer and a schedule are given numbers and hyper-parameters";
        }
        if (place.source().name().startsWith(Elaborator.SETTING)) {
            return "a setting is a number, true, false, a list, an initialiser, or a text in quotes: \"" + name + "\"";
        }
        if (YES_NO.containsKey(name)) {
            return "write " + YES_NO.get(name);
        }
        return scope.isBoundOutside(name)
                ? "a declaration sees its own parameters alone: give it a parameter `" + name + "`, and pass it on"
                : "bind it above this line: `" + name + " = ...`";
    }

    // What must be known now

    double number(Expression expression, Scope scope, String what) {
        return number(evaluate(expression, scope), expression.span(), scope, what);
    }

    double number(Meaning meaning, Span span, Scope scope, String what) {
        return switch (meaning) {
            case Meaning.Number(double value) -> value;
            case Meaning.Broken _ -> throw new Abandoned();
            default -> throw notKnown(meaning, span, scope, what, "a number");
        };
    }

    boolean truth(Expression expression, Scope scope, String what) {
        return switch (evaluate(expression, scope)) {
            case Truth(boolean value) -> value;
            case Meaning other -> {
                var path = expression instanceof Path named && named.isSimple() ? named.text() : "";
                boolean set = scope.inLibrary() && scope.setting(path).isPresent();
                throw notKnown(
                        other,
                        expression.span(),
                        scope,
                        set ? "`" + path + "` of `" + scope.declaration() + "`" : what,
                        TRUTH);
            }
        };
    }

    private Abandoned notKnown(Meaning meaning, Span span, Scope scope, String what, String wanted) {
        boolean known = meaning.isKnown();
        var notes = new ArrayList<>(List.of(Note.found(Operators.describe(meaning, scope)), Note.expected(wanted)));
        if (!known && wanted.equals(TRUTH)) {
            notes.add(Note.help("a choice between values is where(condition, a, b)"));
        } else if (meaning instanceof Text(String text) && text.strip().matches("-?[0-9.]+|true|false")) {
            notes.add(Note.help("write " + text.strip() + " without quotes"));
        } else if (meaning instanceof Meaning.Number && wanted.equals(TRUTH) && scope.inLibrary()) {
            notes.add(Note.help("`lanewise explain " + scope.declaration() + "` shows the order of its arguments"));
        }
        return scope.error(
                known ? ElaborationCode.WRONG_KIND : ElaborationCode.NOT_KNOWN,
                span,
                known ? what + " must be " + wanted : what + " must be known when the network is compiled",
                notes.toArray(Note[]::new));
    }

    /// A whole number of at least `least`.
    int whole(Meaning meaning, Span span, Scope scope, String what, int least) {
        double value = number(meaning, span, scope, what);
        if (value != Math.rint(value) || value < least) {
            var message =
                    what + " must be a whole number" + (least == Integer.MIN_VALUE ? "" : " of at least " + least);
            var found = Note.found(Meaning.numberText(value));
            throw value >= 1
                    ? scope.error(
                            ElaborationCode.NOT_WHOLE,
                            span,
                            message,
                            found,
                            Note.help("floor(...) rounds down, floor(... + 0.5) to the nearest"))
                    : scope.error(ElaborationCode.NOT_WHOLE, span, message, found);
        }
        if (value > Integer.MAX_VALUE) {
            throw scope.error(
                    ElaborationCode.TOO_LARGE, span, what + " is too large", Note.found(Meaning.numberText(value)));
        }
        return (int) value;
    }

    int whole(Expression expression, Scope scope, String what, int least) {
        return whole(evaluate(expression, scope), expression.span(), scope, what, least);
    }

    /// A list of sizes; one number is a list of one, and lists inside are laid out flat (as in
    /// `float[shape(x)]`).
    List<Integer> sizes(List<Expression> expressions, Scope scope, String what) {
        var sizes = new ArrayList<Integer>();
        for (var expression : expressions) {
            var named = expression instanceof Path path && path.isSimple() ? "`" + path.text() + "`" : what;
            if (expression instanceof Path path
                    && BATCH.contains(path.text())
                    && !scope.names().containsKey(path.text())) {
                throw scope.error(
                        ElaborationCode.UNKNOWN_NAME,
                        expression.span(),
                        "there is no value `" + path.text() + "` here",
                        Note.help("a shape is that of one example, without an axis for the batch: leave it out"));
            }
            sizes(evaluate(expression, scope), expression.span(), scope, named, sizes);
        }
        return sizes;
    }

    void sizes(Meaning meaning, Span span, Scope scope, String what, List<Integer> out) {
        if (meaning instanceof Items(var elements)) {
            elements.forEach(element -> sizes(element, span, scope, what, out));
        } else {
            out.add(whole(meaning, span, scope, what, 1));
        }
    }

    /// The type of a value of the graph, for messages and checks.
    Type type(Tensor tensor, Scope scope) {
        return scope.type(tensor.value());
    }
}
