package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.compiler.loops.LoopProgram.Uniform;
import dev.lanewise.compiler.scalar.Float64;
import dev.lanewise.runtime.model.Layout;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Executes loop programs as they are written, slowly: what the schedule makes is compared with the graph's
/// interpreter without any code being emitted. Memory starts as NaN, so that what is read before it is written shows.
final class LoopInterpreter {
    private final LoopProgram program;
    private final Layout layout;
    private final int width;

    private Bindings bindings;
    private double[] uniforms;
    private double[] batch;
    private double[] examples;
    private int groups;

    // The groups that calls work on: all, or those of a turn
    private int from;
    private int batchGroups;
    private int batchExamples;
    private List<Integer> stay = List.of();
    private int strip;
    private List<Integer> distances = List.of();

    /// `width`: the numbers in a vector.
    LoopInterpreter(LoopProgram program, int width) {
        this.program = program;
        this.layout = program.layout();
        this.width = width;
    }

    /// Results by role and name, examples first, and weights by `WEIGHT name`.
    Map<String, double[]> run(int entry, Bindings data) {
        bindings = data;
        groups = (data.examples() + 31) / 32;
        uniforms = new double[program.uniforms().size()];
        for (int i = 0; i < uniforms.length; i++) {
            uniforms[i] = switch (program.uniforms().get(i)) {
                case Uniform.Number(var value) -> value;
                case Uniform.Run(var scalar) -> data.run(scalar);
                case Uniform.Apply(var op, var arguments) ->
                    Float64.apply(op, uniform(arguments, 0), uniform(arguments, 1), uniform(arguments, 2));
            };
        }
        var plan = layout.entries().get(entry);
        batch = new double[Math.toIntExact(layout.batchArena())];
        examples = new double[Math.toIntExact(plan.exampleArena() * groups)];
        Arrays.fill(batch, Double.NaN);
        Arrays.fill(examples, Double.NaN);
        for (var slot : layout.weights()) {
            var numbers = data.weights().get(slot.name());
            for (int i = 0; i < numbers.length; i++) {
                batch[(int) slot.offset() + i] = round(numbers[i]);
            }
        }
        for (var feed : plan.feeds()) {
            feed(plan, feed, data.inputs().get(feed.port()));
        }
        batchGroups = groups;
        batchExamples = data.examples();
        var calls = program.entries().get(entry).calls();
        var strips = new ArrayDeque<>(program.entries().get(entry).strips());
        int done = 0;
        for (var turns : program.entries().get(entry).turns()) {
            calls(plan, calls, strips, done, turns.first());
            done = turns.end();
            for (from = 0; from < groups; from += batchGroups) {
                batchGroups = Math.min(turns.groups(), groups - from);
                batchExamples = Math.min(32 * batchGroups, data.examples() - 32 * from);
                stay = turns.stay();
                calls.subList(turns.first(), done).forEach(call -> call(plan, call));
            }
            from = 0;
            batchGroups = groups;
            batchExamples = data.examples();
            stay = List.of();
        }
        calls(plan, calls, strips, done, calls.size());
        var results = new LinkedHashMap<String, double[]>();
        for (var fetch : plan.fetches()) {
            results.put(fetch.role() + " " + fetch.name(), fetch(plan, fetch));
        }
        for (var slot : layout.weights()) {
            int size = slot.shape().stream().reduce(1, Math::multiplyExact);
            int from = (int) slot.offset();
            results.put("WEIGHT " + slot.name(), Arrays.copyOfRange(batch, from, from + size));
        }
        return results;
    }

    /// Calls that are not done in turns.
    private void calls(
            Layout.Entry plan, List<LoopProgram.Call> calls, Deque<LoopProgram.Strips> strips, int first, int end) {
        int done = first;
        while (!strips.isEmpty() && strips.getFirst().first() < end) {
            var span = strips.removeFirst();
            calls.subList(done, span.first()).forEach(call -> call(plan, call));
            done = span.end();
            stay = span.stay();
            batchGroups = 1;
            for (int number = 0; number < groups * span.count(); number++) {
                from = number / span.count();
                strip = number % span.count();
                for (int i = span.first(); i < done; i++) {
                    distances = span.distances().get(i - span.first());
                    call(plan, calls.get(i));
                }
            }
            from = 0;
            strip = 0;
            batchGroups = groups;
            distances = List.of();
            stay = List.of();
        }
        calls.subList(done, end).forEach(call -> call(plan, call));
    }

    private double uniform(List<Integer> arguments, int i) {
        return i < arguments.size() ? uniforms[arguments.get(i)] : 0;
    }

    private double round(double x) {
        return layout.doublePrecision() ? x : (float) x;
    }

    private int first(Layout.Buffer buffer) {
        return Math.toIntExact(buffer.perExample() ? buffer.offset() * groups : buffer.offset());
    }

    private void feed(Layout.Entry plan, Layout.Feed feed, double[] rows) {
        int size = rows.length / bindings.examples();
        for (int e = 0; e < groups * 32; e++) {
            for (int i = 0; i < size; i++) {
                double x = round(rows[Math.min(e, bindings.examples() - 1) * size + i]);
                examples[first(plan.buffers().get(feed.buffer())) + e * size + i] = x;
            }
        }
    }

    private double[] fetch(Layout.Entry plan, Layout.Fetch fetch) {
        int size = fetch.shape().stream().reduce(1, Math::multiplyExact);
        var buffer = plan.buffers().get(fetch.buffer());
        int from = first(buffer);
        if (!buffer.perExample()) {
            return Arrays.copyOfRange(batch, from, from + size);
        }
        double[] rows = new double[size * bindings.examples()];
        for (int e = 0; e < bindings.examples(); e++) {
            for (int i = 0; i < size; i++) {
                rows[e * size + i] = examples[from + (e / 32 * size + i) * 32 + e % 32];
            }
        }
        return rows;
    }

    private void call(Layout.Entry plan, LoopProgram.Call call) {
        var kernel = program.kernels().get(call.kernel());
        var arrays = new double[kernel.operands()][];
        var firsts = new int[kernel.operands()];
        for (int i = 0; i < arrays.length; i++) {
            int number = call.buffers().get(i);
            if (number < 0) {
                arrays[i] = new double[Kernel.SCRATCH];
                Arrays.fill(arrays[i], Double.NaN);
            } else {
                var buffer = plan.buffers().get(number);
                arrays[i] = buffer.perExample() ? examples : batch;
                boolean moves = buffer.perExample() && !stay.contains(number);
                int further = distances.isEmpty() ? 0 : strip * distances.get(i);
                firsts[i] = first(buffer) + (moves ? Math.toIntExact(from * buffer.size()) + further : 0);
            }
        }
        var scalars =
                call.uniforms().stream().mapToDouble(u -> round(uniforms[u])).toArray();
        var memory = new CallMemory(
                arrays, firsts, scalars, layout.doublePrecision(), bindings, groups, batchGroups, batchExamples);
        new KernelInterpreter(memory, width).run(kernel);
    }
}
