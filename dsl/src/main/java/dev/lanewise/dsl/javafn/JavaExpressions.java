package dev.lanewise.dsl.javafn;

import com.github.javaparser.ast.expr.AssignExpr;
import com.github.javaparser.ast.expr.BinaryExpr;
import com.github.javaparser.ast.expr.BooleanLiteralExpr;
import com.github.javaparser.ast.expr.CastExpr;
import com.github.javaparser.ast.expr.ConditionalExpr;
import com.github.javaparser.ast.expr.DoubleLiteralExpr;
import com.github.javaparser.ast.expr.EnclosedExpr;
import com.github.javaparser.ast.expr.FieldAccessExpr;
import com.github.javaparser.ast.expr.IntegerLiteralExpr;
import com.github.javaparser.ast.expr.LongLiteralExpr;
import com.github.javaparser.ast.expr.MethodCallExpr;
import com.github.javaparser.ast.expr.NameExpr;
import com.github.javaparser.ast.expr.UnaryExpr;
import com.github.javaparser.ast.type.PrimitiveType;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.javafn.Value.Kind;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Expression.BinaryOperator;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Map;
import java.util.stream.Stream;

/// Java expressions to expressions of the language.
final class JavaExpressions {
    /// How deep Java's expressions may nest.
    private static final int DEEPEST = 400;

    private final JavaSource file;
    private final JavaClass home;
    private int depth;

    JavaExpressions(JavaSource file, JavaClass home) {
        this.file = file;
        this.home = home;
    }

    /// `variables` holds the present values of parameters and local variables.
    Value read(com.github.javaparser.ast.expr.Expression java, Map<String, Value> variables) {
        if (++depth > DEEPEST) {
            throw file.fail(JavaCode.TOO_LARGE, java, "nested deeper than " + DEEPEST + " levels");
        }
        var span = file.span(java);
        var value = switch (java) {
            case EnclosedExpr enclosed -> read(enclosed.getInner(), variables);
            case DoubleLiteralExpr literal -> new Value(real(literal, span), Kind.REAL);
            case IntegerLiteralExpr literal -> integer(literal, literal.getValue(), span);
            case LongLiteralExpr literal -> integer(literal, literal.getValue(), span);
            case BooleanLiteralExpr literal -> new Value(Trees.truth(literal.getValue(), span), Kind.CONDITION);
            case NameExpr name -> variable(name, span, variables);
            case FieldAccessExpr field -> field(field, span);
            case CastExpr cast -> cast(cast, variables);
            case UnaryExpr unary -> unary(unary, span, variables);
            case BinaryExpr binary -> binary(binary, span, variables);
            case ConditionalExpr choice ->
                choice(
                        condition(choice.getCondition(), variables),
                        read(choice.getThenExpr(), variables),
                        read(choice.getElseExpr(), variables),
                        choice);
            case MethodCallExpr call -> call(call, span, variables);
            case AssignExpr assign -> throw file.unsupported(assign, "an assignment inside an expression");
            default -> throw file.unsupported(java, "this expression");
        };
        depth--;
        return value;
    }

    /// A number, or an error at the Java expression.
    Expression number(com.github.javaparser.ast.expr.Expression java, Map<String, Value> variables) {
        return numeric(read(java, variables), java).expression();
    }

    Value numeric(Value value, com.github.javaparser.ast.Node java) {
        if (!value.isNumber()) {
            throw file.unsupported(java, "a condition where a number belongs");
        }
        return value;
    }

    Expression condition(com.github.javaparser.ast.expr.Expression java, Map<String, Value> variables) {
        var value = read(java, variables);
        if (value.kind() != Kind.CONDITION) {
            throw file.unsupported(java, "a number where a condition belongs");
        }
        return value.expression();
    }

