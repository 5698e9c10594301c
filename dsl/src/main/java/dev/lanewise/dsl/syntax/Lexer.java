package dev.lanewise.dsl.syntax;

import static dev.lanewise.dsl.diagnostic.Diagnostic.error;

import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.diagnostic.ReadCode;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Token.Kind;
import java.util.ArrayList;
import java.util.List;

/// Cuts a range of a file into tokens, one at a time; comments are put aside.
final class Lexer {
    /// What stands for bytes that are not UTF-8.
    private static final char REPLACED = '\uFFFD';

    private final Source source;
    private final String text;
    private int end;
    private final Diagnostics diagnostics;
    private final List<Comment> comments = new ArrayList<>();
    private int at;
    private boolean opensLine;
    private boolean knowsForeignBlanks;

    Lexer(Source source, int start, int end, Diagnostics diagnostics) {
        this.source = source;
        this.text = source.text();
        this.at = start;
        this.end = end;
        this.diagnostics = diagnostics;
        this.opensLine = true;
    }

    /// The comments read so far.
    List<Comment> comments() {
        return comments;
    }

    /// Reads no further.
    void stop() {
        end = at;
    }

    /// The next token; [Kind#END] again and again at the end.
    Token next() {
        while (true) {
            skipBlanks();
            if (at >= end) {
                return token(Kind.END, at);
            }
            char c = text.charAt(at);
            if (c == '/' && peek(1) == '/') {
                lineComment();
            } else if (c == '/' && peek(1) == '*') {
                blockComment();
            } else if (isLetter(at)) {
                return token(Kind.NAME, nameEnd(at));
            } else if (isDigit(c) || c == '.' && isDigit(peek(1))) {
                return number();
            } else if (c == '"') {
                return text();
            } else if (Lookalikes.isBlank(c)) {
                foreignBlank();
            } else {
                var sign = sign(c, peek(1));
                if (sign != Kind.END) {
                    return token(sign, at + (isLong(sign) ? 2 : 1));
                }
                return foreign(c);
            }
        }
    }

    private void report(SyntaxCode code, Span span, String message, Note... notes) {
        diagnostics.add(error(code, span, message, notes));
        if (diagnostics.isFull(source)) {
            stop();
        }
    }

    private Token token(Kind kind, int tokenEnd) {
        var token = new Token(kind, source.span(at, tokenEnd), opensLine);
        at = tokenEnd;
        opensLine = kind == Kind.END;
        return token;
    }

    private char peek(int ahead) {
        return at + ahead < end ? text.charAt(at + ahead) : '\0';
    }

    private void skipBlanks() {
        while (at < end) {
            char c = text.charAt(at);
            if (c == '\n' || c == '\r') {
                opensLine = true;
            } else if (c != ' ' && c != '\t') {
                return;
            }
            at++;
        }
    }

    private void lineComment() {
        int start = at;
        while (at < end && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
            at++;
        }
        boolean documents = text.startsWith("///", start) && !text.startsWith("////", start) && at - start >= 3;
        var span = source.span(start, at);
        comments.add(new Comment(
                documents ? Comment.Kind.DOCUMENTATION : Comment.Kind.LINE,
                span.text().stripTrailing(),
                span));
    }

    private void blockComment() {
        int start = at;
        int close = text.indexOf("*/", at + 2);
        if (close < 0 || close + 2 > end) {
            report(
                    SyntaxCode.UNTERMINATED_COMMENT,
                    source.span(start, start + 2),
                    "this comment has no end",
                    Note.help("close it with */"));
            at = end;
            return;
        }
        at = close + 2;
        var span = source.span(start, at);
        comments.add(new Comment(Comment.Kind.BLOCK, span.text(), span));
        if (span.text().indexOf('\n') >= 0 || span.text().indexOf('\r') >= 0) {
            opensLine = true;
        }
    }

