package dev.lanewise.runtime.model;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Writes plain Java values as JSON. Half a surrogate pair becomes U+FFFD.
final class JsonWriter {

    private final boolean indented;
    private final StringBuilder out = new StringBuilder();

    JsonWriter(boolean indented) {
        this.indented = indented;
    }

    String write(@Nullable Object value) {
        value(value, 0);
        return out.toString();
    }

    private void value(@Nullable Object value, int depth) {
        switch (value) {
            case null -> out.append("null");
            case Map<?, ?> map -> object(map, depth);
            case List<?> list -> list(list, depth);
            case CharSequence text -> string(text);
            case Double number -> number(number, number.toString());
            case Float number -> number(number, number.toString());
            case Number number -> out.append(number);
            case Boolean truth -> out.append(truth);
            case Object other when other.equals(Json.NULL) -> out.append("null");
            default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
        }
    }

    private void number(double value, String text) {
        out.append(Double.isFinite(value) ? text : '"' + text + '"');
    }

    private void object(Map<?, ?> map, int depth) {
        out.append('{');
        boolean first = true;
        for (var entry : map.entrySet()) {
            if (!first) {
                out.append(',');
            }
            line(depth + 1, map.isEmpty());
            string((String) entry.getKey());
            out.append(indented ? ": " : ":");
            value(entry.getValue(), depth + 1);
            first = false;
        }
        line(depth, map.isEmpty());
        out.append('}');
    }

    private void list(List<?> list, int depth) {
        boolean flat = list.stream().noneMatch(e -> e instanceof Map || e instanceof List);
        out.append('[');
        for (int i = 0; i < list.size(); i++) {
            if (i > 0) {
                out.append(indented && flat ? ", " : ",");
            }
            line(depth + 1, flat);
            value(list.get(i), depth + 1);
        }
        line(depth, flat);
        out.append(']');
    }

    private void line(int depth, boolean stay) {
        if (indented && !stay) {
            out.append('\n').repeat("  ", depth);
        }
    }

    private void string(CharSequence text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ') {
                        out.append("\\u00")
                                .append(Character.forDigit(c >> 4, 16))
                                .append(Character.forDigit(c & 15, 16));
                    } else {
                        out.append(Character.isSurrogate(c) && !paired(text, i) ? '\ufffd' : c);
                    }
                }
            }
        }
        out.append('"');
    }

    private static boolean paired(CharSequence text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }
}