    /// One value or the other; both are computed.
    Value choice(Expression condition, Value yes, Value no, com.github.javaparser.ast.Node java) {
        var span = file.span(java);
        if (yes.kind() == Kind.CONDITION && no.kind() == Kind.CONDITION) {
            var left = Trees.binary(BinaryOperator.AND, condition, yes.expression(), span);
            var right = Trees.binary(BinaryOperator.AND, Trees.not(condition, span), no.expression(), span);
            return new Value(Trees.binary(BinaryOperator.OR, left, right, span), Kind.CONDITION);
        }
        numeric(yes, java);
        numeric(no, java);
        var kind = yes.kind() == no.kind() ? yes.kind() : Kind.REAL;
        return new Value(Trees.where(condition, yes.expression(), no.expression(), span), kind);
    }

    private Expression.Number real(DoubleLiteralExpr literal, Span span) {
        var text = literal.getValue().replace("_", "");
        if (text.startsWith("0x") || text.startsWith("0X")) {
            return Trees.number(BigDecimal.valueOf(literal.asDouble()), span);
        }
        char last = text.charAt(text.length() - 1);
        var digits = "fFdD".indexOf(last) >= 0 ? text.substring(0, text.length() - 1) : text;
        try {
            var value = new BigDecimal(digits);
            if (Double.isInfinite(value.doubleValue())) {
                throw file.unsupported(literal, "a number that no double holds");
            }
            return Trees.number(value, span);
        } catch (NumberFormatException e) {
            throw file.unsupported(literal, "this number");
        }
    }

    private Value integer(com.github.javaparser.ast.Node java, String literal, Span span) {
        var text = literal.replace("_", "").replaceAll("[lL]$", "");
        try {
            boolean octal = text.length() > 1 && text.matches("0[0-7]+");
            boolean binary = text.startsWith("0b") || text.startsWith("0B");
            long value =
                    binary ? Long.parseLong(text.substring(2), 2) : octal ? Long.parseLong(text, 8) : Long.decode(text);
            return new Value(Trees.number(BigDecimal.valueOf(value), span), Kind.INTEGER);
        } catch (NumberFormatException e) {
            throw file.unsupported(java, "this number");
        }
    }

    private Value variable(NameExpr java, Span span, Map<String, Value> variables) {
        var name = java.getNameAsString();
        var value = variables.get(name);
        if (value == null) {
            if (home.hasField(name)) {
                return home.constant(name, java, file);
            }
            throw file.fail(
                    JavaCode.UNKNOWN_NAME,
                    java,
                    "there is no variable `" + name + "`",
                    Names.suggestion(name, variables.keySet(), Note.note("parameters and local variables are known")));
        }
        if (value.isUnset()) {
            throw file.fail(JavaCode.NO_VALUE, java, "`" + name + "` may have no value here");
        }
        boolean named = value.expression() instanceof Expression.Path;
        return named ? new Value(Trees.name(Trees.text(value.expression()), span), value.kind()) : value;
    }

    private Value field(FieldAccessExpr java, Span span) {
        return switch (java.toString()) {
            case "Math.PI", "StrictMath.PI" -> new Value(Trees.name("pi", span), Kind.REAL);
            case "Math.E", "StrictMath.E" -> new Value(Trees.number(BigDecimal.valueOf(Math.E), span), Kind.REAL);
            default -> {
                var owner = java.getScope().toString();
                yield home.hasType(owner)
                        ? home.constant(java.getNameAsString(), java, file)
                        : other(owner, java).constant(java.getNameAsString(), java, file);
            }
        };
    }

    /// Another class that is named, or the diagnostic that there is none.
    private JavaClass other(String type, com.github.javaparser.ast.Node java) {
        return home.other(type)
                .orElseThrow(() -> file.fail(
                        JavaCode.UNKNOWN_NAME,
                        java,
                        "there is no class `" + type + "` here",
                        Note.help("its file, `" + type + ".java`, lies beside this one, or where an import says")));
    }

    /// The kind of number that a type holds.
    Kind kind(com.github.javaparser.ast.type.Type type) {
        if (type instanceof PrimitiveType primitive) {
            switch (primitive.getType()) {
                case FLOAT, DOUBLE -> {
                    return Kind.REAL;
                }
                case INT, LONG -> {
                    return Kind.INTEGER;
                }
                case BOOLEAN -> {
                    return Kind.CONDITION;
                }
                default -> {}
            }
        }
        throw file.unsupported(type, "the type " + type);
    }

