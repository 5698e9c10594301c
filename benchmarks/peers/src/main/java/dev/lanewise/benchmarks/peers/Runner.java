package dev.lanewise.benchmarks.peers;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// A contender in a JVM of its own, as seen from outside.
final class Runner implements Closeable {

    /// From the start of the JVM to the end of steps 1, 100 and 1000, in seconds; NaN where warming up ended
    /// before. And the losses of steps 1 and 10.
    record Start(double step1, double step100, double step1000, double loss1, double loss10) {}

    /// A block: steps a second; median and 99th percentile of a step in microseconds.
    record Block(double rate, double median, double slowest) {}

    /// As the launcher does: on few cores the JVM has one thread for its last compiler, and two are done sooner.
    static final List<String> COMPILERS =
            Runtime.getRuntime().availableProcessors() < 4 ? List.of("-XX:CICompilerCount=3") : List.of();

    final Contender.Library library;
    final Start start;
    final List<Block> blocks = new ArrayList<>();
    private final Process process;
    private final BufferedReader out;
    private final Writer in;
    private final double scale;
    private final Path errors = Files.createTempFile("contender", ".txt");

    /// Starts the JVM and returns when it is warm.
    Runner(Contender.Library library, Workload workload, int threads, double warmup, Path jar) throws IOException {
        this.library = library;
        scale = library == Contender.Library.PEAK ? workload.peakSteps() : 1;
        var command = new ArrayList<String>();
        if (library == Contender.Library.TENSORFLOW_PINNED) {
            command.addAll(List.of("taskset", "-c", "0"));
        }
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules=jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseG1GC",
                LanewiseContender.property(jar)));
        command.addAll(COMPILERS);
        command.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                Lap.class.getName(),
                workload.name(),
                library.name(),
                String.valueOf(threads),
                String.valueOf(warmup)));
        var builder = new ProcessBuilder(command).redirectError(errors.toFile());
        for (var variable : List.of("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")) {
            builder.environment().put(variable, String.valueOf(threads));
        }
        long begin = System.currentTimeMillis();
        process = builder.start();
        out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        in = process.outputWriter(StandardCharsets.UTF_8);
        var numbers = Lap.numbers(line(), Lap.READY);
        start = new Start(
                seconds(numbers[0], begin),
                seconds(numbers[1], begin),
                seconds(numbers[2], begin),
                numbers[3],
                numbers[4]);
    }

    private static double seconds(double millis, long begin) {
        return millis == 0 ? Double.NaN : (millis - begin) / 1e3;
    }

    private String line() throws IOException {
        var line = out.readLine();
        if (line == null) {
            throw new IOException(library.title + " ended without an answer:\n" + Files.readString(errors));
        }
        return line;
    }

    void block(double seconds) throws IOException {
        in.write(seconds + "\n");
        in.flush();
        var numbers = Lap.numbers(line(), Lap.BLOCK);
        blocks.add(new Block(numbers[0] * scale, numbers[1] / scale, numbers[2] / scale));
    }

    /// Steps a second, the median of all blocks.
    double rate() {
        return Compare.median(blocks, Block::rate);
    }

    @Override
    public void close() throws IOException {
        in.close();
        process.destroy();
        Files.delete(errors);
    }
}
