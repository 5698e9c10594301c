package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.diagnostic.Habits;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Expression.Argument;
import dev.lanewise.dsl.syntax.Expression.Binary;
import dev.lanewise.dsl.syntax.Expression.BinaryOperator;
import dev.lanewise.dsl.syntax.Expression.Call;
import dev.lanewise.dsl.syntax.Expression.Group;
import dev.lanewise.dsl.syntax.Expression.Items;
import dev.lanewise.dsl.syntax.Expression.Path;
import dev.lanewise.dsl.syntax.Expression.Pipeline;
import dev.lanewise.dsl.syntax.Expression.Stage;
import dev.lanewise.dsl.syntax.Expression.Text;
import dev.lanewise.dsl.syntax.Expression.Unary;
import dev.lanewise.dsl.syntax.Expression.UnaryOperator;
import dev.lanewise.dsl.syntax.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/// Expressions, by recursive descent: one method per level of the grammar, weakest binding first.
final class ExpressionParser {
    /// Operators of one expression; a longer chain would make the tree too deep for those who walk it.
    private static final int MOST_OPERATORS = 1000;

    /// How a part of a value is written, for those who write `x[0]`.
    static final String PART = "brackets hold lists; a part of a value is slice(x, axis: 0, from: 0, to: 1)";

    private final Tokens tokens;
    private int operators;

    ExpressionParser(Tokens tokens) {
        this.tokens = tokens;
    }

    /// An expression that belongs to no other one.
    Expression whole() {
        operators = 0;
        return expression();
    }

    private Expression expression() {
        tokens.down();
        var value = either();
        var stages = new ArrayList<Stage>();
        while (tokens.at(Kind.PIPE)) {
            tokens.take();
            stages.add(stage(value));
        }
        tokens.up();
        return stages.isEmpty() ? value : new Pipeline(value, stages, tokens.since(value.span()));
    }

    private Stage stage(Expression value) {
        var first = tokens.peek();
        boolean frozen = first.is("frozen") && tokens.peek(1).kind() == Kind.NAME && tokens.continuesAfterNext();
        if (frozen) {
            tokens.take();
        }
        if (!tokens.at(Kind.NAME)) {
            throw tokens.fail(
                    SyntaxCode.PIPE_OPERAND,
                    tokens.peek().span(),
                    "`|>` is followed by a name or a call",
                    Note.found(tokens.peek().shown()),
                    Note.help("x |> f(a) is f(x, a)"));
        }
        var callee = path();
        var arguments = atArguments() ? arguments(callee) : List.<Argument>of();
        if (!tokens.ends() && isOperator(tokens.peek().kind())) {
            throw tokens.fail(
                    SyntaxCode.PIPE_OPERAND,
                    tokens.peek().span(),
                    "`|>` is followed by a name or a call, and nothing more",
                    Note.found(tokens.peek().shown()),
                    Note.help("put the pipeline in parentheses: (" + shown(tokens.since(value.span())) + ") "
                            + tokens.peek().text() + " ..."));
        }
        return new Stage(frozen, callee, arguments, tokens.since(first.span()));
    }

    /// A pipeline as it stands, or its end when that is long.
    private static String shown(Span pipeline) {
        var text = pipeline.text();
        boolean handy = text.length() <= 60 && text.indexOf('\n') < 0;
        return handy ? text : "... " + text.substring(text.lastIndexOf("|>"));
    }

    private boolean isOperator(Kind kind) {
        return switch (kind) {
            case PLUS, MINUS, STAR, SLASH, AT, CARET, EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, WRITE -> true;
            case GREATER_OR_EQUAL -> true;
            case NAME -> tokens.at("and") || tokens.at("or");
            default -> false;
        };
    }

    private Expression either() {
        var left = both();
        while (!tokens.ends() && tokens.at("or")) {
            left = binary(BinaryOperator.OR, left, tokens.take(), both());
        }
        return left;
    }

    private Expression both() {
        var left = denial();
        while (!tokens.ends() && tokens.at("and")) {
            left = binary(BinaryOperator.AND, left, tokens.take(), denial());
        }
        return left;
    }

    private Expression denial() {
        if (!tokens.at("not")) {
            return comparison();
        }
        var sign = tokens.take();
        tokens.down();
        var operand = denial();
        tokens.up();
        return new Unary(UnaryOperator.NOT, operand, tokens.since(sign.span()));
    }

    private Expression comparison() {
        var left = sum();
        if (!atComparison()) {
            return left;
        }
        var sign = tokens.take();
        var result = binary(comparison(sign.kind()), left, sign, sum());
        if (atComparison()) {
            throw tokens.fail(
                    SyntaxCode.CHAINED_COMPARISON,
                    tokens.peek().span(),
                    "comparisons do not chain",
                    Note.help("write a " + sign.text() + " b and b "
                            + tokens.peek().text() + " c"));
        }
        return result;
    }

