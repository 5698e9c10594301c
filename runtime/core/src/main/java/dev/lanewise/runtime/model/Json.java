package dev.lanewise.runtime.model;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
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
/// beyond double, lone surrogates, invalid UTF-8 and anything after the value.
public final class Json {

    /// The value `null`.
    public static final Object NULL = new Object() {
        @Override
        public String toString() {
            return "null";
        }
    };

    /// The longest text that is read, in bytes or characters.
    public static final int MAXIMUM_LENGTH = 1 << 26;

    private static final Set<String> NOT_FINITE = Set.of("NaN", "Infinity", "-Infinity");

    private Json() {}

    public static Object parse(byte[] utf8) {
        if (utf8.length > MAXIMUM_LENGTH) {
            throw new JsonException("JSON of " + utf8.length + " bytes; at most " + MAXIMUM_LENGTH + " are read");
        }
        try {
            return parse(StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(utf8))
                    .toString());
        } catch (CharacterCodingException _) {
            throw new JsonException("the JSON text is not valid UTF-8");
        }
    }

    public static Object parse(String text) {
        return new JsonReader(text).parse();
    }

    /// One line, without spaces.
    public static String write(@Nullable Object value) {
        return new JsonWriter(false).write(value);
    }

    /// Indented by two spaces; a list of numbers, strings or other small values stays on one line.
    public static String writeIndented(@Nullable Object value) {
        return new JsonWriter(true).write(value);
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
        return switch (value) {
            case Number number -> number.doubleValue();
            case String text when NOT_FINITE.contains(text) -> Double.parseDouble(text);
            case null, default -> throw mismatch(value, name, "a number");
        };
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

    private static JsonException mismatch(@Nullable Object value, String name, String expected) {
        String found = switch (value) {
            case null -> "nothing";
            case Map<?, ?> _ -> "an object";
            case List<?> _ -> "a list";
            case String text -> "a string of " + text.length() + " characters";
            default -> value.toString();
        };
        return new JsonException(name + ": expected " + expected + ", found " + found);
    }
}