    /// The value as one of a type of this kind.
    Value converted(Value value, Kind kind, com.github.javaparser.ast.Node java) {
        boolean widened = kind == Kind.REAL && value.isNumber();
        if (!widened && value.kind() != kind) {
            throw file.unsupported(java, "a value of another type");
        }
        return new Value(value.expression(), kind);
    }

    private Value cast(CastExpr java, Map<String, Value> variables) {
        var value = numeric(read(java.getExpression(), variables), java.getExpression());
        if (java.getType() instanceof PrimitiveType type) {
            switch (type.getType()) {
                case FLOAT, DOUBLE -> {
                    return new Value(value.expression(), Kind.REAL);
                }
                case INT, LONG -> {
                    if (value.kind() == Kind.INTEGER) {
                        return value;
                    }
                    throw file.fail(
                            JavaCode.UNSUPPORTED,
                            java,
                            "a cast to " + type + " drops the fraction, which has no derivative",
                            Note.help("Math.floor rounds down"));
                }
                default -> {}
            }
        }
        throw file.unsupported(java.getType(), "the type " + java.getType());
    }

    private Value unary(UnaryExpr java, Span span, Map<String, Value> variables) {
        var inner = java.getExpression();
        return switch (java.getOperator()) {
            case PLUS -> numeric(read(inner, variables), inner);
            case MINUS -> {
                var value = numeric(read(inner, variables), inner);
                yield new Value(Trees.negative(value.expression(), span), value.kind());
            }
            case LOGICAL_COMPLEMENT -> new Value(Trees.not(condition(inner, variables), span), Kind.CONDITION);
            default ->
                throw file.unsupported(
                        java, "the operator " + java.getOperator().asString());
        };
    }

    private Value binary(BinaryExpr java, Span span, Map<String, Value> variables) {
        var sign = java.getOperator().asString();
        return switch (java.getOperator()) {
            case AND, OR -> {
                var operator = java.getOperator() == BinaryExpr.Operator.AND ? BinaryOperator.AND : BinaryOperator.OR;
                var left = condition(java.getLeft(), variables);
                yield new Value(
                        Trees.both(operator, left, condition(java.getRight(), variables), span), Kind.CONDITION);
            }
            case PLUS, MINUS, MULTIPLY, DIVIDE, REMAINDER ->
                arithmetic(sign, read(java.getLeft(), variables), read(java.getRight(), variables), java);
            case EQUALS, NOT_EQUALS, LESS, GREATER, LESS_EQUALS, GREATER_EQUALS -> {
                var left = numeric(read(java.getLeft(), variables), java.getLeft());
                var right = numeric(read(java.getRight(), variables), java.getRight());
                var known = Integers.holds(java.getOperator(), left, right);
                yield new Value(
                        known.map(truth -> (Expression) Trees.truth(truth, span))
                                .orElseGet(() -> Trees.binary(
                                        comparison(java.getOperator()), left.expression(), right.expression(), span)),
                        Kind.CONDITION);
            }
            default -> throw file.unsupported(java, "the operator " + sign);
        };
    }

    /// `a sign b`, for `+ - * /`.
    Value arithmetic(String sign, Value left, Value right, com.github.javaparser.ast.Node java) {
        numeric(left, java);
        numeric(right, java);
        var folded = Integers.folded(sign, left, right, file.span(java));
        if (folded.isPresent()) {
            return folded.get();
        }
        var operator = switch (sign) {
            case "+" -> BinaryOperator.ADD;
            case "-" -> BinaryOperator.SUBTRACT;
            case "*" -> BinaryOperator.MULTIPLY;
            case "/" -> BinaryOperator.DIVIDE;
            default -> throw file.unsupported(java, "the operator " + sign);
        };
        boolean integers = left.kind() == Kind.INTEGER && right.kind() == Kind.INTEGER;
        if (integers && operator == BinaryOperator.DIVIDE) {
            throw file.fail(
                    JavaCode.INTEGER_DIVISION,
                    java,
                    "both sides are integers, and Java drops the fraction",
                    Note.help("give one side a decimal point, such as 1.0 / 2"));
        }
        var tree = Trees.binary(operator, left.expression(), right.expression(), file.span(java));
        return new Value(tree, integers ? Kind.INTEGER : Kind.REAL);
    }

