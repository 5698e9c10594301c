package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.source.Span;

/// A word of the text. `opensLine` is true when nothing but blanks and comments stands before it on its line.
record Token(Kind kind, Span span, boolean opensLine) {

    enum Kind {
        NAME("a name"),
        NUMBER("a number"),
        TEXT("a text"),
        OPEN("`(`"),
        CLOSE("`)`"),
        OPEN_LIST("`[`"),
        CLOSE_LIST("`]`"),
        OPEN_BODY("`{`"),
        CLOSE_BODY("`}`"),
        COMMA("`,`"),
        COLON("`:`"),
        SEMICOLON("`;`"),
        DOT("`.`"),
        ASSIGN("`=`"),
        WRITE("`<-`"),
        PIPE("`|>`"),
        EQUAL("`==`"),
        NOT_EQUAL("`!=`"),
        LESS("`<`"),
        LESS_OR_EQUAL("`<=`"),
        GREATER("`>`"),
        GREATER_OR_EQUAL("`>=`"),
        PLUS("`+`"),
        MINUS("`-`"),
        STAR("`*`"),
        SLASH("`/`"),
        AT("`@`"),
        CARET("`^`"),
        /// Characters that are no token; they have been reported.
        BAD("this"),
        END("the end of the file");

        private final String shown;

        Kind(String shown) {
            this.shown = shown;
        }

        /// As messages call it.
        String shown() {
            return shown;
        }
    }

    String text() {
        return span.text();
    }

    boolean is(String word) {
        return kind == Kind.NAME
                && word.length() == span.end() - span.start()
                && span.source().text().startsWith(word, span.start());
    }

    /// As the note `found` shows it: the text itself, shortened.
    String shown() {
        if (kind == Kind.END) {
            return kind.shown();
        }
        var text = text();
        return "`" + (text.length() > 40 ? text.substring(0, 37) + "..." : text) + "`";
    }
}
