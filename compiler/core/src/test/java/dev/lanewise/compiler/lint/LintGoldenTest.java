package dev.lanewise.compiler.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Compiler;
import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.DiagnosticPrinter;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.SourceReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Networks that deserve a warning, and what is said of them: `NAME.net.expected` beside `NAME.net`;
/// `-Dgolden.update` rewrites the expectations.
final class LintGoldenTest {
    private static final Path FOLDER = Path.of("src/test/golden/lint");
    private static final Path SAMPLES = Path.of("../../samples");

    private static List<Path> networks(Path folder) {
        try (var files = Files.walk(folder)) {
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
        var compiled = Compiler.compile(
                source, SourceFolder.of(file.toAbsolutePath().getParent()), CompileOptions.standard(), diagnostics);
        assertTrue(compiled.isPresent(), () -> DiagnosticPrinter.print(diagnostics));
        return diagnostics;
    }

    @TestFactory
    Stream<DynamicTest> warningsAreAsExpected() {
        return networks(FOLDER).stream()
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
        for (var code : LintCode.values()) {
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
    void everyCodeHasItsReasonsAPictureAndAFix() {
        var poor = Stream.of(LintCode.values())
                .filter(code -> code.explanation().split("\n", -1).length != 3
                        || !code.explanation().contains("\nPicture "))
                .toList();
        assertEquals(List.of(), poor);
    }

    @TestFactory
    Stream<DynamicTest> noSampleIsWarnedOf() {
        var samples = networks(SAMPLES);
        assertTrue(samples.size() >= 6, samples::toString);
        return samples.stream()
                .map(file -> dynamicTest(SAMPLES.relativize(file).toString(), () -> {
                    assertEquals("", DiagnosticPrinter.print(diagnostics(file)));
                }));
    }
}
