package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.diagnostic.Habits;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration.Body;
import dev.lanewise.dsl.syntax.Expression.Call;
import dev.lanewise.dsl.syntax.Statement.Branch;
import dev.lanewise.dsl.syntax.Statement.Entry;
import dev.lanewise.dsl.syntax.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.regex.Pattern;

/// Statements and bodies. A statement that cannot be read is reported and left out.
final class StatementParser {
    private static final List<String> WORDS = List.of(
            "frozen", "layer", "param", "state", "fitted", "input", "target", "output", "loss", "metric", "return",
            "require", "repeat", "if", "else", "train");

    private static final List<String> TRAIN_KEYS = List.of("data", "optimizer", "batch", "epochs", "schedule");

    /// What begins a statement that binds a name.
    private static final Pattern BEGIN = Pattern.compile(
            "(?:frozen\\s+)?(?:(?:layer|param|state|fitted|input|target|output)\\s+)?(?<name>[A-Za-z_]\\w*)\\s*[=:]");
    private static final int LONGEST_BEGIN = 200;

    private final Tokens tokens;
    private final ExpressionParser expressions;
    private final TypeParser types;

    StatementParser(Tokens tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
        this.types = new TypeParser(tokens, expressions);
    }

    TypeParser types() {
        return types;
    }

    /// `{ statements }`
    Body body() {
        var statements = new ArrayList<Statement>();
        var span = braces(() -> statements.add(statement()), start -> lost(start, statements));
        return new Body(statements, span);
    }

    /// Keeps the name of a statement that cannot be read, bound to nothing, so that later stages do not miss it.
    private void lost(int start, List<Statement> statements) {
        var text = tokens.source().text();
        var begin = BEGIN.matcher(text).region(start, Math.min(text.length(), start + LONGEST_BEGIN));
        if (!begin.lookingAt()) {
            return;
        }
        var name = tokens.source().span(begin.start("name"), begin.end("name"));
        var identifier = new Identifier(name.text(), name);
        statements.add(new Statement.Binding(identifier, new Expression.Missing(name), name));
    }

    private Span braces(Runnable item, IntConsumer lost) {
        var open = tokens.openBody();
        tokens.down();
        int depth = tokens.depth();
        while (!tokens.at(Kind.CLOSE_BODY) && !tokens.at(Kind.END) && !tokens.startsDeclaration()) {
            if (tokens.at(Kind.SEMICOLON)) {
                tokens.take();
                continue;
            }
            int start = tokens.peek().span().start();
            try {
                item.run();
                endStatement();
            } catch (Failure reported) {
                lost.accept(start);
                tokens.recover(depth, start);
            }
        }
        if (tokens.at(Kind.CLOSE_BODY)) {
            tokens.take();
        } else {
            tokens.unclosedBody(open);
        }
        tokens.up();
        return tokens.since(open.span());
    }

    /// Takes what ends a statement or a declaration.
    void endStatement() {
        if (!tokens.ends()) {
            var next = tokens.peek();
            throw tokens.fail(
                    SyntaxCode.STATEMENT_END,
                    next.span(),
                    "expected the end of the statement",
                    Note.found(next.shown()),
                    switch (next.kind()) {
                        case NAME -> Note.help("begin a new line, or put `;` between two statements");
                        case COMMA -> Note.help("leave the comma out: a statement ends with its line");
                        case OPEN_LIST -> Note.help(ExpressionParser.PART);
                        default -> Note.note("a statement ends at the end of its line, at `;` or before `}`");
                    });
        }
        if (tokens.at(Kind.SEMICOLON)) {
            tokens.take();
        }
    }

    private Statement statement() {
        var first = tokens.peek();
        if (tokens.isBinding()) {
            return binding();
        }
        return switch (first.kind() == Kind.NAME ? first.text() : "") {
            case "frozen" -> frozen(tokens.take().span());
            case "layer" -> layer(false, tokens.take().span());
            case "param" -> param(false, tokens.take().span());
            case "state" -> state(tokens.take().span());
            case "fitted" -> named((name, value, span) -> new Statement.Fitted(name, value, span));
            case "output" -> named((name, value, span) -> new Statement.Output(name, value, span));
            case "input" -> typed((name, type, span) -> new Statement.Input(name, type, span));
            case "target" -> typed((name, type, span) -> new Statement.Target(name, type, span));
            case "loss" -> valued((value, span) -> new Statement.Loss(value, span));
            case "return" -> valued((value, span) -> new Statement.Return(value, span));
            case "metric" -> metric(tokens.take().span());
            case "require" -> require(tokens.take().span());
            case "repeat" -> repeat(tokens.take().span());
            case "if" -> condition(tokens.peek().span());
            case "train" -> train(tokens.take().span());
            default -> throw noStatement(first);
        };
    }

