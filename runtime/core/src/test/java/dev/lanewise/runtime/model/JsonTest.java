package dev.lanewise.runtime.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.runtime.ModelException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("scalar")
class JsonTest {

    @Test
    void valuesOfEveryKindAreRead() {
        var value =
                Json.parse(" {\"a\" : [1, -2.5e3, true, false, null, \"x\\n\\u00e9\\ud83d\\ude00\\/\"], \"b\":{} } ");
        assertEquals(
                Map.of(
                        "a",
                        Arrays.asList(1L, -2500.0, true, false, Json.NULL, "x\n\u00e9\ud83d\ude00/"),
                        "b",
                        Map.of()),
                value);
    }

    @Test
    void integersThatFitAreLongsAndOthersDoubles() {
        assertEquals(Long.MAX_VALUE, Json.parse("9223372036854775807"));
        assertEquals(Long.MIN_VALUE, Json.parse("-9223372036854775808"));
        assertEquals(9.223372036854775808e18, Json.parse("9223372036854775808"));
        assertEquals(-0.0, Json.parse("-0"));
        assertEquals(1.0, Json.parse("1.0"));
        assertEquals(0L, Json.parse("0"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "[",
                "[1",
                "[1,",
                "[1,]",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{a:1}",
                "{'a':1}",
                "01",
                "-",
                "+1",
                "1.",
                ".5",
                "1e",
                "1e+",
                "0x10",
                "NaN",
                "Infinity",
                "nul",
                "truee",
                "1 2",
                "\"",
                "\"\\x\"",
                "\"\\u12g4\"",
                "\"\\u123",
                "\"a\nb\"",
                "\"\\ud800\"",
                "\"\\udc00\"",
                "\"\\ud800x\"",
                "\"\\ud800\\ud800\\udc00\"",
                "1e999",
                "{\"a\":1,\"a\":2}",
                "[1]]",
                "\u0000",
                "\ufeff1",
                "// x\n1",
                "[1;2]",
                "\"\\u\u0661\u0661\u0661\u0661\""
            })
    void wrongTextIsRejected(String text) {
        var e = assertThrows(ModelException.class, () -> Json.parse(text));
        assertTrue(e.getMessage().startsWith("JSON, character "), e.getMessage());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,\"a\":2}|JSON, character 8: the key occurs twice",
                "[1,]|JSON, character 4: expected a value",
                "[1|JSON, character 3: expected ',' or ']'",
                "{\"a\" 1}|JSON, character 6: expected ':'",
                "\"abc|JSON, character 5: a string without its end",
                "1e999|JSON, character 1: a number beyond double precision",
                "1 2|JSON, character 3: expected the end"
            })
    void messagesNameThePlace(String text, String message) {
        assertEquals(
                message,
                assertThrows(ModelException.class, () -> Json.parse(text)).getMessage());
    }

    @Test
    void depthLengthAndNumberOfValuesAreLimited() {
        Json.parse("[".repeat(100) + "]".repeat(100));
        assertMessage("nested deeper", () -> Json.parse("[".repeat(20_000)));
        assertMessage("nested deeper", () -> Json.parse("{\"a\":".repeat(20_000)));
        assertMessage("more than 2097152 values", () -> Json.parse("[" + "[],".repeat(3_000_000)));
        assertMessage("at most", () -> Json.parse(new byte[Json.MAXIMUM_LENGTH + 1]));
    }

    @Test
    void invalidUtf8IsRejected() {
        byte[] bytes = "\"a\"".getBytes(StandardCharsets.US_ASCII);
        bytes[1] = (byte) 0xff;
        assertMessage("not valid UTF-8", () -> Json.parse(bytes));
    }