    private boolean isLetter(int place) {
        char c = text.charAt(place);
        return c >= 'a' && c <= 'z'
                || c >= 'A' && c <= 'Z'
                || c == '_'
                || c >= 128 && Character.isLetter(text.codePointAt(place));
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private int nameEnd(int start) {
        int place = start;
        while (place < end && (isLetter(place) || isDigit(text.charAt(place)))) {
            place += Character.charCount(text.codePointAt(place));
        }
        return Math.min(place, end);
    }

    private int digitsEnd(int start) {
        int place = start;
        while (place < end && isDigit(text.charAt(place))) {
            place++;
        }
        return place;
    }

    private Token number() {
        int whole = digitsEnd(at);
        int stop = whole;
        String trouble = whole == at ? "a number begins with a digit" : "";
        if (stop < end && text.charAt(stop) == '.') {
            int fraction = digitsEnd(stop + 1);
            if (fraction == stop + 1) {
                trouble = "there is no digit behind the point";
            }
            stop = fraction;
        }
        if (stop < end && (text.charAt(stop) == 'e' || text.charAt(stop) == 'E')) {
            int sign = stop + 1 < end && (text.charAt(stop + 1) == '-' || text.charAt(stop + 1) == '+') ? 1 : 0;
            int exponent = digitsEnd(stop + 1 + sign);
            if (exponent > stop + 1 + sign) {
                stop = exponent;
            } else {
                trouble = "there is no digit in the exponent";
                stop = exponent;
            }
        }
        int tail = nameEnd(stop);
        if (tail > stop && trouble.isEmpty()) {
            trouble = "a number does not go on with letters";
        }
        var token = token(Kind.NUMBER, tail);
        if (trouble.isEmpty() && Double.isInfinite(NumberText.value(token.text()))) {
            trouble = "no double is as large as this";
        }
        if (!trouble.isEmpty()) {
            report(
                    SyntaxCode.BAD_NUMBER,
                    token.span(),
                    token.shown() + " is not a number: " + trouble,
                    Note.help("numbers look like 64, 0.5 or 1e-4"));
        }
        return token;
    }

    private Token text() {
        int place = at + 1;
        while (place < end) {
            char c = text.charAt(place);
            if (c == '"') {
                return token(Kind.TEXT, place + 1);
            }
            if (c == '\n' || c == '\r') {
                break;
            }
            place += c == '\\' && place + 1 < end && text.charAt(place + 1) >= ' ' ? 2 : 1;
        }
        place = Math.min(place, end);
        report(
                SyntaxCode.UNTERMINATED_TEXT,
                source.span(at, at + 1),
                "this text does not end on its line",
                Note.help("close it with a double quote; \\n is a new line inside it"));
        return token(Kind.TEXT, place);
    }

    private static Kind sign(char c, char after) {
        return switch (c) {
            case '(' -> Kind.OPEN;
            case ')' -> Kind.CLOSE;
            case '[' -> Kind.OPEN_LIST;
            case ']' -> Kind.CLOSE_LIST;
            case '{' -> Kind.OPEN_BODY;
            case '}' -> Kind.CLOSE_BODY;
            case ',' -> Kind.COMMA;
            case ':' -> Kind.COLON;
            case ';' -> Kind.SEMICOLON;
            case '.' -> Kind.DOT;
            case '+' -> Kind.PLUS;
            case '-' -> Kind.MINUS;
            case '*' -> Kind.STAR;
            case '/' -> Kind.SLASH;
            case '@' -> Kind.AT;
            case '^' -> Kind.CARET;
            case '=' -> after == '=' ? Kind.EQUAL : Kind.ASSIGN;
            case '<' -> after == '-' ? Kind.WRITE : after == '=' ? Kind.LESS_OR_EQUAL : Kind.LESS;
            case '>' -> after == '=' ? Kind.GREATER_OR_EQUAL : Kind.GREATER;
            case '!' -> after == '=' ? Kind.NOT_EQUAL : Kind.END;
            case '|' -> after == '>' ? Kind.PIPE : Kind.END;
            default -> Kind.END;
        };
    }

    private static boolean isLong(Kind sign) {
        return switch (sign) {
            case EQUAL, NOT_EQUAL, LESS_OR_EQUAL, GREATER_OR_EQUAL, WRITE, PIPE -> true;
            default -> false;
        };
    }

    /// A blank that is none, as texts from a page on the web hold them: told once, read as a blank.
    private void foreignBlank() {
        if (!knowsForeignBlanks) {
            knowsForeignBlanks = true;
            report(
                    SyntaxCode.BAD_CHARACTER,
                    source.span(at, at + 1),
                    "this blank is the character U+%04X".formatted((int) text.charAt(at)),
                    Note.help("put a plain blank in its place, here and wherever else it stands in the file"));
        }
        at++;
    }

    /// What stands for a sign or a text elsewhere is told, and read as what is meant.
    private Token foreign(char c) {
        var close = Lookalikes.closingQuote(c);
        int quoteEnd = close.isEmpty() ? -1 : quoteEnd(close);
        if (quoteEnd > 0) {
            var token = token(Kind.TEXT, quoteEnd);
            var inner = token.text().substring(1, token.text().length() - 1);
            report(
                    SyntaxCode.BAD_CHARACTER,
                    token.span(),
                    "a text stands in double quotes, `\"`",
                    Note.found("the " + (c == '\'' || c == '`' ? "" : "typographic ") + "quote `" + c + "`"),
                    Note.help("write \"" + inner.replace("\\", "\\\\").replace("\"", "\\\"") + "\""));
            return token;
        }
        var meant = Lookalikes.sign(c);
        if (meant.isEmpty()) {
            return badCharacter();
        }
        var token = token(sign(meant.charAt(0), meant.length() > 1 ? meant.charAt(1) : '\0'), at + 1);
        report(
                SyntaxCode.BAD_CHARACTER,
                token.span(),
                shownCharacters(token.text()) + " means nothing here",
                Note.help("write `" + meant + "`"));
        return token;
    }

    /// Where a text in foreign quotes ends on its line; -1 when it does not.
    private int quoteEnd(String close) {
        for (int place = at + 1; place < end; place++) {
            char c = text.charAt(place);
            if (close.indexOf(c) >= 0) {
                return place + 1;
            }
            if (c == '\n' || c == '\r') {
                return -1;
            }
        }
        return -1;
    }

    /// A run of characters that begin no token, reported once.
    private Token badCharacter() {
        int start = at;
        int stop = at;
        while (stop < end && !startsToken(stop)) {
            stop += Character.charCount(text.codePointAt(stop));
        }
        var token = token(Kind.BAD, Math.min(Math.max(stop, start + 1), end));
        if (text.charAt(start) != REPLACED || !diagnostics.has(ReadCode.INVALID_UTF8, source)) {
            var run = token.text();
            report(SyntaxCode.BAD_CHARACTER, token.span(), shownCharacters(run) + " means nothing here", advice(run));
        }
        return token;
    }

    private boolean startsToken(int place) {
        char c = text.charAt(place);
        return c == ' '
                || c == '\t'
                || c == '\n'
                || c == '\r'
                || c == '"'
                || isDigit(c)
                || isLetter(place)
                || Lookalikes.isBlank(c)
                || !Lookalikes.sign(c).isEmpty()
                || sign(c, place + 1 < end ? text.charAt(place + 1) : '\0') != Kind.END;
    }

    private static String shownCharacters(String run) {
        int first = run.codePointAt(0);
        var shown = new StringBuilder();
        if (Character.isISOControl(first)
                || !Character.isDefined(first)
                || Character.getType(first) >= Character.FORMAT && Character.getType(first) <= Character.SURROGATE
                || first == 0xFFFD
                || Character.isWhitespace(first)
                || Character.isSpaceChar(first)) {
            shown.append("the character U+").append("%04X".formatted(first));
        } else {
            shown.append('`');
            run.codePoints().limit(20).filter(c -> !Character.isISOControl(c)).forEach(shown::appendCodePoint);
            shown.append('`');
        }
        return shown.toString();
    }

    private static Note advice(String run) {
        return switch (run.substring(0, 1)) {
            case "&" -> Note.help("conditions are joined by `and`");
            case "|" -> Note.help("conditions are joined by `or`; a pipeline is written `|>`");
            case "!" -> Note.help("a condition is denied by `not`");
            case "%" -> Note.help("there is no operator for the remainder");
            case "'", "`", "\u201C", "\u201D", "\u201E", "\u2018", "\u2019" ->
                Note.help("texts stand in double quotes: \"...\"");
            case "$" -> Note.help("a name stands alone, without a sign before it");
            case "#" -> Note.help("comments begin with //");
            case "?" -> Note.help("a choice is written where(condition, a, b)");
            default ->
                Note.note("outside comments and texts, names of letters, digits and _, numbers and signs are read");
        };
    }
}
