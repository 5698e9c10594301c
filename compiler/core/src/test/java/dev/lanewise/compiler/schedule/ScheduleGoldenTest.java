package dev.lanewise.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Compiler;
import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.compiler.emit.KernelSize;
import dev.lanewise.compiler.loops.KernelPrinter;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.dsl.diagnostic.DiagnosticPrinter;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.SourceReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What becomes of networks: `NAME.net.expected` beside `NAME.net` lists the calls, the memory and the kernels, so
/// that a pass over memory more or less shows; `-Dgolden.update` rewrites the expectations.
class ScheduleGoldenTest {
    private static final Path FOLDER = Path.of("src/test/golden/schedule");

    @TestFactory
    Stream<DynamicTest> schedulesAreAsExpected() throws IOException {
        return networks(FOLDER)
                .map(file -> dynamicTest(file.getFileName().toString(), () -> {
                    var program = program(file);
                    var actual = SchedulePrinter.print(program) + "\n" + KernelPrinter.print(program);
                    var expected = Path.of(file + ".expected");
                    if (System.getProperty("golden.update") != null) {
                        Files.writeString(expected, actual);
                    }
                    assertEquals(Files.exists(expected) ? Files.readString(expected) : "", actual);
                }));
    }

    @TestFactory
    Stream<DynamicTest> noKernelOfASampleIsLargerThanAMethodCanBe() throws IOException {
        var samples = Path.of("../../samples");
        return Stream.of(samples, samples.resolve("lectures"))
                .flatMap(ScheduleGoldenTest::networks)
                .map(file -> dynamicTest(file.getFileName().toString(), () -> {
                    for (var kernel : program(file).kernels()) {
                        int size = KernelSize.estimate(kernel);
                        assertTrue(size <= KernelSize.MOST, () -> size + "\n" + KernelPrinter.print("kernel", kernel));
                    }
                }));
    }

    private static Stream<Path> networks(Path folder) {
        try (var files = Files.list(folder)) {
            List<Path> list = files.filter(file -> file.toString().endsWith(".net"))
                    .sorted()
                    .toList();
            return list.stream();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static LoopProgram program(Path file) {
        var diagnostics = new Diagnostics();
        var source = SourceReader.read(file, file.getFileName().toString(), diagnostics);
        var folder = SourceFolder.of(file.toAbsolutePath().getParent());
        return Compiler.compile(source, folder, CompileOptions.standard(), diagnostics)
                .orElseThrow(() -> new AssertionError(DiagnosticPrinter.print(diagnostics)))
                .program();
    }
}
