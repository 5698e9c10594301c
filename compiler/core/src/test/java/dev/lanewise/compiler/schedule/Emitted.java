package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.emit.Emitter;
import dev.lanewise.compiler.emit.Forms;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.runtime.model.Frame;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.model.Program;
import dev.lanewise.runtime.simd.Warmup;
import dev.lanewise.runtime.team.Team;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Runs the classes that a loop program is emitted to. Memory starts as NaN, so that what is read before it is
/// written shows.
final class Emitted extends ClassLoader {
    private final Map<String, byte[]> classes;
    private final LoopProgram program;
    private final Layout layout;

    Emitted(LoopProgram program) {
        super(Emitted.class.getClassLoader());
        this.program = program;
        this.layout = program.layout();
        this.classes = Emitter.emit(program, "made", "test.net");
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = classes.get(name.replace('.', '/'));
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    private Program instance(String vector) {
        System.setProperty("lanewise.vector", vector);
        try {
            return (Program) loadClass("made.Program").getDeclaredConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        } finally {
            System.clearProperty("lanewise.vector");
        }
    }

    private Warmup.Kernels[] forms(String vector) {
        var form = layout.doublePrecision() ? "scalar" : vector;
        return Forms.of(this, form, program.kernels().size());
    }

    /// Results by role and name, examples first, and weights by `WEIGHT name`.
    Map<String, double[]> run(int entry, Bindings data, String vector, int workers) {
        try (Team team = Team.of(workers)) {
            return run(entry, data, vector, team);
        }
    }

    private Map<String, double[]> run(int entry, Bindings data, String vector, Team team) {
        var instance = instance(vector);
        var plan = layout.entries().get(entry);
        var frame = new Frame(team, program.uniforms().size(), layout.doublePrecision());
        frame.kernels = forms(vector);
        frame.examples = data.examples();
        frame.groups = (data.examples() + 31) / 32;
        frame.seed = data.seed();
        for (var scalar : RunScalar.values()) {
            frame.run[scalar.ordinal()] = data.run(scalar);
        }
        int examples = Math.toIntExact(plan.exampleArena() * frame.groups);
        int size = examples + Math.toIntExact(layout.batchArena());
        var memory = new Memory(layout.doublePrecision(), size);
        int buffers = plan.buffers().size();
        frame.offsets = new int[buffers];
        frame.floats = new float[buffers][];
        frame.doubles = new double[buffers][];
        Arrays.fill(frame.floats, memory.floats);
        Arrays.fill(frame.doubles, memory.doubles);
        for (int i = 0; i < buffers; i++) {
            frame.offsets[i] = first(plan.buffers().get(i), frame.groups, examples);
        }
        for (var slot : layout.weights()) {
            var numbers = data.weights().get(slot.name());
            for (int i = 0; i < numbers.length; i++) {
                memory.set(examples + (int) slot.offset() + i, numbers[i]);
            }
        }
        for (var feed : plan.feeds()) {
            feed(frame, memory, feed, data.inputs().get(feed.port()));
        }
        team.run(worker -> instance.run(entry, frame, worker));
        var results = new LinkedHashMap<String, double[]>();
        for (var fetch : plan.fetches()) {
            results.put(fetch.role() + " " + fetch.name(), fetch(plan, frame, memory, fetch));
        }
        for (var slot : layout.weights()) {
            int from = examples + (int) slot.offset();
            results.put("WEIGHT " + slot.name(), memory.range(from, size(slot.shape())));
        }
        return results;
    }

    /// The outputs for one example, by name: what is prepared, then the entry for one example.
    Map<String, double[]> one(Bindings data, int example, String vector, int workers) {
        var instance = instance(vector);
        try (Team team = Team.of(workers)) {
            var memory = new Memory(layout.doublePrecision(), Math.toIntExact(layout.batchArena()));
            for (var slot : layout.weights()) {
                var numbers = data.weights().get(slot.name());
                for (int i = 0; i < numbers.length; i++) {
                    memory.set((int) slot.offset() + i, numbers[i]);
                }
            }
            var results = new LinkedHashMap<String, double[]>();
            for (int entry : List.of(Layout.PREPARE, Layout.ONE)) {
                var plan = layout.entries().get(entry);
                var frame = new Frame(team, program.uniforms().size(), layout.doublePrecision());
                frame.kernels = forms(vector);
                frame.examples = 1;
                frame.groups = 1;
                int buffers = plan.buffers().size();
                frame.offsets =
                        plan.buffers().stream().mapToInt(b -> (int) b.offset()).toArray();
                frame.floats = new float[buffers][];
                frame.doubles = new double[buffers][];
                Arrays.fill(frame.floats, memory.floats);
                Arrays.fill(frame.doubles, memory.doubles);
                for (var feed : plan.feeds()) {
                    var rows = data.inputs().get(feed.port());
                    int size = rows.length / data.examples();
                    for (int i = 0; i < size; i++) {
                        memory.set(frame.offsets[feed.buffer()] + i, rows[example * size + i]);
                    }
                }
                team.run(worker -> instance.run(entry, frame, worker));
                for (var fetch : plan.fetches()) {
                    results.put(fetch.name(), memory.range(frame.offsets[fetch.buffer()], size(fetch.shape())));
                }
            }
            return results;
        }
    }

    private record Memory(float[] floats, double[] doubles) {
        Memory(boolean precise, int size) {
            this(new float[precise ? 0 : size], new double[precise ? size : 0]);
            Arrays.fill(floats, Float.NaN);
            Arrays.fill(doubles, Double.NaN);
        }

        void set(int index, double value) {
            if (floats.length > 0) {
                floats[index] = (float) value;
            } else {
                doubles[index] = value;
            }
        }

        double get(int index) {
            return floats.length > 0 ? floats[index] : doubles[index];
        }

        double[] range(int from, int count) {
            double[] numbers = new double[count];
            Arrays.setAll(numbers, i -> get(from + i));
            return numbers;
        }
    }

    private static int first(Layout.Buffer buffer, int groups, int examples) {
        return Math.toIntExact(buffer.perExample() ? buffer.offset() * groups : examples + buffer.offset());
    }

    private static int size(List<Integer> shape) {
        return shape.stream().reduce(1, Math::multiplyExact);
    }

    private static void feed(Frame frame, Memory memory, Layout.Feed feed, double[] rows) {
        int size = rows.length / frame.examples;
        for (int e = 0; e < frame.groups * 32; e++) {
            for (int i = 0; i < size; i++) {
                double x = rows[Math.min(e, frame.examples - 1) * size + i];
                memory.set(frame.offsets[feed.buffer()] + e * size + i, x);
            }
        }
    }

    private static double[] fetch(Layout.Entry plan, Frame frame, Memory memory, Layout.Fetch fetch) {
        int size = size(fetch.shape());
        int from = frame.offsets[fetch.buffer()];
        if (!plan.buffers().get(fetch.buffer()).perExample()) {
            return memory.range(from, size);
        }
        double[] rows = new double[size * frame.examples];
        for (int e = 0; e < frame.examples; e++) {
            for (int i = 0; i < size; i++) {
                rows[e * size + i] = memory.get(from + (e / 32 * size + i) * 32 + e % 32);
            }
        }
        return rows;
    }
}
