package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.dsl.diagnostic.Code;
import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.DiagnosticPrinter;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Networks with what is expected of them beside them: `NAME.net.expected`. `-Dgolden.update` rewrites the
/// expectations.
public record Golden(Path folder) {

    /// The files of a folder below `src/test/golden`.
    public static Golden of(String stage) {
        return new Golden(Path.of("src/test/golden", stage));
    }

    /// The networks of the folder and of those inside it, but for what is there to be imported.
    public List<Path> networks() {
        try (var files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".net"))
                    .filter(file -> !file.getParent().endsWith("imports"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// A test for each network: `actual` is the text that its expectation holds.
    public Stream<DynamicTest> tests(Function<Path, String> actual) {
        return networks().stream()
                .map(file -> DynamicTest.dynamicTest(
                        folder.relativize(file).toString(), () -> check(file, actual.apply(file))));
    }

    /// As the other, for what is told of the networks.
    public Stream<DynamicTest> diagnostics(Function<Path, Diagnostics> told) {
        return tests(file -> DiagnosticPrinter.print(told.apply(file)));
    }

    private static void check(Path file, String actual) throws IOException {
        var expected = Path.of(file + ".expected");
        if (System.getProperty("golden.update") != null) {
            Files.writeString(expected, actual);
        }
        assertEquals(Files.exists(expected) ? Files.readString(expected) : "", actual);
    }

    /// Asks for a network named after each code, of which that is told.
    public void assertNamesEach(Code[] codes, Function<Path, Diagnostics> told) {
        var missing = new TreeSet<String>();
        for (var code : codes) {
            var file = folder.resolve(code.id() + ".net");
            boolean isTold = Files.exists(file)
                    && told.apply(file).all().stream().map(Diagnostic::code).anyMatch(code.id()::equals);
            if (!isTold) {
                missing.add(code.id());
            }
        }
        assertEquals(new TreeSet<String>(), missing);
    }
}
