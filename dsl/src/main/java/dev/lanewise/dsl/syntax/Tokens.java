package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;

/// The tokens of a file under a cursor, where statements end, and what to do when they do not fit.
final class Tokens {
    /// How deep brackets, bodies and prefixes may nest; half a megabyte of stack is enough for it.
    static final int DEEPEST = 200;

    private static final Set<String> STATEMENT_WORDS = Set.of(
            "frozen", "layer", "param", "state", "fitted", "input", "target", "output", "loss", "metric", "return",
            "require", "repeat", "if", "train");
    private static final Set<String> DECLARATION_WORDS =
            Set.of("fn", "block", "init", "schedule", "optimizer", "network", "import");

    private final Source source;
    private final Diagnostics diagnostics;
    private final Lexer lexer;
    private final List<Token> ahead = new ArrayList<>();
    private final Deque<Token> brackets = new ArrayDeque<>();
    private int depth;
    private int lastEnd;
    private boolean stopped;
    private int unclosedAt = -1;

    Tokens(Source source, int start, int end, int depth, Diagnostics diagnostics) {
        this.source = source;
        this.diagnostics = diagnostics;
        this.lexer = new Lexer(source, start, end, diagnostics);
        this.depth = depth;
        this.lastEnd = start;
    }

    Source source() {
        return source;
    }

    Diagnostics diagnostics() {
        return diagnostics;
    }

    List<Comment> comments() {
        return lexer.comments();
    }

    Token peek() {
        return peek(0);
    }

    Token peek(int places) {
        while (ahead.size() <= places) {
            ahead.add(lexer.next());
        }
        return ahead.get(places);
    }

    boolean at(Kind kind) {
        return peek().kind() == kind;
    }

    boolean at(String word) {
        return peek().is(word);
    }

    Token take() {
        var token = peek();
        ahead.removeFirst();
        lastEnd = token.span().end();
        return token;
    }

    /// Makes two tokens of `<-`, where it is a comparison with a negative number.
    void splitWrite() {
        var both = take().span();
        ahead.addFirst(new Token(Kind.MINUS, source.span(both.start() + 1, both.end()), false));
        ahead.addFirst(new Token(Kind.LESS, source.span(both.start(), both.start() + 1), false));
    }

    /// The offset behind the token taken last.
    int lastEnd() {
        return lastEnd;
    }

    /// From the start of a span to the end of the token taken last.
    Span since(Span first) {
        return source.span(first.start(), Math.max(lastEnd, first.end()));
    }

    int depth() {
        return depth;
    }

    /// Goes one level down; every caller goes up again, if it does not fail. Of a file that is nested too deep no
    /// more is read.
    void down() {
        if (depth < DEEPEST) {
            depth++;
            return;
        }
        report(
                SyntaxCode.NESTED_TOO_DEEP,
                peek().span(),
                "nested deeper than " + DEEPEST + " levels",
                Note.help("bind a part of it to a name first"));
        skipAll();
        throw new Failure();
    }

    /// Takes the `{` of a body; one that stands on a line of its own is reported.
    Token openBody() {
        if (!at(Kind.OPEN_BODY)) {
            throw unexpected("`{`");
        }
        if (ends()) {
            report(
                    SyntaxCode.UNEXPECTED_TOKEN,
                    peek().span(),
                    "`{` stands on a line of its own",
                    Note.expected("`{` at the end of the line before, which ends the statement otherwise"));
        }
        return take();
    }

    /// Reports a body that is not closed; of several that end at one place only the innermost.
    void unclosedBody(Token open) {
        if (stopped || unclosedAt == peek().span().start()) {
            return;
        }
        unclosedAt = peek().span().start();
        report(
                SyntaxCode.UNCLOSED_BODY,
                open.span(),
                "`{` is not closed",
                Note.found(
                        at(Kind.END)
                                ? peek().shown()
                                : "the declaration " + peek().shown() + " in line "
                                        + peek().span().line()),
                Note.expected("`}`"));
    }

    void up() {
        depth--;
    }

    Token open() {
        var token = take();
        brackets.push(token);
        return token;
    }

    /// Takes the bracket that closes the one opened last.
    Token close(Kind kind, String expected) {
        if (!at(kind)) {
            throw unclosed(expected);
        }
        brackets.pop();
        return take();
    }

    boolean insideBrackets() {
        return !brackets.isEmpty();
    }

    /// The failure inside brackets when what stands here does not go on: either they were never closed, or it is
    /// strange.
    Failure unclosed(String expected) {
        var opening = brackets.element();
        if (at(Kind.END) || at(Kind.CLOSE_BODY) || at(Kind.SEMICOLON) || startsStatement() || startsDeclaration()) {
            return fail(
                    SyntaxCode.UNCLOSED_BRACKET,
                    opening.span(),
                    opening.kind().shown() + " is not closed",
                    Note.found(
                            at(Kind.END)
                                    ? peek().shown()
                                    : peek().shown() + " in line "
                                            + peek().span().line()),
                    Note.expected(expected));
        }
        return unexpected(expected);
    }

    /// Whether the statement ends before the next token: at a new line outside brackets, but not before `|>`.
    boolean ends() {
        var token = peek();
        return switch (token.kind()) {
            case END, SEMICOLON, CLOSE_BODY -> true;
            case PIPE -> false;
            default -> token.opensLine() && brackets.isEmpty();
        };
    }

    /// Whether the token after the next belongs to the same statement.
    boolean continuesAfterNext() {
        return !brackets.isEmpty() || !peek(1).opensLine();
    }

    /// Whether the next token opens a line that can only be a statement.
    boolean startsStatement() {
        var token = peek();
        return token.opensLine()
                && token.kind() == Kind.NAME
                && (isBinding() || STATEMENT_WORDS.contains(token.text()) && isOperand(peek(1)));
    }

