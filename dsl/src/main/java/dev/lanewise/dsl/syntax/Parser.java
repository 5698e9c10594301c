package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.Habits;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration.Builtin;
import dev.lanewise.dsl.syntax.Declaration.Definition;
import dev.lanewise.dsl.syntax.Declaration.Formula;
import dev.lanewise.dsl.syntax.Parameter.Marker;
import dev.lanewise.dsl.syntax.SourceFile.Import;
import dev.lanewise.dsl.syntax.SourceFile.Item;
import dev.lanewise.dsl.syntax.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/// Reads a file into its syntax tree. What cannot be read is told and left out; any text gives a tree.
public final class Parser {
    private final Tokens tokens;
    private final ExpressionParser expressions;
    private final StatementParser statements;

    private Parser(Tokens tokens) {
        this.tokens = tokens;
        this.expressions = new ExpressionParser(tokens);
        this.statements = new StatementParser(tokens);
    }

    public static SourceFile parse(Source source, Diagnostics diagnostics) {
        return new Parser(new Tokens(source, 0, source.text().length(), 0, diagnostics)).file();
    }

    /// Reads a text that is one expression, such as the value of `--set`; [Expression.Missing] when it is none.
    public static Expression parseExpression(Source source, Diagnostics diagnostics) {
        var tokens = new Tokens(source, 0, source.text().length(), 0, diagnostics);
        try {
            var value = new ExpressionParser(tokens).whole();
            if (!tokens.at(Kind.END)) {
                throw tokens.unexpected("the end of the expression");
            }
            return value;
        } catch (Failure reported) {
            return new Expression.Missing(source.span(0, source.text().length()));
        }
    }

    private SourceFile file() {
        var items = new ArrayList<Item>();
        while (!tokens.at(Kind.END)) {
            int start = tokens.peek().span().start();
            int before = tokens.lastEnd();
            try {
                items.add(item(before));
                statements.endStatement();
            } catch (Failure reported) {
                tokens.recoverDeclaration(start);
            }
        }
        var comments = tokens.comments();
        return new SourceFile(tokens.source(), items, comments, Comments.allows(comments));
    }

    private Item item(int before) {
        var first = tokens.peek();
        if (first.is("import")) {
            return imported();
        }
        if (first.kind() == Kind.NAME) {
            for (var kind : Declaration.Kind.values()) {
                if (first.is(kind.word())) {
                    return declaration(kind, before);
                }
            }
        }
        throw noDeclaration(first);
    }

    private Failure noDeclaration(Token first) {
        var advice = Note.expected("import, fn, block, metric, init, schedule, optimizer or network");
        if (first.kind() == Kind.CLOSE_BODY) {
            advice = Note.help("there is one `}` too many");
        } else if (first.kind() == Kind.OPEN_BODY || tokens.peek(1).kind() == Kind.COLON) {
            advice = Note.help("a network is written network Name { ... }, with a statement a line");
        } else if (tokens.isBinding() || tokens.startsStatement()) {
            advice = Note.help("statements stand inside `network Name { ... }` or another declaration");
        } else if (first.kind() == Kind.NAME) {
            var words = Stream.concat(
                            Stream.of("import"),
                            Stream.of(Declaration.Kind.values()).map(Declaration.Kind::word))
                    .toList();
            advice = Habits.advice(first.text(), Names.suggestion(first.text(), words, advice));
        }
        return tokens.fail(
                SyntaxCode.EXPECTED_DECLARATION,
                first.span(),
                "expected a declaration",
                Note.found(first.shown()),
                advice);
    }

    private Import imported() {
        var first = tokens.take();
        if (!tokens.at(Kind.TEXT) || tokens.ends()) {
            throw tokens.unexpected("the name of a file in double quotes");
        }
        var file = expressions.text();
        return new Import(file, tokens.since(first.span()));
    }

    private Declaration declaration(Declaration.Kind kind, int before) {
        var first = tokens.take();
        var documentation = Comments.documentation(
                tokens.comments(), tokens.source().span(before, first.span().start()));
        if (tokens.at(Kind.COLON) && !tokens.ends()) {
            throw tokens.unexpected(
                    "the name of the " + kind.word(), Note.help("write " + kind.word() + " Name { ... }, without `:`"));
        }
        var name = tokens.name("the name of the " + kind.word());
        var parameters = tokens.at(Kind.OPEN) && !tokens.ends() ? parameters() : List.<Parameter>of();
        var definition = definition(parameters.isEmpty() ? "`(`, `=` or `{`" : "`=` or `{`");
        return new Declaration(kind, name, parameters, definition, documentation, tokens.since(first.span()));
    }

    private Definition definition(String expected) {
        if (tokens.at(Kind.OPEN_BODY)) {
            return statements.body();
        }
        tokens.expect(Kind.ASSIGN, expected);
        var value = expressions.whole();
        boolean builtin = value instanceof Expression.Path path && path.text().equals("builtin");
        return builtin ? new Builtin(value.span()) : new Formula(value, value.span());
    }

    private List<Parameter> parameters() {
        tokens.open();
        var parameters = new ArrayList<Parameter>();
        var names = new HashSet<String>();
        while (!tokens.at(Kind.CLOSE)) {
            var parameter = parameter();
            if (!names.add(parameter.name().text())) {
                tokens.report(
                        SyntaxCode.DUPLICATE_PARAMETER,
                        parameter.name().span(),
                        "there is already a parameter `" + parameter.name() + "`");
            }
            parameters.add(parameter);
            if (!tokens.at(Kind.COMMA)) {
                break;
            }
            tokens.take();
        }
        tokens.close(Kind.CLOSE, "`,` or `)`");
        return parameters;
    }

    private Parameter parameter() {
        if (!tokens.at(Kind.NAME)) {
            throw tokens.unclosed("the name of a parameter");
        }
        var name = tokens.name("the name of a parameter");
        Marker marker = new Parameter.Plain();
        if (tokens.at(Kind.COLON)) {
            tokens.take();
            marker = marker();
        }
        Expression initial = new Expression.Missing(tokens.source().span(tokens.lastEnd(), tokens.lastEnd()));
        if (tokens.at(Kind.ASSIGN)) {
            tokens.take();
            initial = expressions.whole();
        }
        return new Parameter(name, marker, initial, tokens.since(name.span()));
    }

    private Marker marker() {
        if (tokens.at("param")) {
            return new Parameter.Learned(tokens.take().span());
        }
        if (tokens.at("word") && tokens.peek(1).kind() == Kind.OPEN) {
            return words(tokens.take().span());
        }
        return new Parameter.Typed(statements.types().type());
    }

    private Marker words(Span first) {
        tokens.open();
        var words = new ArrayList<Identifier>();
        do {
            if (!words.isEmpty()) {
                tokens.take();
            }
            if (!tokens.at(Kind.NAME)) {
                throw tokens.unclosed("a word");
            }
            words.add(tokens.name("a word"));
        } while (tokens.at(Kind.COMMA));
        tokens.close(Kind.CLOSE, "`,` or `)`");
        return new Parameter.Words(words, tokens.since(first));
    }
}
