package dev.lanewise.dsl.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.DiagnosticPrinter;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.SourceReader;
import dev.lanewise.dsl.source.Source;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Whatever the text, there is a tree, and the diagnostics can be printed.
final class HostileTextTest {
    private static final List<String> WORDS = List.of(
            "fn",
            "block",
            "network",
            "metric",
            "init",
            "import",
            "x",
            "if",
            "else",
            "repeat",
            "as",
            "train",
            "layer",
            "param",
            "frozen",
            "state",
            "return",
            "require",
            "loss",
            "word",
            "float",
            "class",
            "not",
            "and",
            "or",
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            ",",
            ":",
            ";",
            ".",
            "=",
            "<-",
            "|>",
            "==",
            "<",
            "+",
            "-",
            "*",
            "/",
            "@",
            "^",
            "3",
            "1e",
            "0.5",
            "\"a\"",
            "\"",
            "\"{x}\"",
            "\"{\"",
            "//",
            "///",
            "/*",
            "*/",
            "\n",
            "\n",
            "\r\n",
            "\t",
            "\\",
            "&",
            "\u0000",
            "\u6f22",
            "\ud83d",
            "\udc00",
            "\ufeff",
            "builtin",
            "// allow: a, b\n");

    static LongStream seeds() {
        var one = Long.getLong("seed");
        return one == null ? LongStream.range(0, 500) : LongStream.of(one);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomTokensGiveDiagnosticsAndNoException(long seed) {
        var random = new SplittableRandom(seed);
        var text = new StringBuilder(random.nextBoolean() ? "network A {\n" : "");
        for (int count = (int) seed / 2; count > 0; count--) {
            text.append(WORDS.get(random.nextInt(WORDS.size()))).append(random.nextBoolean() ? " " : "");
        }
        read(text.toString().getBytes(StandardCharsets.UTF_8));
        var diagnostics = new Diagnostics();
        var tree = Parser.parse(new Source("tokens", text.toString()), diagnostics);
        if (!diagnostics.hasErrors()) {
            var formatted = Formatter.format(tree);
            assertEquals(SyntaxText.of(tree), SyntaxText.of(Parser.parse(new Source("again", formatted), diagnostics)));
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void randomBytesGiveDiagnosticsAndNoException(long seed) {
        var bytes = new byte[(int) seed];
        var random = new SplittableRandom(seed);
        random.nextBytes(bytes);
        read(bytes);
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (bytes[i] & 127);
        }
        read(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "[", "{", "-", "f(", "not ", "2^", "if a {\n", "f(x |> ", "repeat 3 {", "(\n", "\"{("})
    void twentyThousandOpeningsGiveADiagnostic(String opening) {
        var text = opening.repeat(20_000);
        for (var before : List.of("", "fn f(x) = ", "fn f(x) { ", "fn f(x) {\n x = ")) {
            assertTrue(read((before + text).getBytes(StandardCharsets.UTF_8)).hasErrors());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", "x ", "1+", "#", "# ", "\"", "/*", "x y\n", "}{", "[1,", "///x\n", "\r", "x=\n", "|>"})
    void fiveMegabytesAreReadInReasonableTime(String piece) {
        var text = "network A {\n x = " + piece.repeat(5_000_000 / piece.length());
        assertTrue(read(text.getBytes(StandardCharsets.UTF_8)).hasErrors());
    }

    @Test
    void aLongPipelineIsNoProblem() {
        var text = "fn f(x) = x" + " |> f".repeat(20_000);
        var diagnostics = new Diagnostics();
        var tree = Parser.parse(new Source("long", text), diagnostics);
        assertFalse(diagnostics.hasErrors());
        assertTrue(Formatter.format(tree).length() > 100_000);
    }

    @Test
    void atMostFiftyErrorsOfAFileAreTold() {
        var diagnostics = read("x y\n".repeat(1000).getBytes(StandardCharsets.UTF_8));
        assertEquals(Diagnostics.LIMIT + 1, diagnostics.all().size());
        assertEquals("too-many-errors", diagnostics.all().getLast().code());
    }

    @Test
    void windowsLineEndsAndAByteOrderMarkAreNoErrors() {
        var text = "\ufefffn f(x) = x\r\n\r\nnetwork A {\r\n  h = x\r\n    |> f\r\n}\r\n";
        assertEquals(List.of(), read(text.getBytes(StandardCharsets.UTF_8)).all());
    }

    @Test
    void linesAreCountedWhateverEndsThem() {
        var diagnostics = new Diagnostics();
        Parser.parse(new Source("ends", "fn f(x) = x\r\nfn g(x) = x\rfn h(x) = x\n$"), diagnostics);
        assertEquals("ends:4:1", diagnostics.all().getFirst().span().toString());
    }

    private static Diagnostics read(byte[] bytes) {
        var diagnostics = new Diagnostics();
        var source = SourceReader.decode(bytes, "hostile.net", diagnostics);
        SyntaxText.of(Parser.parse(source, diagnostics));
        assertTrue(diagnostics.all().size() <= Diagnostics.LIMIT + 1);
        for (Diagnostic diagnostic : diagnostics.all()) {
            var printed = DiagnosticPrinter.print(diagnostic);
            assertTrue(printed.length() < 2000, printed);
            assertTrue(diagnostic.fields().line() > 0);
        }
        return diagnostics;
    }
}
