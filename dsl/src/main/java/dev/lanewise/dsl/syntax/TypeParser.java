package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.diagnostic.Habits;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.syntax.Token.Kind;
import java.util.List;

/// Types of inputs, targets and parameters.
final class TypeParser {
    static final List<String> WORDS = List.of("float", "class", "index");

    private static final Note SHAPE = Note.note("a shape is that of one example; the batch is never part of it");

    private final Tokens tokens;
    private final ExpressionParser expressions;

    TypeParser(Tokens tokens, ExpressionParser expressions) {
        this.tokens = tokens;
        this.expressions = expressions;
    }

    /// `float[1, 28, 28]`
    Type type() {
        if (!tokens.at(Kind.NAME)) {
            var expected = "a type: float, float[...], class[...] or index[...]";
            throw tokens.at(Kind.OPEN_LIST) && !tokens.ends()
                    ? tokens.unexpected(expected, Note.help("write float before it: float[...]"))
                    : tokens.unexpected(expected);
        }
        var word = tokens.take();
        var base = base(word);
        if (tokens.at(Kind.OPEN) && !tokens.ends()) {
            throw tokens.fail(
                    SyntaxCode.TYPE_DIMENSIONS,
                    tokens.peek().span(),
                    "the numbers of a type stand in brackets",
                    Note.help("write " + word.text() + "[...]"));
        }
        var dimensions = tokens.at(Kind.OPEN_LIST) && !tokens.ends() ? expressions.dimensions() : List.<Expression>of();
        var type = new Type(base, dimensions, tokens.since(word.span()));
        if (base == Type.Base.CLASS && dimensions.size() != 1 || base == Type.Base.INDEX && dimensions.isEmpty()) {
            tokens.report(
                    SyntaxCode.TYPE_DIMENSIONS,
                    type.span(),
                    base == Type.Base.CLASS
                            ? "`class` has one number, how many classes there are"
                            : "`index` has at least the size of the vocabulary",
                    Note.help(base == Type.Base.CLASS ? "write class[10]" : "write index[length, vocabulary]"));
        }
        return type;
    }

    private Type.Base base(Token word) {
        return switch (word.text()) {
            case "float" -> Type.Base.FLOAT;
            case "class" -> Type.Base.CLASS;
            case "index" -> Type.Base.INDEX;
            default -> {
                var expected = Note.expected("float, float[d1, ...], class[k] or index[n, vocabulary]");
                var advice = Habits.type(word.text());
                tokens.report(
                        SyntaxCode.UNKNOWN_TYPE,
                        word.span(),
                        "there is no type " + word.shown(),
                        expected,
                        advice.isEmpty() ? Names.suggestion(word.text(), WORDS, SHAPE) : Note.help(advice));
                yield Type.Base.UNKNOWN;
            }
        };
    }
}