    private boolean atComparison() {
        if (tokens.ends()) {
            return false;
        }
        if (tokens.at(Kind.WRITE)) {
            tokens.splitWrite();
        }
        return switch (tokens.peek().kind()) {
            case EQUAL, NOT_EQUAL, LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL -> true;
            default -> false;
        };
    }

    private static BinaryOperator comparison(Kind kind) {
        return switch (kind) {
            case EQUAL -> BinaryOperator.EQUAL;
            case NOT_EQUAL -> BinaryOperator.NOT_EQUAL;
            case LESS -> BinaryOperator.LESS;
            case LESS_OR_EQUAL -> BinaryOperator.LESS_OR_EQUAL;
            case GREATER -> BinaryOperator.GREATER;
            default -> BinaryOperator.GREATER_OR_EQUAL;
        };
    }

    private Expression sum() {
        var left = product();
        while (!tokens.ends() && (tokens.at(Kind.PLUS) || tokens.at(Kind.MINUS))) {
            var sign = tokens.take();
            var operator = sign.kind() == Kind.PLUS ? BinaryOperator.ADD : BinaryOperator.SUBTRACT;
            left = binary(operator, left, sign, product());
        }
        return left;
    }

    private Expression product() {
        var left = unary();
        while (!tokens.ends() && (tokens.at(Kind.STAR) || tokens.at(Kind.SLASH) || tokens.at(Kind.AT))) {
            var sign = tokens.take();
            var operator = switch (sign.kind()) {
                case STAR -> BinaryOperator.MULTIPLY;
                case SLASH -> BinaryOperator.DIVIDE;
                default -> BinaryOperator.MATRIX_PRODUCT;
            };
            left = binary(operator, left, sign, unary());
        }
        return left;
    }

    private Expression unary() {
        if (!tokens.at(Kind.MINUS)) {
            return power();
        }
        var sign = tokens.take();
        tokens.down();
        var operand = unary();
        tokens.up();
        return new Unary(UnaryOperator.NEGATE, operand, tokens.since(sign.span()));
    }

    private Expression power() {
        var base = primary();
        if (tokens.ends() || !tokens.at(Kind.CARET)) {
            return base;
        }
        var sign = tokens.take();
        tokens.down();
        var exponent = unary();
        tokens.up();
        return binary(BinaryOperator.POWER, base, sign, exponent);
    }

    private Binary binary(BinaryOperator operator, Expression left, Token sign, Expression right) {
        if (++operators > MOST_OPERATORS) {
            throw tokens.fail(
                    SyntaxCode.NESTED_TOO_DEEP,
                    sign.span(),
                    "more than " + MOST_OPERATORS + " operators in one expression",
                    Note.help("bind parts of it to names first"));
        }
        return new Binary(operator, left, right, sign.span(), left.span().to(right.span()));
    }

    private Expression primary() {
        var token = tokens.peek();
        return switch (token.kind()) {
            case NUMBER -> {
                tokens.take();
                yield new Expression.Number(token.text(), NumberText.value(token.text()), token.span());
            }
            case TEXT -> text();
            case OPEN_LIST -> items();
            case OPEN -> group();
            case NAME -> {
                if (tokens.opensStatement()) {
                    throw tokens.insideBrackets() ? tokens.unclosed("a value and the closing bracket") : missing();
                }
                var habit = Habits.expression(token.text());
                if (!habit.isEmpty()
                        && tokens.peek(1).kind() == Kind.NAME
                        && !tokens.peek(1).opensLine()) {
                    throw tokens.fail(
                            SyntaxCode.EXPECTED_EXPRESSION,
                            token.span(),
                            "expected an expression",
                            Note.found(token.shown()),
                            Note.help(habit));
                }
                var path = path();
                yield atArguments() ? call(path) : path;
            }
            default -> throw missing();
        };
    }

    private Failure missing() {
        var token = tokens.peek();
        var here = token.opensLine() ? tokens.source().span(tokens.lastEnd(), tokens.lastEnd()) : token.span();
        var found =
                Note.found(token.shown() + (token.opensLine() && token.kind() != Kind.END ? " in the next line" : ""));
        var advice = advice(token);
        return advice.isEmpty()
                ? tokens.fail(SyntaxCode.EXPECTED_EXPRESSION, here, "expected an expression", found)
                : tokens.fail(SyntaxCode.EXPECTED_EXPRESSION, here, "expected an expression", found, Note.help(advice));
    }

    /// What is written here in the place of forms of other languages that no value can begin with.
    private String advice(Token token) {
        var text = tokens.source().text();
        int start = token.span().start();
        return switch (token.kind()) {
            case STAR -> text.startsWith("**", start - 1) ? "a power is written with ^: x ^ 2" : "";
            case OPEN_BODY -> "arguments are written name: value, without braces; a list stands in brackets";
            case GREATER, GREATER_OR_EQUAL ->
                text.startsWith("->", start - 1) || text.startsWith("=>", start - 1)
                        ? "a function is declared outside the network: fn name(z) = ..."
                        : "";
            default -> "";
        };
    }

