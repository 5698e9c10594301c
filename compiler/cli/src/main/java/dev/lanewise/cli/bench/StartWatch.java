package dev.lanewise.cli.bench;

import dev.lanewise.compiler.CompiledNetwork;
import dev.lanewise.runtime.model.Json;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.train.ModelTrainer;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Trains in a JVM that has just been started until the speed is what it will stay at. Times are in milliseconds from
/// the start of the JVM, compiling the network included; a number of steps that was not reached is NaN. `steady` is
/// when the steps began to be as fast as at the end, but for a tenth.
/// `stuck` are the kernels that the JVM left slow, so that their scalar form ran.
public record StartWatch(
        double first, double hundred, double thousand, double steady, double stepsPerSecond, List<String> stuck) {
    public StartWatch {
        stuck = List.copyOf(stuck);
    }

    private static final double STEADY = 0.9;
    /// So long the speed is watched once the kernels are warm.
    private static final double WATCHED_NANOS = 2e9;

    private static final double LONGEST_NANOS = 60e9;
    /// The speed at some moment is that of the steps in so much time, and of so many at least.
    private static final long WINDOW_NANOS = 300_000_000;

    private static final int WINDOW_STEPS = 3;
    private static final String FIRST = "firstStepMillis";
    private static final String HUNDRED = "hundredStepsMillis";
    private static final String THOUSAND = "thousandStepsMillis";
    private static final String WHEN_STEADY = "steadyMillis";
    private static final String RATE = "stepsPerSecond";
    private static final String STUCK = "stuckKernels";

    public static StartWatch run(CompiledNetwork compiled, int threads) {
        var batch = Bench.batch(compiled.info(), compiled.info().train().batch());
        var warmup = compiled.network().bundle().program().warmup();
        double before = System.currentTimeMillis()
                - ManagementFactory.getRuntimeMXBean().getStartTime();
        long begin = System.nanoTime();
        var ends = new long[1024];
        int steps = 0;
        try (var trainer =
                (ModelTrainer) compiled.network().trainer().threads(threads).open()) {
            trainer.prepare(batch);
            long warm = Long.MAX_VALUE;
            int warmStep = 0;
            long now = 0;
            while (now < LONGEST_NANOS && (now - warm < WATCHED_NANOS || steps - warmStep <= 2 * WINDOW_STEPS)) {
                trainer.step(batch);
                now = System.nanoTime() - begin;
                if (steps == ends.length) {
                    ends = Arrays.copyOf(ends, 2 * steps);
                }
                ends[steps++] = now;
                if (warm == Long.MAX_VALUE && warmup.isWarm(Layout.TRAIN)) {
                    warm = now;
                    warmStep = steps;
                }
            }
        }
        var stuck = warmup.scalar(Layout.TRAIN)
                .chars()
                .mapToObj(kernel -> "k" + kernel)
                .toList();
        return of(Arrays.copyOf(ends, steps), before, stuck);
    }

    /// From the ends of the steps in nanoseconds, `before` milliseconds after the start.
    public static StartWatch of(long[] ends, double before, List<String> stuck) {
        double[] rates = new double[ends.length];
        int last = 0;
        for (int from = 0; from < ends.length; from++) {
            int to = Math.max(last, from);
            while (to < ends.length && (to < from + WINDOW_STEPS || ends[to] - ends[from] < WINDOW_NANOS)) {
                to++;
            }
            if (to == ends.length) {
                break; // less than a window is left
            }
            rates[from] = (to - from) * 1e9 / (ends[to] - ends[from]);
            last = to;
        }
        int windows = (int) Arrays.stream(rates).takeWhile(rate -> rate > 0).count();
        double[] late = Arrays.copyOfRange(rates, windows - Math.ceilDiv(windows, 4), windows);
        Arrays.sort(late);
        double speed = late.length == 0 ? Double.NaN : late[late.length / 2];
        int steady = 0;
        while (steady < windows && rates[steady] < STEADY * speed) {
            steady++;
        }
        return new StartWatch(
                at(ends, 0, before),
                at(ends, 99, before),
                at(ends, 999, before),
                at(ends, steady, before),
                speed,
                stuck);
    }

    private static double at(long[] ends, int step, double before) {
        return step < ends.length ? before + ends[step] * 1e-6 : Double.NaN;
    }

    public Map<String, Object> toJson() {
        var json = new LinkedHashMap<String, Object>();
        json.put(FIRST, orNull(first));
        json.put(HUNDRED, orNull(hundred));
        json.put(THOUSAND, orNull(thousand));
        json.put(WHEN_STEADY, orNull(steady));
        json.put(RATE, orNull(stepsPerSecond));
        json.put(STUCK, stuck);
        return json;
    }

    public static StartWatch of(Map<String, Object> json) {
        return new StartWatch(
                number(json, FIRST),
                number(json, HUNDRED),
                number(json, THOUSAND),
                number(json, WHEN_STEADY),
                number(json, RATE),
                Json.texts(json.get(STUCK), STUCK));
    }

    private static @Nullable Object orNull(double value) {
        return Double.isNaN(value) ? null : value;
    }

    private static double number(Map<String, Object> json, String name) {
        return Json.NULL.equals(json.get(name)) ? Double.NaN : Json.number(json.get(name), name);
    }
}