    private static boolean isOperand(Token token) {
        return token.kind() == Kind.NAME
                && !token.opensLine()
                && !token.is("and")
                && !token.is("or")
                && !token.is("as");
    }

    /// Whether what can be no operand opens this line: a statement or a declaration.
    boolean opensStatement() {
        return startsStatement() || peek().opensLine() && startsDeclaration();
    }

    /// Whether the last sign before the next token is this one.
    boolean follows(char sign) {
        var text = source.text();
        int place = peek().span().start() - 1;
        while (place >= 0 && text.charAt(place) == ' ') {
            place--;
        }
        return place >= 0 && text.charAt(place) == sign;
    }

    /// Whether `NAME =` or `NAME <-` is next.
    boolean isBinding() {
        var sign = peek(1);
        return at(Kind.NAME) && !sign.opensLine() && (sign.kind() == Kind.ASSIGN || sign.kind() == Kind.WRITE);
    }

    /// Whether a declaration begins here, at the beginning of a line or outside bodies. `metric` does not tell, it
    /// is a statement too.
    boolean startsDeclaration() {
        return looksLikeDeclaration() && (depth == 0 || peek().span().start() == lineStart());
    }

    boolean looksLikeDeclaration() {
        var token = peek();
        if (!token.opensLine() || token.kind() != Kind.NAME || !DECLARATION_WORDS.contains(token.text())) {
            return false;
        }
        var next = peek(1);
        if (token.is("import") || next.kind() != Kind.NAME || next.opensLine()) {
            return token.is("import") && next.kind() == Kind.TEXT;
        }
        return switch (peek(2).kind()) {
            case OPEN, ASSIGN, OPEN_BODY -> true;
            default -> false;
        };
    }

    Token expect(Kind kind, String expected) {
        if (!at(kind) || ends()) {
            throw unexpected(expected);
        }
        return take();
    }

    Identifier name(String expected) {
        if (!at(Kind.NAME) || ends()) {
            throw unexpected(expected);
        }
        return identifier();
    }

    /// The name that stands here, perhaps at the beginning of a line.
    Identifier identifier() {
        var token = take();
        return new Identifier(token.text(), token.span());
    }

    /// An identifier that was left out.
    Identifier noName() {
        return new Identifier("", source.span(lastEnd, lastEnd));
    }

    Failure unexpected(String expected) {
        var token = peek();
        if (token.opensLine() && token.kind() != Kind.END && brackets.isEmpty()) {
            var here = source.span(lastEnd, lastEnd);
            return fail(
                    SyntaxCode.UNEXPECTED_TOKEN,
                    here,
                    "expected " + expected,
                    Note.found("the end of the line"),
                    Note.note("a statement ends with its line, unless a bracket is open or an operator waits"));
        }
        return token.kind() == Kind.ASSIGN
                ? unexpected(expected, Note.help("`=` binds a name, `==` compares"))
                : fail(SyntaxCode.UNEXPECTED_TOKEN, token.span(), "expected " + expected, Note.found(token.shown()));
    }

    /// As the other, with what helps.
    Failure unexpected(String expected, Note advice) {
        return fail(
                SyntaxCode.UNEXPECTED_TOKEN, peek().span(), "expected " + expected, Note.found(peek().shown()), advice);
    }

    /// Reports, unless the lexer has already reported what stands here.
    Failure fail(SyntaxCode code, Span span, String message, Note... notes) {
        if (!at(Kind.BAD)) {
            report(code, span, message, notes);
        }
        return new Failure();
    }

    void report(SyntaxCode code, Span span, String message, Note... notes) {
        diagnostics.add(Diagnostic.error(code, span, message, notes));
        if (diagnostics.isFull(source)) {
            skipAll();
        }
    }

    private void skipAll() {
        stopped = true;
        ahead.clear();
        int end = source.text().length();
        ahead.add(new Token(Kind.END, source.span(end, end), true));
        lexer.stop();
    }

    /// After a failure: goes on to where the next statement probably begins, or the `}` of the body. `depth` is
    /// that of the body's statements, `start` the first offset of the statement that failed.
    void recover(int depth, int start) {
        this.depth = depth;
        int open = brackets.size();
        brackets.clear();
        int bodies = 0;
        while (!at(Kind.END)) {
            var token = peek();
            if (bodies == 0 && token.span().start() > start) {
                if (startsStatement() || startsDeclaration() || open <= 0 && token.opensLine() && !at(Kind.PIPE)) {
                    return;
                }
            }
            switch (token.kind()) {
                case OPEN, OPEN_LIST -> open++;
                case CLOSE, CLOSE_LIST -> open--;
                case OPEN_BODY -> bodies++;
                case CLOSE_BODY -> {
                    if (bodies == 0) {
                        return;
                    }
                    bodies--;
                }
                case SEMICOLON -> {
                    if (bodies == 0) {
                        take();
                        return;
                    }
                }
                default -> {}
            }
            take();
        }
    }

    /// After a failure between declarations: goes on to the next one.
    void recoverDeclaration(int start) {
        depth = 0;
        brackets.clear();
        int bodies = 0;
        while (!at(Kind.END)
                && !(peek().span().start() > start
                        && (startsDeclaration()
                                || bodies <= 0 && at(Kind.NAME) && peek().span().start() == lineStart()))) {
            bodies += at(Kind.OPEN_BODY) ? 1 : at(Kind.CLOSE_BODY) ? -1 : 0;
            take();
        }
    }

    private int lineStart() {
        return peek().opensLine() ? source.lineStart(peek().span().line()) : -1;
    }
}
