package dev.lanewise.dsl.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.dsl.Golden;
import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.DiagnosticPrinter;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.SourceReader;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class SyntaxGoldenTest {

    @TestFactory
    Stream<DynamicTest> diagnosticsAreAsExpected() {
        return Golden.tests("syntax", file -> DiagnosticPrinter.print(diagnostics(file)));
    }

    @TestFactory
    Stream<DynamicTest> formattedTextIsAsExpected() {
        return Golden.tests("format", file -> {
            var diagnostics = new Diagnostics();
            var tree = Parser.parse(SourceReader.read(file, file.getFileName().toString(), diagnostics), diagnostics);
            assertEquals("", DiagnosticPrinter.print(diagnostics));
            return Formatter.format(tree);
        });
    }

    @Test
    void everyCodeHasAFileOfItsName() {
        var expected = new TreeSet<String>();
        for (var code : SyntaxCode.values()) {
            expected.add(code.id());
        }
        var found = new TreeSet<String>();
        for (var file : Golden.files("syntax")) {
            var name = file.getFileName().toString().replace(".net", "");
            var codes = diagnostics(file).all().stream().map(Diagnostic::code).toList();
            if (codes.contains(name)) {
                found.add(name);
            }
        }
        found.retainAll(expected);
        assertEquals(expected, found);
    }

    @Test
    void everyCodeIsExplained() {
        var short_ = Stream.of(SyntaxCode.values())
                .filter(code ->
                        code.explanation().length() < 40 || !code.explanation().endsWith("."))
                .toList();
        assertEquals(List.of(), short_);
    }

    private static Diagnostics diagnostics(Path file) {
        var diagnostics = new Diagnostics();
        Parser.parse(SourceReader.read(file, file.getFileName().toString(), diagnostics), diagnostics);
        return diagnostics;
    }
}