    private Failure noStatement(Token first) {
        var next = tokens.peek(1);
        Note advice = Note.help("bind the value: name = ...");
        var habit = Habits.advice(first.text(), advice);
        if (!habit.equals(advice)) {
            advice = habit;
        } else if (first.is("else")) {
            advice = Note.note("there is no `if` just before this `else`");
        } else if (tokens.looksLikeDeclaration()) {
            advice = Note.help("a declaration does not stand inside another one; move it out, or close the body above");
        } else if (first.kind() == Kind.NAME && next.kind() == Kind.DOT) {
            advice = Note.help("a name with a dot can be read but not bound");
        } else if (first.kind() == Kind.NAME && next.kind() == Kind.COLON) {
            advice = Note.help(
                    TypeParser.WORDS.contains(tokens.peek(2).text())
                            ? "a weight is declared by: param " + first.text() + ": "
                                    + tokens.peek(2).text() + "[...] = normal(std: 0.1)"
                            : TRAIN_KEYS.contains(first.text())
                                    ? "entries of the training stand in `train { ... }`"
                                    : "a value is bound by `=`: " + first.text() + " = ...");
        } else if (first.kind() == Kind.NAME && isAssigningOperator(next)) {
            advice = Note.help("write " + first.text() + " = " + first.text() + " " + next.text() + " ...");
        } else if (first.kind() == Kind.DOT) {
            advice = Note.help(
                    "a pipeline goes on with `|>`: |> " + tokens.peek(1).text() + "...");
        } else if (first.kind() == Kind.NAME && !next.opensLine()) {
            advice = Names.suggestion(first.text(), WORDS, advice);
        } else if (first.kind() == Kind.PIPE) {
            advice = Note.help(
                    tokens.follows(';')
                            ? "leave the `;` before it out: it ends the statement"
                            : "`|>` goes on with a binding above it; here a closed statement stands above");
        }
        return tokens.fail(
                SyntaxCode.EXPECTED_STATEMENT, first.span(), "expected a statement", Note.found(first.shown()), advice);
    }

    /// Whether this is the first half of `+=` or the like.
    private boolean isAssigningOperator(Token sign) {
        return switch (sign.kind()) {
            case PLUS, MINUS, STAR, SLASH, CARET ->
                tokens.source().text().startsWith("=", sign.span().end());
            default -> false;
        };
    }

    private Statement binding() {
        var name = tokens.identifier();
        boolean writes = tokens.take().kind() == Kind.WRITE;
        var value = expressions.whole();
        var span = tokens.since(name.span());
        return writes ? new Statement.Write(name, value, span) : new Statement.Binding(name, value, span);
    }

    private Statement frozen(Span first) {
        if (tokens.at("layer")) {
            tokens.take();
            return layer(true, first);
        }
        if (tokens.at("param")) {
            tokens.take();
            return param(true, first);
        }
        throw tokens.unexpected("`layer` or `param` behind `frozen`");
    }

    private Statement layer(boolean frozen, Span first) {
        var name = tokens.name("the name of the layer");
        tokens.expect(Kind.ASSIGN, "`=`");
        if (!tokens.at(Kind.NAME)) {
            throw tokens.unexpected("a layer, such as dense(64)");
        }
        var callee = expressions.path();
        var call = expressions.atArguments() ? expressions.call(callee) : new Call(callee, List.of(), callee.span());
        return new Statement.Layer(frozen, name, call, tokens.since(first));
    }

    private Statement param(boolean frozen, Span first) {
        var name = tokens.name("the name of the parameter");
        tokens.expect(Kind.COLON, "`:` and a type");
        var type = types.type();
        tokens.expect(Kind.ASSIGN, "`=` and an initialiser");
        var initial = expressions.whole();
        return new Statement.Param(frozen, name, type, initial, tokens.since(first));
    }

    private Statement state(Span first) {
        var name = tokens.name("the name of the state");
        var here = tokens.source().span(tokens.lastEnd(), tokens.lastEnd());
        var type = new Type(Type.Base.UNSTATED, List.of(), here);
        if (tokens.at(Kind.COLON) && !tokens.ends()) {
            tokens.take();
            type = types.type();
        }
        tokens.expect(Kind.ASSIGN, type.isStated() ? "`=`" : "`:` or `=`");
        var initial = expressions.whole();
        return new Statement.State(name, type, initial, tokens.since(first));
    }

    private interface Named {
        Statement of(Identifier name, Expression value, Span span);
    }

