package dev.lanewise.dsl.syntax;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.dsl.diagnostic.DiagnosticPrinter;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.javafn.JavaFunctions;
import dev.lanewise.dsl.source.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

final class LanguageReferenceTest {
    private static final Path REFERENCE = Path.of("LANGUAGE.md");
    private static final Pattern EXAMPLE = Pattern.compile("```(net body|net|java)\n(.*?)```", Pattern.DOTALL);

    @TestFactory
    Stream<DynamicTest> theExamplesCanBeRead() throws IOException {
        var examples = EXAMPLE.matcher(Files.readString(REFERENCE)).results().toList();
        assertTrue(examples.size() > 10);
        return examples.stream()
                .map(example -> DynamicTest.dynamicTest(
                        example.group(2).lines().findFirst().orElse(""), () -> {
                            var diagnostics = new Diagnostics();
                            var text = example.group(2);
                            switch (example.group(1)) {
                                case "net" -> Parser.parse(new Source("example", text), diagnostics);
                                case "java" ->
                                    JavaFunctions.read(new Source("example", "class A {\n" + text + "}"), diagnostics);
                                default ->
                                    Parser.parse(new Source("example", "network A {\n" + text + "}"), diagnostics);
                            }
                            assertEquals("", DiagnosticPrinter.print(diagnostics));
                        }));
    }

    @TestFactory
    Stream<DynamicTest> theExamplesAreInCanonicalForm() throws IOException {
        return EXAMPLE.matcher(Files.readString(REFERENCE))
                .results()
                .filter(example -> example.group(1).equals("net"))
                .map(example -> DynamicTest.dynamicTest(
                        example.group(2).lines().findFirst().orElse(""), () -> {
                            var text = example.group(2);
                            assertEquals(
                                    text,
                                    Formatter.format(Parser.parse(new Source("example", text), new Diagnostics())));
                        }));
    }

    @Test
    void everyWordThatBeginsAStatementIsExplained() throws IOException {
        var text = Files.readString(REFERENCE);
        for (var word : new String[] {
            "frozen",
            "layer",
            "param",
            "state",
            "fitted",
            "input",
            "target",
            "output",
            "loss",
            "metric",
            "return",
            "require",
            "repeat",
            "if",
            "train",
            "import",
            "fn",
            "block",
            "init",
            "schedule",
            "optimizer",
            "network"
        }) {
            assertTrue(text.contains("`" + word), word);
        }
    }
}
