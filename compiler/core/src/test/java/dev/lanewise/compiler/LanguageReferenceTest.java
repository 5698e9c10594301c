package dev.lanewise.compiler;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.dsl.diagnostic.DiagnosticPrinter;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.Severity;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Parser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// What the reference of the language prints is not only read but elaborated.
final class LanguageReferenceTest {
    private static final Path REFERENCE = Path.of("../../dsl/LANGUAGE.md");
    private static final Pattern EXAMPLE = Pattern.compile("```(net|java)\n(.*?)```", Pattern.DOTALL);

    /// Uses every declaration of the reference.
    private static final String USES = """
        network Uses {
          input  x: float[4]
          target y: class[3]
          a = x |> residual(4) |> mish |> bend |> my_gelu |> my_gelu(form: fast)
          b = a |> vector_only(4) |> dense(4, init: small) |> dense(4, init: he)
          logits = b |> soft_sign |> two_sided(slope: 0.2) |> dense(3)
          output p = softmax(logits)
          loss cross_entropy(logits, y)
          metric hits(logits, y)
          train {
            optimizer: my_momentum(rate: 0.1)
            schedule: halving(every: 3)
          }
        }
        """;

    private static List<MatchResult> examples(String language) throws IOException {
        return EXAMPLE.matcher(Files.readString(REFERENCE))
                .results()
                .filter(example -> example.group(1).equals(language))
                .toList();
    }

    private static String errors(String text, Map<String, String> files) {
        var diagnostics = new Diagnostics();
        Compiler.model(new Source("example.net", text), SourceFolder.of(files), CompileOptions.standard(), diagnostics);
        return diagnostics.all().stream()
                .filter(diagnostic -> diagnostic.severity() == Severity.ERROR)
                .map(DiagnosticPrinter::print)
                .collect(Collectors.joining());
    }

    @Test
    void theNetworksOfTheReferenceAreElaborated() throws IOException {
        var networks = examples("net").stream()
                .map(example -> example.group(2))
                .filter(text -> text.contains("network "))
                .toList();
        assertTrue(!networks.isEmpty());
        for (var network : networks) {
            assertEquals("", errors(network, Map.of()));
        }
    }

    @Test
    void theDeclarationsOfTheReferenceAreElaborated() throws IOException {
        var declarations = examples("net").stream()
                .map(example -> example.group(2))
                .filter(text -> !text.contains("network "))
                .map(text -> text.replaceAll("(?m)^import .*\n", ""))
                .collect(Collectors.joining("\n"));
        var java = examples("java").stream()
                .map(example -> example.group(2))
                .collect(Collectors.joining("\n", "final class Activations {\n", "}\n"));
        for (var declaration : Parser.parse(new Source("example", declarations), new Diagnostics())
                .declarations()) {
            assertTrue(
                    declaration.kind() != Kind.NETWORK
                            && USES.contains(declaration.name().text()),
                    declaration.name().text());
        }
        assertEquals(
                "",
                errors("import \"Activations.java\"\n" + declarations + "\n" + USES, Map.of("Activations.java", java)));
    }
}
