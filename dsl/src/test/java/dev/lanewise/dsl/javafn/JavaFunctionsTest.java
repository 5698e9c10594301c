package dev.lanewise.dsl.javafn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.dsl.Golden;
import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.DiagnosticPrinter;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.SourceReader;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Formatter;
import dev.lanewise.dsl.syntax.Parser;
import dev.lanewise.dsl.syntax.SyntaxText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class JavaFunctionsTest {
    private static final Path SAMPLE = Path.of("src/test/java/dev/lanewise/dsl/javafn/SampleFunctions.java");

    @TestFactory
    Stream<DynamicTest> whatIsReadIsAsExpected() {
        return Golden.tests("java", file -> {
            var diagnostics = new Diagnostics();
            var source = SourceReader.read(file, name(file) + ".java", diagnostics);
            var declarations = JavaFunctions.read(source, path -> beside(file, path, diagnostics), diagnostics);
            return DiagnosticPrinter.print(diagnostics)
                    + declarations.stream().map(Formatter::format).collect(Collectors.joining("\n"));
        });
    }

    @Test
    void everyCodeHasAFileOfItsName() {
        var expected = new TreeSet<String>();
        Stream.of(JavaCode.values()).forEach(code -> expected.add(code.id()));
        var found = new TreeSet<String>();
        for (var file : Golden.files("java")) {
            var diagnostics = new Diagnostics();
            JavaFunctions.read(SourceReader.read(file, "file", diagnostics), diagnostics);
            var name = name(file);
            if (diagnostics.all().stream().map(Diagnostic::code).anyMatch(name::equals)) {
                found.add(name);
            }
        }
        assertEquals(expected, found);
    }

    @TestFactory
    Stream<DynamicTest> theFormulasComputeWhatJavaComputes() {
        var declared = sample();
        Map<String, DoubleUnaryOperator> java = new LinkedHashMap<>();
        java.put("soft_sign", z -> SampleFunctions.soft_sign((float) z));
        java.put("bent", SampleFunctions::bent);
        java.put("every_function", SampleFunctions::every_function);
        java.put("assignments", SampleFunctions::assignments);
        java.put("branches", SampleFunctions::branches);
        java.put("early", SampleFunctions::early);
        java.put("rounds", SampleFunctions::rounds);
        java.put("two_sided", z -> SampleFunctions.two_sided((float) z, 0.25f));
        return java.entrySet().stream()
                .map(entry -> DynamicTest.dynamicTest(entry.getKey(), () -> {
                    for (int i = -14; i <= 14; i++) {
                        double z = i / 4.0;
                        double[] arguments =
                                entry.getKey().equals("two_sided") ? new double[] {z, 0.25} : new double[] {z};
                        double expected = entry.getValue().applyAsDouble(z);
                        double actual = new Evaluation(declared).call(entry.getKey(), arguments);
                        assertEquals(expected, actual, 1e-6 * Math.max(1, Math.abs(expected)), "at " + z);
                    }
                }));
    }

    @Test
    void theFormulasAreTextOfTheLanguage() {
        for (var declaration : sample().values()) {
            var text = Formatter.format(declaration);
            var diagnostics = new Diagnostics();
            var file = Parser.parse(new Source("formatted", text), diagnostics);
            assertEquals("", DiagnosticPrinter.print(diagnostics), text);
            assertEquals(
                    SyntaxText.of(declaration),
                    SyntaxText.of(file.declarations().getFirst()));
        }
    }

    @Test
    void spansAreThoseOfTheJavaFile() {
        var declaration = sample().get("two_sided");
        assertEquals("two_sided", declaration.name().span().text());
        assertTrue(declaration.span().text().startsWith("static float two_sided("));
        assertEquals("slope", declaration.parameters().get(1).name().span().text());
        var where = declaration.definition().span();
        assertTrue(where.text().startsWith("if (z > 1f)"), where.text());
    }

    @Test
    void documentationIsTheJavadocAboveItsTags() {
        var documentation = sample().get("soft_sign").documentation();
        assertEquals("A smooth step that needs no exp.", documentation.text().strip());
        assertEquals("Elliott 1993", documentation.source());
        assertEquals(
                "Written by hand.",
                sample().get("every_function").documentation().text());
    }

    @Test
    void hostileJavaGivesDiagnosticsAndNoException() {
        var random = new SplittableRandom(5);
        for (var piece :
                new String[] {"(", "{", "-", "!", "1+", "z ? z : ", "if (z > 0) ", "a.", "((z)", "\"", "/*", "[", "<"
                }) {
            for (var count : new int[] {1, 50, 20_000}) {
                var text = "class A { static float f(float z) { return " + piece.repeat(count) + "z; } }";
                read(text);
                read(text.replace("return ", ""));
            }
        }
        for (int size = 0; size < 300; size++) {
            var text = new StringBuilder("class A { static float f(float z) {");
            random.ints(size, 1, 127).forEach(c -> text.append((char) c));
            read(text.toString());
        }
        read("\u0000");
        read("");
    }

    /// The files end in `.txt`: what is wrong with them is wrong for the tools of the build, too.
    private static String name(Path file) {
        return file.getFileName().toString().replace(".txt", "");
    }

    private static Optional<Source> beside(Path file, String path, Diagnostics diagnostics) {
        var other = file.resolveSibling(path.replace(".java", ".txt"));
        return Files.exists(other) ? Optional.of(SourceReader.read(other, path, diagnostics)) : Optional.empty();
    }

    private static void read(String text) {
        var diagnostics = new Diagnostics();
        JavaFunctions.read(new Source("Hostile.java", text), diagnostics);
        DiagnosticPrinter.print(diagnostics);
    }

    private static Map<String, Declaration> sample() {
        var diagnostics = new Diagnostics();
        var declared = new LinkedHashMap<String, Declaration>();
        for (var declaration :
                JavaFunctions.read(SourceReader.read(SAMPLE, "SampleFunctions.java", diagnostics), diagnostics)) {
            declared.put(declaration.name().text(), declaration);
        }
        assertEquals("", DiagnosticPrinter.print(diagnostics));
        return declared;
    }
}
