package dev.lanewise.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The sample application, with the jar alone on its class path.
class EmbedDigitsTest {
    private static final Path SAMPLES = Path.of("..", "..", "samples");

    @Test
    void theApplicationNeedsTheJarAlone(@TempDir Path folder) throws IOException, InterruptedException {
        var jar = folder.resolve("digits.jar");
        var ran = Ran.of("compile", SAMPLES.resolve("digits.net"), "-o", jar);
        assertEquals(0, ran.exit(), ran::err);
        var source = SAMPLES.resolve("embed-digits").resolve("EmbedDigits.java");
        int compiled = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-proc:none", "-cp", jar.toString(), "-d", folder.toString(), source.toString());
        assertEquals(0, compiled);
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(java, "-cp", jar + File.pathSeparator + folder, "EmbedDigits")
                .redirectErrorStream(true)
                .start();
        var told = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, process.waitFor(), told);
        assertEquals(3, told.lines().filter(line -> line.startsWith("-> ")).count(), told);
        assertTrue(told.contains("taught that the last is a 4"), told);
    }
}
