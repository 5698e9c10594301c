package dev.lanewise.dsl;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/// Files with what is expected of them beside them: `FILE.expected`. `-Dgolden.update` rewrites the expectations.
public final class Golden {
    private Golden() {}

    /// A test for each file of a folder below `src/test/golden`.
    public static Stream<DynamicTest> tests(String stage, Function<Path, String> actual) {
        return files(stage).stream()
                .map(file ->
                        DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file, actual.apply(file))));
    }

    public static List<Path> files(String stage) {
        try (var files = Files.list(Path.of("src/test/golden", stage))) {
            return files.filter(file -> !file.toString().endsWith(".expected"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void check(Path file, String actual) throws IOException {
        var expected = Path.of(file + ".expected");
        if (System.getProperty("golden.update") != null) {
            Files.writeString(expected, actual);
        }
        assertEquals(Files.exists(expected) ? Files.readString(expected) : "", actual, file.toString());
    }
}
