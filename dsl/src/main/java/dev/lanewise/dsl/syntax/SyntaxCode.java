package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.diagnostic.Code;

/// What can be wrong with the text of a file. Each has a golden file.
public enum SyntaxCode implements Code {
    BAD_CHARACTER(
            "bad-character",
            "A character that the language does not use outside comments and texts. Names consist of letters, digits"
                    + " and `_`; conditions are joined by `and`, `or`, `not`."),
    BAD_NUMBER(
            "bad-number",
            "Numbers look like 64, 0.5 or 1e-4: digits on both sides of the point, digits behind the `e`, and a value"
                    + " that a double can hold."),
    UNTERMINATED_TEXT(
            "unterminated-text",
            "A text begins and ends with a double quote on one line. Inside it, `\\\"` is a quote and `\\n"
                    + "` a new line."),
    BAD_ESCAPE("bad-escape", "In a text, a backslash stands before one of \\ \" n t."),
    UNTERMINATED_COMMENT(
            "unterminated-comment", "A comment that begins with `/*` ends with `*/`. Such comments do not nest."),
    UNEXPECTED_TOKEN(
            "unexpected-token",
            "The text does not continue as the grammar wants it. The note `expected` says what could stand here."),
    EXPECTED_EXPRESSION(
            "expected-expression",
            "A value belongs here: a number, a text, a name, a call, a list or something in parentheses."),
    EXPECTED_STATEMENT(
            "expected-statement",
            "A body consists of statements: `name = value`, or a word such as `param`, `layer`, `return`, `loss`"
                    + " followed by its parts. A value alone does nothing and is not a statement."),
    EXPECTED_DECLARATION(
            "expected-declaration",
            "A file consists of imports and of declarations that begin with fn, block, metric, init, schedule,"
                    + " optimizer or network."),
    STATEMENT_END(
            "statement-end",
            "A statement ends at the end of its line. Two of them on one line have `;` between them; a statement goes"
                    + " on in the next line inside ( or [, after an operator, or before `|>`."),
    UNCLOSED_BRACKET("unclosed-bracket", "A `(` or `[` without its closing partner."),
    UNCLOSED_BODY(
            "unclosed-body",
            "A `{` without its `}`: the file, or the next declaration, begins before the body has ended."),
    PIPE_OPERAND(
            "pipe-operand",
            "The right side of `|>` is a name or a call. `|>` binds weaker than every operator, so a pipeline that is"
                    + " part of a larger expression stands in parentheses."),
    CHAINED_COMPARISON("chained-comparison", "Comparisons do not chain: `a < b < c` is written `a < b and b < c`."),
    NESTED_TOO_DEEP(
            "nested-too-deep",
            "Brackets, bodies or operators are nested deeper than any text that a person writes. Bind parts of the"
                    + " expression to names."),
    UNKNOWN_TYPE(
            "unknown-type",
            "Types are `float`, `float[d1, ...]`, `class[k]` and `index[n, vocabulary]`; a parameter may also be marked"
                    + " `param` or `word(...)`."),
    TYPE_DIMENSIONS(
            "type-dimensions",
            "`class[k]` has one number, how many classes there are; `index[..., vocabulary]` has at least the size of"
                    + " the vocabulary."),
    DUPLICATE_PARAMETER("duplicate-parameter", "Two parameters of one declaration have the same name."),
    BAD_INSERTION(
            "bad-insertion",
            "In the text of a `require`, `{expression}` inserts a value. A brace itself is written twice: `{{`, `}}`.");

    private final String id;
    private final String explanation;

    SyntaxCode(String id, String explanation) {
        this.id = id;
        this.explanation = explanation;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String explanation() {
        return explanation;
    }
}