    @Test
    void objectsAreWrittenInTheOrderGiven() {
        var value = new LinkedHashMap<String, Object>();
        value.put("z", 1);
        value.put("a", List.of(0.5, 1e-7f, true, "q\"\\\u0001\n\u00e9\ud800"));
        value.put("n", null);
        value.put("m", Json.NULL);
        value.put("x", List.of(Double.NaN, Double.NEGATIVE_INFINITY));
        value.put("o", Map.of());
        assertEquals(
                "{\"z\":1,\"a\":[0.5,1.0E-7,true,\"q\\\"\\\\\\u0001\\n\u00e9\ufffd\"],\"n\":null,\"m\":null,"
                        + "\"x\":[\"NaN\",\"-Infinity\"],\"o\":{}}",
                Json.write(value));
        assertEquals("[]", Json.write(List.of()));
        assertThrows(IllegalArgumentException.class, () -> Json.write(new Object()));
    }

    @Test
    void whatIsWrittenIsReadBack() {
        for (long seed = 0; seed < 200; seed++) {
            var random = new SplittableRandom(seed);
            Object value = randomValue(random, 1 + (int) (seed / 40));
            assertEquals(value, Json.parse(Json.write(value)), "seed " + seed);
        }
    }

    @Test
    void noTextMakesTheReaderFailInAnotherWay() {
        String alphabet = "{}[]\",:\\u0dD8eE+-.19tfn \n\ud800\udc00";
        for (long seed = 0; seed < 20_000; seed++) {
            var random = new SplittableRandom(seed);
            var text = new StringBuilder();
            for (int i = random.nextInt(20); i > 0; i--) {
                text.append(alphabet.charAt(random.nextInt(alphabet.length())));
            }
            try {
                Object value = Json.parse(text.toString());
                assertEquals(value, Json.parse(Json.write(value)), text.toString());
            } catch (ModelException e) {
                assertTrue(e.getMessage().startsWith("JSON"), e.getMessage());
            }
        }
    }

    @Test
    void accessSaysWhatWasExpected() {
        var value = Json.object(Json.parse("{\"a\":1,\"b\":\"NaN\",\"c\":2.5}"), "header");
        assertEquals(1, Json.integer(value.get("a"), "a", 0, 1));
        assertEquals(1.0, Json.number(value.get("a"), "a"));
        assertTrue(Double.isNaN(Json.number(value.get("b"), "b")));
        assertMessage("c: expected an integer, found 2.5", () -> Json.integer(value.get("c"), "c"));
        assertMessage("a: expected an integer from 2 to 3, found 1", () -> Json.integer(value.get("a"), "a", 2, 3));
        assertMessage("d: expected a list, found nothing", () -> Json.list(value.get("d"), "d"));
        assertMessage("header: expected a string, found an object", () -> Json.text(value, "header"));
        assertMessage("b: expected true or false, found a string of 3", () -> Json.truth(value.get("b"), "b"));
        assertSame(Json.NULL, Json.parse("null"));
    }

    private static Object randomValue(SplittableRandom random, int depth) {
        return switch (random.nextInt(depth == 0 ? 5 : 7)) {
            case 0 -> random.nextLong() >> random.nextInt(64);
            case 1 -> Double.longBitsToDouble(random.nextLong() & 0xbfffffffffffffffL);
            case 2 -> random.nextBoolean();
            case 3 -> Json.NULL;
            case 4 -> randomText(random);
            case 5 -> {
                var list = new ArrayList<Object>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    list.add(randomValue(random, depth - 1));
                }
                yield list;
            }
            default -> {
                var map = new LinkedHashMap<String, Object>();
                for (int i = random.nextInt(5); i > 0; i--) {
                    map.put(randomText(random), randomValue(random, depth - 1));
                }
                yield map;
            }
        };
    }

    private static String randomText(SplittableRandom random) {
        var text = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            int code = random.nextInt(random.nextBoolean() ? 128 : 0x11000);
            text.appendCodePoint(code >= 0xd800 && code < 0xe000 ? 'x' : code);
        }
        return text.toString();
    }

    private static void assertMessage(String part, org.junit.jupiter.api.function.Executable action) {
        var e = assertThrows(ModelException.class, action);
        assertTrue(e.getMessage().contains(part), e.getMessage());
    }
}
