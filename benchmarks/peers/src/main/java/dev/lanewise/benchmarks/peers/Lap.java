package dev.lanewise.benchmarks.peers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/// The program in a contender's JVM. It opens the workload and learns until it is warm; then each line on standard
/// input asks for a block of so many seconds, and a line on standard output tells how it went.
final class Lap {

    static final String READY = "READY";
    static final String BLOCK = "BLOCK";
    private static final int TIMED = 1 << 20;

    private Lap() {}

    /// Arguments: workload, library, threads, seconds of warming up.
    public static void main(String[] arguments) throws Exception {
        var workload = Workload.named(arguments[0]);
        var library = Contender.Library.valueOf(arguments[1]);
        int threads = Integer.parseInt(arguments[2]);
        double warmup = Double.parseDouble(arguments[3]);
        // Libraries that print to standard output shall not disturb the conversation.
        var out = System.out;
        System.setOut(System.err);
        var contender = library.open(workload, threads);
        int steps = warmUp(contender, warmup, out);
        try (var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (var line = in.readLine(); line != null; line = in.readLine()) {
                steps = block(contender, steps, Double.parseDouble(line), out);
            }
        }
        // Not exit: what native libraries do at the end does not concern us, and takes its time.
        Runtime.getRuntime().halt(0);
    }

    /// Tells when steps 1, 100 and 1000 ended, as milliseconds since 1970 (0: not reached), and the losses of steps
    /// 1 and 10.
    private static int warmUp(Contender contender, double seconds, PrintStream out) throws Exception {
        long end = System.nanoTime() + (long) (seconds * 1e9);
        long first = 0;
        long hundred = 0;
        long thousand = 0;
        double loss1 = 0;
        double loss10 = 0;
        int step = 0;
        while (System.nanoTime() < end || step < 10) {
            contender.step(step++);
            switch (step) {
                case 1 -> {
                    first = System.currentTimeMillis();
                    loss1 = contender.loss();
                }
                case 10 -> loss10 = contender.loss();
                case 100 -> hundred = System.currentTimeMillis();
                case 1000 -> thousand = System.currentTimeMillis();
                default -> {}
            }
        }
        out.printf(Locale.ROOT, "%s %d %d %d %.5f %.5f%n", READY, first, hundred, thousand, loss1, loss10);
        return step;
    }

    /// Tells the steps a second, and the median and the 99th percentile of a step in microseconds.
    private static int block(Contender contender, int done, double seconds, PrintStream out) throws Exception {
        var times = new float[TIMED];
        int step = done;
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        long now = start;
        int timed = 0;
        while (now < end) {
            contender.step(step++);
            long then = now;
            now = System.nanoTime();
            if (timed < TIMED) {
                times[timed++] = (now - then) / 1e3f;
            }
        }
        Arrays.sort(times, 0, timed);
        double rate = (step - done) / ((now - start) / 1e9);
        out.printf(Locale.ROOT, "%s %.4f %.3f %.3f%n", BLOCK, rate, times[timed / 2], times[(int) (timed * 0.99)]);
        return step;
    }

    /// What a line of the conversation says, without its first word.
    static double[] numbers(String line, String word) throws IOException {
        if (!line.startsWith(word + " ")) {
            throw new IOException("expected a line that begins with " + word + " and got: " + line);
        }
        return Arrays.stream(line.substring(word.length()).strip().split(" ", -1))
                .mapToDouble(Double::parseDouble)
                .toArray();
    }
}
