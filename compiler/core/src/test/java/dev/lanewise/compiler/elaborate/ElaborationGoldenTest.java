package dev.lanewise.compiler.elaborate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.compiler.Golden;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.SourceReader;
import dev.lanewise.dsl.syntax.Parser;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/// Wrong networks, and what is said of them: `NAME.net.expected` beside `NAME.net`; `-Dgolden.update` rewrites
/// the expectations. A first line `// set NAME=VALUE` is the command line's `--set`.
final class ElaborationGoldenTest {
    private static final Golden NETWORKS = Golden.of("elaborate");
    private static final String SET = "// set ";

    private static Diagnostics diagnostics(Path file) {
        var diagnostics = new Diagnostics();
        var source = SourceReader.read(file, file.getFileName().toString(), diagnostics);
        var options = new Options(Map.of(), 1L << 32);
        var first = source.lineText(1);
        if (first.startsWith(SET)) {
            int sign = first.indexOf('=');
            options = options.with(first.substring(SET.length(), sign), first.substring(sign + 1));
        }
        Elaborator.elaborate(
                Parser.parse(source, diagnostics), SourceFolder.of(NETWORKS.folder()), options, diagnostics);
        return diagnostics;
    }

    @TestFactory
    Stream<DynamicTest> diagnosticsAreAsExpected() {
        return NETWORKS.diagnostics(ElaborationGoldenTest::diagnostics);
    }

    @Test
    void everyCodeHasAFileOfItsName() {
        NETWORKS.assertNamesEach(ElaborationCode.values(), ElaborationGoldenTest::diagnostics);
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