    Text text() {
        var token = tokens.take();
        return new Text(TextLiteral.value(token.span(), tokens), token.span());
    }

    private Items items() {
        var open = tokens.open();
        var elements = new ArrayList<Expression>();
        while (!tokens.at(Kind.CLOSE_LIST)) {
            elements.add(expression());
            if (!tokens.at(Kind.COMMA)) {
                break;
            }
            tokens.take();
        }
        if (!tokens.at(Kind.CLOSE_LIST)) {
            throw separated("`,` or `]`");
        }
        tokens.close(Kind.CLOSE_LIST, "`,` or `]`");
        return new Items(elements, tokens.since(open.span()));
    }

    private Group group() {
        var open = tokens.open();
        var inner = expression();
        if (tokens.at(Kind.COMMA)) {
            throw tokens.fail(
                    SyntaxCode.UNEXPECTED_TOKEN,
                    tokens.peek().span(),
                    "expected `)`",
                    Note.found("`,`"),
                    Note.help("a list stands in brackets: [a, b]"));
        }
        tokens.close(Kind.CLOSE, "`)`");
        return new Group(inner, tokens.since(open.span()));
    }

    /// One or more names with dots between.
    Path path() {
        var parts = new ArrayList<Identifier>();
        if (tokens.at("and") || tokens.at("or") || tokens.at("not")) {
            throw tokens.fail(
                    SyntaxCode.EXPECTED_EXPRESSION,
                    tokens.peek().span(),
                    "expected an expression",
                    Note.found("the operator " + tokens.peek().shown()));
        }
        var first = tokens.take();
        parts.add(new Identifier(first.text(), first.span()));
        while (tokens.at(Kind.DOT) && !tokens.ends()) {
            tokens.take();
            parts.add(tokens.name("a name behind the dot"));
        }
        return new Path(parts, tokens.since(first.span()));
    }

    boolean atArguments() {
        return tokens.at(Kind.OPEN) && !tokens.ends();
    }

    Call call(Path callee) {
        var arguments = arguments(callee);
        return new Call(callee, arguments, tokens.since(callee.span()));
    }

    private List<Argument> arguments(Path callee) {
        tokens.open();
        var arguments = new ArrayList<Argument>();
        while (!tokens.at(Kind.CLOSE)) {
            arguments.add(argument());
            if (!tokens.at(Kind.COMMA)) {
                break;
            }
            tokens.take();
        }
        var expected = "`,` or `)` in the arguments of `" + callee.text() + "`";
        if (!tokens.at(Kind.CLOSE)) {
            var habit = Habits.call(callee.text());
            throw habit.isEmpty() ? separated(expected) : tokens.unexpected(expected, Note.help(habit));
        }
        tokens.close(Kind.CLOSE, expected);
        return arguments;
    }

    /// The failure where an argument or element does not end: most often a comma is missing.
    private Failure separated(String expected) {
        var next = tokens.peek();
        if (next.opensLine()) {
            return tokens.unclosed(expected);
        }
        return switch (next.kind()) {
            case NAME, NUMBER, TEXT -> tokens.unexpected(expected, Note.help("put a comma before " + next.shown()));
            case OPEN_LIST -> tokens.unexpected(expected, Note.help(PART));
            default -> tokens.unclosed(expected);
        };
    }

    private Argument argument() {
        var first = tokens.peek();
        var name = tokens.noName();
        if (first.kind() == Kind.NAME && tokens.peek(1).kind() == Kind.COLON) {
            name = tokens.name("a name");
            tokens.take();
        } else if (first.kind() == Kind.NAME && tokens.peek(1).kind() == Kind.ASSIGN && !first.opensLine()) {
            throw tokens.fail(
                    SyntaxCode.UNEXPECTED_TOKEN,
                    tokens.peek(1).span(),
                    "expected `:` behind the name of an argument",
                    Note.found("`=`"),
                    Note.help("write " + first.text() + ": value"));
        }
        var value = expression();
        return new Argument(name, value, tokens.since(first.span()));
    }

    /// The size of a type: `[1, 28, 28]`.
    List<Expression> dimensions() {
        return items().elements();
    }

    /// A part of the text of a `require`, read where it stands.
    static Expression inside(Span range, int depth, Tokens outer) {
        var tokens = new Tokens(range.source(), range.start(), range.end(), depth, outer.diagnostics());
        var value = new ExpressionParser(tokens).whole();
        if (!tokens.at(Kind.END)) {
            throw tokens.unexpected("`}`");
        }
        return value;
    }
}