    private Statement named(Named form) {
        var first = tokens.take();
        var name = tokens.name("a name");
        if (tokens.ends()) {
            throw tokens.fail(
                    SyntaxCode.UNEXPECTED_TOKEN,
                    name.span(),
                    "expected a name, `=` and a value behind `" + first.text() + "`",
                    Note.found("`" + name + "` alone"),
                    Note.help("write " + first.text() + " result = " + name + ", with a name of your own"));
        }
        tokens.expect(Kind.ASSIGN, "`=`");
        var value = expressions.whole();
        return form.of(name, value, tokens.since(first.span()));
    }

    private interface Typed {
        Statement of(Identifier name, Type type, Span span);
    }

    private Statement typed(Typed form) {
        var first = tokens.take();
        var name = tokens.name("a name");
        if (tokens.at(Kind.ASSIGN) && !tokens.ends()) {
            throw tokens.unexpected(
                    "`:` and a type",
                    Note.help("write " + first.text() + " " + name + ": "
                            + (TypeParser.WORDS.contains(tokens.peek(1).text())
                                    ? tokens.peek(1).text()
                                    : "float") + "[...]"));
        }
        tokens.expect(Kind.COLON, "`:` and a type");
        var type = types.type();
        return form.of(name, type, tokens.since(first.span()));
    }

    private interface Valued {
        Statement of(Expression value, Span span);
    }

    private Statement valued(Valued form) {
        var first = tokens.take();
        requireHere("an expression");
        var value = expressions.whole();
        return form.of(value, tokens.since(first.span()));
    }

    private void requireHere(String expected) {
        if (tokens.ends()) {
            throw tokens.unexpected(expected);
        }
    }

    private Statement metric(Span first) {
        requireHere("an expression");
        var name = tokens.noName();
        if (tokens.isBinding()) {
            name = tokens.name("a name");
            tokens.expect(Kind.ASSIGN, "`=`");
        }
        var value = expressions.whole();
        return new Statement.Metric(name, value, tokens.since(first));
    }

    private Statement require(Span first) {
        requireHere("a condition");
        var condition = expressions.whole();
        tokens.expect(Kind.COMMA, "`,` and a text that says what is required");
        if (!tokens.at(Kind.TEXT)) {
            throw tokens.unexpected("a text that says what is required");
        }
        var message = TextLiteral.message(tokens.take().span(), tokens);
        return new Statement.Require(condition, message, tokens.since(first));
    }

    private Statement repeat(Span first) {
        requireHere("how often");
        var count = expressions.whole();
        var index = tokens.noName();
        if (tokens.at("as") && !tokens.ends()) {
            tokens.take();
            index = tokens.name("a name that counts from 0");
        }
        var body = body();
        return new Statement.Repeat(count, index, body, tokens.since(first));
    }

    private Statement condition(Span first) {
        var branches = new ArrayList<Branch>();
        while (true) {
            var word = tokens.take();
            requireHere("a condition");
            var condition = expressions.whole();
            if (tokens.at(Kind.NAME) && !tokens.ends()) {
                throw tokens.fail(
                        SyntaxCode.UNEXPECTED_TOKEN,
                        tokens.peek().span(),
                        "expected `{`",
                        Note.found(tokens.peek().shown()),
                        Note.help("the statements of an `if` stand in braces: if condition { ... } else { ... }"));
            }
            var body = body();
            branches.add(new Branch(condition, body, tokens.since(word.span())));
            if (!tokens.at("else") || tokens.isBinding()) {
                var none = tokens.source().span(tokens.lastEnd(), tokens.lastEnd());
                return new Statement.If(branches, new Body(List.of(), none), tokens.since(first));
            }
            tokens.take();
            if (!tokens.at("if") || tokens.ends()) {
                var otherwise = body();
                return new Statement.If(branches, otherwise, tokens.since(first));
            }
        }
    }

    private Statement train(Span first) {
        var entries = new ArrayList<Entry>();
        braces(() -> entries.add(entry()), start -> {});
        return new Statement.Train(entries, tokens.since(first));
    }

    private Entry entry() {
        if (!tokens.at(Kind.NAME)) {
            throw tokens.fail(
                    SyntaxCode.UNEXPECTED_TOKEN,
                    tokens.peek().span(),
                    "expected a key of the training, such as `optimizer:`",
                    Note.found(tokens.peek().shown()));
        }
        var key = tokens.identifier();
        var subject = tokens.noName();
        if (tokens.at(Kind.NAME) && !tokens.ends()) {
            subject = tokens.name("a name");
        }
        if (tokens.at(Kind.ASSIGN)) {
            throw tokens.fail(
                    SyntaxCode.UNEXPECTED_TOKEN,
                    tokens.peek().span(),
                    "expected `:`",
                    Note.found("`=`"),
                    Note.help("write " + key.text() + ": value"));
        }
        tokens.expect(Kind.COLON, "`:`");
        var value = expressions.whole();
        return new Entry(key, subject, value, tokens.since(key.span()));
    }
}
