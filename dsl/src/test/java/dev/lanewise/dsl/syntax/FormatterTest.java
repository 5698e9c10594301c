package dev.lanewise.dsl.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.dsl.diagnostic.DiagnosticPrinter;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FormatterTest {

    static LongStream seeds() {
        var one = Long.getLong("seed");
        return one == null ? LongStream.range(0, 250) : LongStream.of(one);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void parsingTheFormattedTreeGivesTheTree(long seed) {
        var tree = new RandomSyntax(new SplittableRandom(seed)).file(1 + (int) seed / 25);
        var text = Formatter.format(tree);
        var again = parse(text);
        assertEquals(SyntaxText.of(tree), SyntaxText.of(again), () -> "seed " + seed + "\n" + text);
        assertEquals(text, Formatter.format(again), () -> "seed " + seed);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void commentsStayWhereverTheyStand(long seed) {
        var random = new SplittableRandom(seed);
        var plain = Formatter.format(new RandomSyntax(random).file(1 + (int) seed / 25));
        var text = withComments(plain, random);
        var tree = parse(text);
        assertEquals(SyntaxText.of(parse(plain)), SyntaxText.of(tree), text);
        var formatted = Formatter.format(tree);
        var again = parse(formatted);
        assertEquals(SyntaxText.of(tree), SyntaxText.of(again), () -> "seed " + seed + "\n" + text + "\n" + formatted);
        assertEquals(comments(tree), comments(again), () -> "seed " + seed + "\n" + text + "\n" + formatted);
        assertEquals(formatted, Formatter.format(again), () -> "seed " + seed + "\n" + text);
    }

    /// Puts comments between tokens: block comments anywhere, the others where a line may end.
    private static String withComments(String text, SplittableRandom random) {
        var source = new Source("plain", text);
        var lexer = new Lexer(source, 0, text.length(), new Diagnostics());
        var out = new StringBuilder();
        int at = 0;
        int brackets = 0;
        int count = 0;
        for (var token = lexer.next(); token.kind() != Token.Kind.END; token = lexer.next()) {
            int start = token.span().start();
            boolean mayBreak = token.opensLine() || brackets > 0 || token.kind() == Token.Kind.PIPE;
            out.append(text, at, start);
            if (random.nextInt(8) == 0) {
                out.append(mayBreak && random.nextBoolean() ? "// c" + count++ + "\n" : " /* c" + count++ + " */ ");
                if (mayBreak && random.nextInt(4) == 0) {
                    out.append("\n\n/* c\n").append(count++).append(" */\n");
                }
            }
            out.append(token.text());
            at = token.span().end();
            switch (token.kind()) {
                case OPEN, OPEN_LIST -> brackets++;
                case CLOSE, CLOSE_LIST -> brackets--;
                default -> {}
            }
        }
        return out.append(text, at, text.length()).append("// last").toString();
    }

    @TestFactory
    Stream<DynamicTest> samplesAndPreludeKeepTheirMeaningAndTheirComments() throws IOException {
        var files = new ArrayList<Path>();
        for (var folder : List.of(Path.of("../samples"), Path.of("../compiler/core/src/main/resources"))) {
            if (Files.isDirectory(folder)) {
                try (var found = Files.walk(folder)) {
                    found.filter(file -> file.toString().endsWith(".net")).forEach(files::add);
                }
            }
        }
        return files.stream()
                .sorted()
                .map(file -> DynamicTest.dynamicTest(file.toString(), () -> {
                    var tree = parse(Files.readString(file));
                    var formatted = Formatter.format(tree);
                    var again = parse(formatted);
                    assertEquals(SyntaxText.of(tree), SyntaxText.of(again));
                    assertEquals(comments(tree), comments(again));
                    assertEquals(formatted, Formatter.format(again));
                }));
    }

    private static List<String> comments(SourceFile file) {
        return file.comments().stream().map(Comment::text).toList();
    }

    @Test
    void trailingCommentsKeepTheirColumn() {
        var text = "fn f(x) = x       // one\nfn long(x) = x    // two\n";
        assertEquals(text, Formatter.format(parse(text)));
    }

    @Test
    void linesAreNoLongerThanNeeded() {
        var text = "fn f(x) = " + "g(first_argument, second: h(third_argument, fourth_argument)) + ".repeat(8) + "x\n";
        var formatted = Formatter.format(parse(text));
        assertTrue(formatted.lines().allMatch(line -> line.length() <= 120), formatted);
        assertEquals(SyntaxText.of(parse(text)), SyntaxText.of(parse(formatted)));
    }

    @Test
    void windowsLineEndsBecomePlain() {
        assertEquals(
                "// c\nfn f(x) {\n  /* a\n  b */\n  return x\n}\n",
                Formatter.format(parse("// c\r\nfn f(x) {\r\n/* a\r\n  b */\r\nreturn x\r\n}")));
    }

    @Test
    void anEmptyFileStaysEmpty() {
        assertEquals("", Formatter.format(parse("\n\n")));
    }

    private static SourceFile parse(String text) {
        var diagnostics = new Diagnostics();
        var tree = Parser.parse(new Source("test.net", text), diagnostics);
        assertEquals("", DiagnosticPrinter.print(diagnostics), text);
        return tree;
    }
}
