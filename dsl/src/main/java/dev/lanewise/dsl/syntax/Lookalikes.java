package dev.lanewise.dsl.syntax;

/// Characters that look like signs of the language, as word processors and pages on the web put them into texts.
final class Lookalikes {

    private Lookalikes() {}

    /// A blank that is neither the plain one nor a tab, or a character without width.
    static boolean isBlank(char c) {
        return c == '\u00A0'
                || c >= '\u2000' && c <= '\u200D'
                || c == '\u202F'
                || c == '\u205F'
                || c == '\u2060'
                || c == '\u3000'
                || c == '\uFEFF';
    }

    /// The sign that was meant; empty when it looks like none.
    static String sign(char c) {
        return switch (c) {
            case '\u2212', '\u2013', '\u2014', '\u2010', '\u2011', '\uFF0D' -> "-";
            case '\u00D7', '\u00B7', '\u22C5', '\u2217', '\u2715', '\uFF0A' -> "*";
            case '\u00F7', '\u2215' -> "/";
            case '\u2264', '\u2A7D' -> "<=";
            case '\u2265', '\u2A7E' -> ">=";
            case '\u2260' -> "!=";
            case '\u2190' -> "<-";
            case '\u25B7', '\u22B3' -> "|>";
            case '\uFF08' -> "(";
            case '\uFF09' -> ")";
            case '\uFF0C' -> ",";
            case '\uFF1A' -> ":";
            case '\uFF1B' -> ";";
            case '\uFF1D' -> "=";
            case '\uFF0B' -> "+";
            default -> "";
        };
    }

    /// The characters that close a text which this one opens elsewhere; empty when it opens none.
    static String closingQuote(char open) {
        return switch (open) {
            case '\'' -> "'";
            case '`' -> "`";
            case '\u201C', '\u201D', '\u201E', '\u201F' -> "\u201C\u201D\"";
            case '\u2018', '\u2019', '\u201A' -> "\u2018\u2019'";
            case '\u00AB' -> "\u00BB";
            case '\uFF02' -> "\uFF02";
            default -> "";
        };
    }
}
