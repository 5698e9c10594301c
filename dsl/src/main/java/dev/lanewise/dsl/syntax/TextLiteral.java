package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Statement.Message;
import dev.lanewise.dsl.syntax.Statement.Part;
import java.util.ArrayList;

/// What stands between double quotes: escapes, and the insertions of a message.
final class TextLiteral {
    private TextLiteral() {}

    /// The characters of a text token, with escapes resolved.
    static String value(Span literal, Tokens tokens) {
        return unescaped(inner(literal), tokens);
    }

    private static Span inner(Span literal) {
        var text = literal.text();
        boolean closed = text.length() > 1
                && (text.endsWith("\"")
                        || Lookalikes.closingQuote(text.charAt(0)).indexOf(text.charAt(text.length() - 1)) >= 0);
        return literal.source().span(literal.start() + 1, literal.end() - (closed ? 1 : 0));
    }

    private static String unescaped(Span range, Tokens tokens) {
        var text = range.text();
        if (text.indexOf('\\') < 0) {
            return text;
        }
        var result = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                result.append(c);
                continue;
            }
            char escaped = text.charAt(++i);
            switch (escaped) {
                case 'n' -> result.append('\n');
                case 't' -> result.append('\t');
                case '"', '\\' -> result.append(escaped);
                default -> {
                    int start = range.start() + i - 1;
                    tokens.report(
                            SyntaxCode.BAD_ESCAPE,
                            range.source().span(start, start + 1 + Character.charCount(text.codePointAt(i))),
                            "a text has no such escape",
                            Note.expected("one of \\\\ \\\" \\n \\t"));
                    result.append(escaped);
                }
            }
        }
        return result.toString();
    }

    /// A text with `{expression}` in it; `{{` and `}}` are braces.
    static Message message(Span literal, Tokens tokens) {
        var range = inner(literal);
        var source = range.source();
        var text = source.text();
        var parts = new ArrayList<Part>();
        var characters = new StringBuilder();
        int from = range.start();
        int at = from;
        while (at < range.end()) {
            char c = text.charAt(at);
            if (c != '{' && c != '}') {
                at += c == '\\' ? 2 : 1;
                continue;
            }
            at = Math.min(at, range.end());
            characters.append(unescaped(source.span(from, at), tokens));
            if (at + 1 < range.end() && text.charAt(at + 1) == c) {
                characters.append(c);
                at += 2;
            } else {
                int close = c == '{' ? text.indexOf('}', at) : -1;
                if (close < 0 || close >= range.end()) {
                    throw tokens.fail(
                            SyntaxCode.BAD_INSERTION,
                            source.span(at, at + 1),
                            c == '{' ? "`{` begins an insertion that has no end" : "`}` ends no insertion",
                            Note.help("write " + c + c + " for the brace itself"));
                }
                if (text.substring(at + 1, close).isBlank()) {
                    throw tokens.fail(
                            SyntaxCode.BAD_INSERTION,
                            source.span(at, close + 1),
                            "there is nothing between the braces",
                            Note.help("write {{}} for the braces themselves"));
                }
                if (!characters.isEmpty()) {
                    parts.add(new Part.Literal(characters.toString()));
                    characters.setLength(0);
                }
                parts.add(
                        new Part.Inserted(ExpressionParser.inside(source.span(at + 1, close), tokens.depth(), tokens)));
                at = close + 1;
            }
            from = at;
        }
        characters.append(unescaped(source.span(from, range.end()), tokens));
        if (!characters.isEmpty()) {
            parts.add(new Part.Literal(characters.toString()));
        }
        return new Message(parts, literal);
    }
}
