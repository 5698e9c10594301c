package dev.lanewise.compiler.lint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Compiler;
import dev.lanewise.compiler.Golden;
import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.dsl.diagnostic.DiagnosticPrinter;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.SourceReader;
import dev.lanewise.dsl.source.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Networks that deserve a warning, and what is said of them: `NAME.net.expected` beside `NAME.net`;
/// `-Dgolden.update` rewrites the expectations.
final class LintGoldenTest {
    private static final Golden NETWORKS = Golden.of("lint");
    private static final Golden SAMPLES = new Golden(Path.of("../../samples"));

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
        return NETWORKS.diagnostics(LintGoldenTest::diagnostics);
    }

    @Test
    void anImportedFileSilencesItsOwnWarnings() {
        var network = """
            import "own.net"
            network Net {
              input  x: float[4]
              target y: class[3]
              output logits = x |> stack |> dense(3)
              loss cross_entropy(logits, y)
            }
            """;
        var block = """
            block stack(x) {
              h = x |> dense(8) |> dense(8)%s
              return h |> relu
            }
            """;
        assertEquals(List.of("own.net"), warned(network, block.formatted("")));
        assertEquals(List.of(), warned(network, block.formatted("   // allow: linear-stack")));
    }

    /// The files that are warned of.
    private static List<String> warned(String network, String imported) {
        var diagnostics = new Diagnostics();
        var folder = SourceFolder.of(Map.of("own.net", imported));
        var compiled = Compiler.compile(new Source("net.net", network), folder, CompileOptions.standard(), diagnostics);
        assertTrue(compiled.isPresent(), () -> DiagnosticPrinter.print(diagnostics));
        return diagnostics.all().stream()
                .map(warning -> warning.span().source().name())
                .toList();
    }

    @Test
    void everyCodeHasAFileOfItsName() {
        NETWORKS.assertNamesEach(LintCode.values(), LintGoldenTest::diagnostics);
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
        var samples = SAMPLES.networks();
        assertTrue(samples.size() >= 6, samples::toString);
        return samples.stream()
                .map(file -> dynamicTest(SAMPLES.folder().relativize(file).toString(), () -> {
                    assertEquals("", DiagnosticPrinter.print(diagnostics(file)));
                }));
    }
}
