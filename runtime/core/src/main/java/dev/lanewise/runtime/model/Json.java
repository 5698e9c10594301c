package dev.lanewise.runtime.model;

import dev.lanewise.runtime.ModelException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// JSON as plain Java values, read strictly (RFC 8259) and written in the order given.
///
/// A value is a `Map` with strings as keys (in the order of the text), a `List`, a `String`, a `Long` (an integer
/// that fits), a `Double` (any other number), a `Boolean`, or [#NULL]. The writer takes any `Number`, and Java's null
/// as `null`. What JSON has no number for is written as one of the strings "NaN", "Infinity", "-Infinity"; [#number]
/// reads them back.
///
/// The reader trusts nothing: it limits length, depth and the number of values, and rejects duplicate keys, numbers
/// beyond double, lone surrogates, invalid UTF-8 and anything after the value. What is wrong is a [ModelException]
/// without the file's name, which the caller knows.
public final class Json {

    /// The value `null`.
    public static final Object NULL = new Object();

    /// The longest text that is read, in bytes or characters.
    public static final int MAXIMUM_LENGTH = 1 << 26;

    private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

    private Json() {}

    public static Object parse(byte[] utf8) {
        if (utf8.length > MAXIMUM_LENGTH) {
            throw new ModelException("JSON of " + utf8.length + " bytes; at most " + MAXIMUM_LENGTH + " are read");
        }
        try {
            return parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString());
        } catch (CharacterCodingException _) {
            throw new ModelException("the JSON text is not valid UTF-8");
        }
    }

    public static Object parse(String text) {
        return new JsonReader(text).parse();
    }

    /// One line, without spaces. Half a surrogate pair becomes U+FFFD.
    public static String write(@Nullable Object value) {
        var out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(@Nullable Object value, StringBuilder out) {
        if (value instanceof Map<?, ?> map) {
            var separator = "";
            out.append('{');
            for (var entry : map.entrySet()) {
                out.append(separator);
                write((String) entry.getKey(), out);
                out.append(':');
                write(entry.getValue(), out);
                separator = ",";
            }
            out.append('}');
        } else if (value instanceof List<?> list) {
            var separator = "";
            out.append('[');
            for (var element : list) {
                out.append(separator);
                write(element, out);
                separator = ",";
            }
            out.append(']');
        } else if (value instanceof String text) {
            write(text, out);
        } else if (value instanceof Number number && !Double.isFinite(number.doubleValue())) {
            write(number.toString(), out);
        } else if (value == null || value.equals(NULL)) {
            out.append("null");
        } else if (value instanceof Number || value instanceof Boolean) {
            out.append(value);
        } else {
            throw new IllegalArgumentException("no JSON for " + value.getClass());
        }
    }

    private static void write(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int escape = "\"\\\n\r\t".indexOf(c);
            if (escape >= 0) {
                out.append('\\').append("\"\\nrt".charAt(escape));
            } else if (c < ' ') {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                out.append(Character.isSurrogate(c) && !paired(text, i) ? '\ufffd' : c);
            }
        }
        out.append('"');
    }

    private static boolean paired(String text, int at) {
        return Character.isHighSurrogate(text.charAt(at))
                ? at + 1 < text.length() && Character.isLowSurrogate(text.charAt(at + 1))
                : at > 0 && Character.isHighSurrogate(text.charAt(at - 1));
    }

    /// `value` as an object; `name` says in the message what was read.
    @SuppressWarnings("unchecked") // the reader makes keys of strings only
    public static Map<String, Object> object(@Nullable Object value, String name) {
        if (value instanceof Map<?, ?> map) {
            return (Map<String, Object>) map;
        }
        throw mismatch(value, name, "an object");
    }

    @SuppressWarnings("unchecked") // a list of anything is a list of objects to its reader
    public static List<Object> list(@Nullable Object value, String name) {
        if (value instanceof List<?> list) {
            return (List<Object>) list;
        }
        throw mismatch(value, name, "a list");
    }

    public static List<Map<String, Object>> objects(@Nullable Object value, String name) {
        var read = new ArrayList<Map<String, Object>>();
        for (var element : list(value, name)) {
            read.add(object(element, name));
        }
        return read;
    }

    public static List<String> texts(@Nullable Object value, String name) {
        var read = new ArrayList<String>();
        for (var element : list(value, name)) {
            read.add(text(element, name));
        }
        return read;
    }

    /// `value` as a shape.
    public static List<Integer> extents(@Nullable Object value, String name) {
        var read = new ArrayList<Integer>();
        for (var element : list(value, name)) {
            read.add(integer(element, name, 0, Integer.MAX_VALUE));
        }
        return read;
    }

    /// `value` as the name of one of `known`.
    public static <E extends Enum<E>> E word(@Nullable Object value, String name, E[] known) {
        for (var each : known) {
            if (each.name().equals(value)) {
                return each;
            }
        }
        throw new ModelException(name + ": expected one of " + List.of(known) + ", found " + text(value, name));
    }

    public static String text(@Nullable Object value, String name) {
        if (value instanceof String text) {
            return text;
        }
        throw mismatch(value, name, "a string");
    }

    public static boolean truth(@Nullable Object value, String name) {
        if (value instanceof Boolean truth) {
            return truth;
        }
        throw mismatch(value, name, "true or false");
    }

    public static double number(@Nullable Object value, String name) {
        if (value instanceof Number number) {
            return number.doubleValue();
        }
        if (value instanceof String text && NOT_FINITE.contains(text)) {
            return Double.parseDouble(text);
        }
        throw mismatch(value, name, "a number");
    }

    public static long integer(@Nullable Object value, String name) {
        if (value instanceof Long number) {
            return number;
        }
        throw mismatch(value, name, "an integer");
    }

    /// As [#integer], from `low` to `high`.
    public static int integer(@Nullable Object value, String name, int low, int high) {
        long number = integer(value, name);
        if (number >= low && number <= high) {
            return (int) number;
        }
        throw mismatch(value, name, "an integer from " + low + " to " + high);
    }

    private static ModelException mismatch(@Nullable Object value, String name, String expected) {
        return new ModelException(name + ": expected " + expected + ", found " + described(value));
    }

    private static String described(@Nullable Object value) {
        if (value instanceof String text) {
            return "a string of " + text.length() + " characters";
        }
        if (value instanceof Map) {
            return "an object";
        }
        if (value instanceof List) {
            return "a list";
        }
        return value == null ? "nothing" : write(value);
    }
}
