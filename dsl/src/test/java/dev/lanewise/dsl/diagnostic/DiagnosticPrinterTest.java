package dev.lanewise.dsl.diagnostic;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.dsl.source.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class DiagnosticPrinterTest {
    private static final Source IRIS = new Source("iris.net", "network Iris {\n  logits = relu(h @ w)\n}\n");

    @Test
    void theLayoutIsThatOfTheStyle() {
        var span = IRIS.span(31, 36);
        var diagnostic = Diagnostic.error(
                "shape-mismatch",
                span,
                "`h @ w` cannot be formed",
                Note.found("float[4, 50] @ float[60, 3]"),
                Note.help("declare w as float[50, 3]"));
        assertEquals("""
            iris.net:2:17: error: `h @ w` cannot be formed [shape-mismatch]
            2 |   logits = relu(h @ w)
              |                 ^^^^^
              = found: float[4, 50] @ float[60, 3]
              = help: declare w as float[50, 3]
            """, DiagnosticPrinter.print(diagnostic));
        assertEquals(
                new Diagnostic.Fields(
                        "error",
                        "shape-mismatch",
                        "iris.net",
                        2,
                        17,
                        "`h @ w` cannot be formed",
                        "declare w as float[50, 3]"),
                diagnostic.fields());
    }

    @Test
    void aNoteNamesItsPlace() {
        var note = Note.at(IRIS.span(0, 7), "declared here\nand there");
        var text =
                DiagnosticPrinter.print(new Diagnostic(Severity.NOTE, "shadow", IRIS.span(8, 12), "m", List.of(note)));
        assertEquals("""
            iris.net:1:9: note: m [shadow]
            1 | network Iris {
              |         ^^^^
              = note: declared here
                and there (iris.net:1:1)
            """, text);
    }

    @Test
    void aSpanOverSeveralLinesIsMarkedInTheFirst() {
        var text = DiagnosticPrinter.print(Diagnostic.error("c", IRIS.span(8, 30), "m"));
        assertEquals("iris.net:1:9: error: m [c]\n1 | network Iris {\n  |         ^^^^^^\n", text);
    }

    @Test
    void controlCharactersNeverReachTheTerminal() {
        var source = new Source("a", "x \u001b[31m \u202e y");
        var text = DiagnosticPrinter.print(Diagnostic.error("c", source.span(0, 1), "m \u0007"));
        assertEquals("a:1:1: error: m \u2407 [c]\n1 | x \u241b[31m \ufffd y\n  | ^\n", text);
    }

    @Test
    void aFileThatIsMissingHasNoExcerpt() {
        var diagnostics = new Diagnostics();
        SourceReader.read(Path.of("no/such/file.net"), "file.net", diagnostics);
        assertEquals(
                "file.net:1:1: error: there is no such file [unreadable-file]\n", DiagnosticPrinter.print(diagnostics));
    }

    @Test
    void oneErrorIsToldOnce() {
        var diagnostics = new Diagnostics();
        diagnostics.add(Diagnostic.error("c", IRIS.span(0, 1), "m"));
        diagnostics.add(Diagnostic.error("c", IRIS.span(0, 3), "n"));
        diagnostics.add(Diagnostic.error("d", IRIS.span(0, 3), "n"));
        assertEquals(2, diagnostics.all().size());
    }

    @Test
    void theNearestNameIsFound() {
        var names = List.of("optimizer", "batch", "epochs", "relu", "selu", "elu", "x");
        assertEquals(Optional.of("optimizer"), Names.nearest("optimiser", names));
        assertEquals(Optional.of("epochs"), Names.nearest("epoch", names));
        assertEquals(Optional.of("relu"), Names.nearest("rleu", names));
        assertEquals(Optional.of("relu"), Names.nearest("ReLU", names));
        assertEquals(Optional.empty(), Names.nearest("dropout", names));
        assertEquals(Optional.empty(), Names.nearest("y", names));
        assertEquals(Optional.empty(), Names.nearest("", names));
        assertEquals(2, Names.distance("kitten", "mittn"));
    }
}