    private static BinaryOperator comparison(BinaryExpr.Operator operator) {
        return switch (operator) {
            case EQUALS -> BinaryOperator.EQUAL;
            case NOT_EQUALS -> BinaryOperator.NOT_EQUAL;
            case LESS -> BinaryOperator.LESS;
            case GREATER -> BinaryOperator.GREATER;
            case LESS_EQUALS -> BinaryOperator.LESS_OR_EQUAL;
            default -> BinaryOperator.GREATER_OR_EQUAL;
        };
    }

    private Value call(MethodCallExpr java, Span span, Map<String, Value> variables) {
        var owner = java.getScope().map(Object::toString).orElse("");
        var name = java.getNameAsString();
        boolean math = owner.equals("Math") || owner.equals("StrictMath") || owner.equals("java.lang.Math");
        boolean own = owner.isEmpty() || home.hasType(owner);
        if (own && home.functions().containsKey(name)) {
            return function(home, java, span, variables);
        }
        if (math || owner.isEmpty() && home.isMathImported()) {
            return math(java, span, variables);
        }
        var from = own ? home : other(owner, java);
        if (from.functions().containsKey(name)) {
            return function(from, java, span, variables);
        }
        if (from.others().contains(name)) {
            throw file.unsupported(java, "`" + name + "`, no static method of float or double,");
        }
        throw file.fail(
                JavaCode.UNKNOWN_NAME,
                java.getName(),
                "there is no static method `" + name + "`" + (own ? "" : " in `" + owner + "`"),
                Names.suggestion(
                        name,
                        Stream.concat(
                                        from.functions().keySet().stream(),
                                        MathCalls.names().stream().map(m -> "Math." + m))
                                .toList(),
                        Note.help("functions of Math are called Math." + name)));
    }

    private Value function(JavaClass from, MethodCallExpr java, Span span, Map<String, Value> variables) {
        var name = java.getNameAsString();
        int count = from.functions().getOrDefault(name, 0);
        if (count != java.getArguments().size()) {
            throw file.fail(
                    JavaCode.UNSUPPORTED,
                    java,
                    "`" + name + "` takes " + count + (count == 1 ? " argument" : " arguments"),
                    Note.found(Integer.toString(java.getArguments().size())));
        }
        var arguments = new ArrayList<Expression>();
        java.getArguments().forEach(argument -> arguments.add(number(argument, variables)));
        return new Value(Trees.call(from.called(name), span, arguments.toArray(Expression[]::new)), Kind.REAL);
    }

    private Value math(MethodCallExpr java, Span span, Map<String, Value> variables) {
        var name = java.getNameAsString();
        var arguments = new ArrayList<Expression>();
        var kind = Kind.INTEGER;
        for (var argument : java.getArguments()) {
            var value = numeric(read(argument, variables), argument);
            arguments.add(value.expression());
            kind = value.kind() == Kind.REAL ? Kind.REAL : kind;
        }
        var tree = MathCalls.call(name, arguments, span);
        if (tree.isEmpty()) {
            throw file.fail(
                    JavaCode.UNSUPPORTED,
                    java,
                    MathCalls.names().contains(name)
                            ? "`Math." + name + "` does not take " + arguments.size() + " arguments"
                            : "`Math." + name + "` is not among the functions that are known",
                    Names.suggestion(
                            name, MathCalls.names(), Note.expected("one of " + String.join(", ", MathCalls.names()))));
        }
        for (var function : MathCalls.used(name)) {
            if (home.isOwnName(function)) {
                throw file.fail(
                        JavaCode.DUPLICATE,
                        java,
                        "the file declares `" + function + "` itself, which would be called here",
                        Note.help("give the file's own method another name"));
            }
        }
        boolean keeps = name.equals("abs") || name.equals("max") || name.equals("min") || name.equals("clamp");
        return new Value(tree.getFirst(), keeps ? kind : Kind.REAL);
    }
}
