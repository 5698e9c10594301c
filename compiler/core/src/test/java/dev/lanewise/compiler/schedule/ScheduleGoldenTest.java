package dev.lanewise.compiler.schedule;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.lanewise.compiler.CompileOptions;
import dev.lanewise.compiler.Compiler;
import dev.lanewise.compiler.Golden;
import dev.lanewise.compiler.elaborate.SourceFolder;
import dev.lanewise.compiler.emit.KernelSize;
import dev.lanewise.compiler.loops.KernelPrinter;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.dsl.diagnostic.DiagnosticPrinter;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.SourceReader;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// What becomes of networks: `NAME.net.expected` beside `NAME.net` lists the calls, the memory and the kernels, so
/// that a pass over memory more or less shows; `-Dgolden.update` rewrites the expectations.
class ScheduleGoldenTest {
    private static final Golden NETWORKS = Golden.of("schedule");
    private static final Golden SAMPLES = new Golden(Path.of("../../samples"));

    @TestFactory
    Stream<DynamicTest> schedulesAreAsExpected() {
        return NETWORKS.tests(file -> {
            var program = program(file);
            return SchedulePrinter.print(program) + "\n" + KernelPrinter.print(program);
        });
    }

    @TestFactory
    Stream<DynamicTest> noKernelOfASampleIsLargerThanAMethodCanBe() {
        return SAMPLES.networks().stream()
                .map(file -> dynamicTest(file.getFileName().toString(), () -> {
                    for (var kernel : program(file).kernels()) {
                        int size = KernelSize.estimate(kernel);
                        assertTrue(size <= KernelSize.MOST, () -> size + "\n" + KernelPrinter.print("kernel", kernel));
                    }
                }));
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
