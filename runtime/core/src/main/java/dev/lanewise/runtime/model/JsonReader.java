package dev.lanewise.runtime.model;

import dev.lanewise.runtime.ModelException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads one JSON text by recursive descent, to a depth of 100 and at most two million values.
final class JsonReader {

    private static final int MAXIMUM_DEPTH = 100;
    private static final int MAXIMUM_VALUES = 1 << 21;
    private static final char END = '\0'; // not allowed anywhere in JSON, so a real one is an error as well

    private final String text;
    private int at;
    private int values;

    JsonReader(String text) {
        this.text = text;
    }

    Object parse() {
        if (text.length() > Json.MAXIMUM_LENGTH) {
            throw new ModelException(
                    "JSON of " + text.length() + " characters; at most " + Json.MAXIMUM_LENGTH + " are read");
        }
        Object value = value(0);
        skipSpace();
        if (at < text.length()) {
            throw error("expected the end");
        }
        return value;
    }

    private Object value(int depth) {
        if (depth > MAXIMUM_DEPTH) {
            throw error("nested deeper than " + MAXIMUM_DEPTH);
        }
        if (++values > MAXIMUM_VALUES) {
            throw error("more than " + MAXIMUM_VALUES + " values");
        }
        skipSpace();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> list(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", Json.NULL);
            default -> number();
        };
    }

    private Map<String, Object> object(int depth) {
        var entries = new LinkedHashMap<String, Object>();
        at++;
        if (skipTo('}')) {
            return entries;
        }
        do {
            skipSpace();
            int keyAt = at;
            String key = string();
            if (!skipTo(':')) {
                throw error("expected ':'");
            }
            if (entries.put(key, value(depth + 1)) != null) {
                at = keyAt;
                throw error("the key occurs twice");
            }
        } while (skipTo(','));
        if (!skipTo('}')) {
            throw error("expected ',' or '}'");
        }
        return entries;
    }

    private List<Object> list(int depth) {
        var elements = new ArrayList<Object>();
        at++;
        if (skipTo(']')) {
            return elements;
        }
        do {
            elements.add(value(depth + 1));
        } while (skipTo(','));
        if (!skipTo(']')) {
            throw error("expected ',' or ']'");
        }
        return elements;
    }

    private String string() {
        if (peek() != '"') {
            throw error("expected a string");
        }
        at++;
        var result = new StringBuilder();
        while (true) {
            char c = peek();
            if (c == '"') {
                at++;
                return result.toString();
            }
            if (c < ' ') {
                throw error(at < text.length() ? "a control character in a string" : "a string without its end");
            }
            if (c == '\\') {
                at++;
                result.append(escape());
            } else {
                at++;
                result.append(c);
            }
            checkSurrogates(result);
        }
    }

    /// A low half follows a high half at once, and comes in no other place.
    private void checkSurrogates(StringBuilder result) {
        int last = result.length() - 1;
        boolean afterHigh = last > 0 && Character.isHighSurrogate(result.charAt(last - 1));
        boolean endsInHigh = Character.isHighSurrogate(result.charAt(last)) && peek() == '"';
        if (endsInHigh || afterHigh != Character.isLowSurrogate(result.charAt(last))) {
            throw error("half of a surrogate pair");
        }
    }

    private char escape() {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> {
                at--;
                throw error("not an escape");
            }
        };
    }

    private char unicode() {
        int code = 0;
        for (int i = 0; i < 4; i++) {
            char c = peek();
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw error("expected four hexadecimal digits");
            }
            code = code * 16 + digit;
            at++;
        }
        return (char) code;
    }

    private Object number() {
        int start = at;
        if (peek() == '-') {
            at++;
        }
        boolean leadingZero = peek() == '0';
        int digits = digits();
        if (digits == 0 || leadingZero && digits > 1) {
            at = start;
            throw error(start < text.length() ? "expected a value" : "the text ends where a value is expected");
        }
        boolean integer = true;
        if (peek() == '.') {
            at++;
            integer = false;
            if (digits() == 0) {
                throw error("expected a digit");
            }
        }
        if (peek() == 'e' || peek() == 'E') {
            at++;
            integer = false;
            if (peek() == '+' || peek() == '-') {
                at++;
            }
            if (digits() == 0) {
                throw error("expected a digit");
            }
        }
        String number = text.substring(start, at);
        if (integer && digits < 19 && !number.equals("-0")) {
            return Long.valueOf(number);
        }
        if (integer && digits == 19) {
            try {
                return Long.valueOf(number);
            } catch (NumberFormatException _) {
                return Double.valueOf(number);
            }
        }
        double value = Double.parseDouble(number);
        if (Double.isInfinite(value)) {
            at = start;
            throw error("a number beyond double precision");
        }
        return value;
    }

    private int digits() {
        int start = at;
        while (peek() >= '0' && peek() <= '9') {
            at++;
        }
        return at - start;
    }

    private Object word(String word, Object value) {
        if (!text.startsWith(word, at)) {
            throw error("expected a value");
        }
        at += word.length();
        return value;
    }

    private boolean skipTo(char wanted) {
        skipSpace();
        if (peek() != wanted) {
            return false;
        }
        at++;
        return true;
    }

    private void skipSpace() {
        while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') {
            at++;
        }
    }

    private char peek() {
        return at < text.length() ? text.charAt(at) : END;
    }

    private ModelException error(String message) {
        return new ModelException("JSON, character " + (at + 1) + ": " + message);
    }
}
