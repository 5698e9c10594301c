package dev.lanewise.compiler.elaborate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.DiagnosticPrinter;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.SourceReader;
import dev.lanewise.dsl.syntax.Parser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Wrong networks, and what is said of them: `NAME.net.expected` beside `NAME.net`; `-Dgolden.update` rewrites
/// the expectations. A first line `// set NAME=VALUE` is the command line's `--set`.
final class ElaborationGoldenTest {
    private static final Path FOLDER = Path.of("src/test/golden/elaborate");
    private static final String SET = "// set ";

    private static List<Path> files() {
        try (var files = Files.list(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".net"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Diagnostics diagnostics(Path file) {
        var diagnostics = new Diagnostics();
        var source = SourceReader.read(file, file.getFileName().toString(), diagnostics);
        var options = new Options(Map.of(), 1L << 32);
        var first = source.lineText(1);
        if (first.startsWith(SET)) {
            int sign = first.indexOf('=');
            options = options.with(first.substring(SET.length(), sign), first.substring(sign + 1));
        }
        Elaborator.elaborate(Parser.parse(source, diagnostics), SourceFolder.of(FOLDER), options, diagnostics);
        return diagnostics;
    }

    @TestFactory
    Stream<DynamicTest> diagnosticsAreAsExpected() {
        return files().stream()
                .map(file -> dynamicTest(file.getFileName().toString(), () -> {
                    var expected = Path.of(file + ".expected");
                    var actual = DiagnosticPrinter.print(diagnostics(file));
                    if (System.getProperty("golden.update") != null) {
                        Files.writeString(expected, actual);
                    }
                    assertEquals(Files.exists(expected) ? Files.readString(expected) : "", actual);
                }));
    }

    @Test
    void everyCodeHasAFileOfItsName() {
        var missing = new TreeSet<String>();
        for (var code : ElaborationCode.values()) {
            var file = FOLDER.resolve(code.id() + ".net");
            boolean told = Files.exists(file)
                    && diagnostics(file).all().stream().map(Diagnostic::code).anyMatch(code.id()::equals);
            if (!told) {
                missing.add(code.id());
            }
        }
        assertEquals(new TreeSet<String>(), missing);
    }

    @Test
    void everyCodeIsExplained() {
        var poor = Stream.of(ElaborationCode.values())
                .filter(code ->
                        code.explanation().length() < 30 || !code.explanation().endsWith("."))
                .toList();
        assertEquals(List.of(), poor);
    }
}
