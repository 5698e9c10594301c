package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.interpret.Bindings;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.compiler.loops.LoopProgram.Uniform;
import dev.lanewise.compiler.loops.Statement;
import dev.lanewise.compiler.scalar.Float32;
import dev.lanewise.compiler.scalar.Float64;
import dev.lanewise.runtime.model.Layout;
import dev.lanewise.runtime.random.CounterRandom;
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

    // One kernel
    private int[] variables;
    private double[][] temporaries;
    private double[][] arrays;
    private int[] firsts;
    private double[] scalars;
    private int lanes;
    private int vector;

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
        arrays = new double[kernel.operands()][];
        firsts = new int[kernel.operands()];
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
        scalars = call.uniforms().stream().mapToDouble(u -> round(uniforms[u])).toArray();
        for (int group = 0; group < (kernel.perGroup() ? batchGroups : 1); group++) {
            for (int unit = 0; unit < kernel.unitsPerGroup(); unit++) {
                variables = new int[64];
                temporaries = new double[2000][];
                lanes = 1;
                vector = -1;
                variables[Kernel.GROUP] = group;
                variables[Kernel.UNIT] = unit;
                work(kernel);
            }
        }
    }

    private void work(Kernel kernel) {
        int group = variables[Kernel.GROUP];
        int unit = variables[Kernel.UNIT];
        switch (kernel.work()) {
            case Kernel.Nest(var body) -> run(body);
            case Kernel.LaneTile tile -> {
                vector = Kernel.LANE;
                lanes = width;
                for (int lane = 0; lane < 32; lane += width) {
                    double[] sum = new double[width];
                    for (int k = 0; k < tile.depth(); k++) {
                        double a = arrays[0][firsts[0] + unit * tile.aRow() + k * tile.aDepth()];
                        for (int l = 0; l < width; l++) {
                            sum[l] = fma(
                                    a,
                                    arrays[1][firsts[1] + group * tile.bGroup() + k * tile.bDepth() + lane + l],
                                    sum[l]);
                        }
                    }
                    variables[Kernel.LANE] = lane;
                    temporaries[0] = sum;
                    run(tile.store());
                }
            }
            case Kernel.ExampleTile tile -> {
                for (int column = 0; column < tile.columns(); column++) {
                    double sum = 0;
                    for (int g = 0; g < groups; g++) {
                        for (int l = 0; l < 32; l++) {
                            double a = arrays[0][firsts[0] + g * tile.aGroup() + unit * tile.aRow() + l];
                            double b = arrays[1][firsts[1] + inPanels(tile.panels(), g * 32 + l, column)];
                            sum = fma(a, b, sum);
                        }
                    }
                    arrays[2][firsts[2] + unit * tile.columns() + column] = sum;
                }
            }
            case Kernel.RunTile tile -> {
                int rest = unit;
                int a = firsts[0] + tile.aFirst();
                int c = firsts[2];
                for (var axis : tile.rows().reversed()) {
                    a += rest % axis.extent() * axis.a();
                    c += rest % axis.extent() * axis.c();
                    rest /= axis.extent();
                }
                var runs = tile.runs();
                for (int column = 0; column < runs.length(); column++) {
                    double sum = 0;
                    for (int g = 0; g < groups; g++) {
                        int panel = g * runs.panels() + column / runs.width();
                        int b = firsts[1] + panel * tile.panel() + column % runs.width();
                        sum = sum(tile.depth(), a + g * tile.aGroup(), b, sum);
                    }
                    arrays[2][c + column] = sum;
                }
            }
            case Kernel.PatchTile tile -> patches(tile, group, unit);
            case Kernel.RowTile tile -> rows(tile, unit);
            case Kernel.Rearrange move -> {
                for (int i = 0; i < move.panels().width(); i++) {
                    for (int l = 0; l < 32; l++) {
                        arrays[1][firsts[1] + place(move, move.to(), group, unit, l, i)] =
                                arrays[0][firsts[0] + place(move, move.from(), group, unit, l, i)];
                    }
                }
            }
            case Kernel.ToRuns move -> {
                var runs = move.runs();
                for (int i = 0; i < runs.length(); i++) {
                    int panel = group * runs.panels() + i / runs.width();
                    int to = firsts[1] + (panel * move.places() + unit) * 32 * runs.width() + i % runs.width();
                    int from = firsts[0] + ((group * move.columns() + i) * move.places() + unit) * 32;
                    for (int l = 0; l < 32; l++) {
                        arrays[1][to + l * runs.width()] = i < move.columns() ? arrays[0][from + l] : 0;
                    }
                }
            }
            case Kernel.ClearPadding(int size) -> {
                for (int e = bindings.examples(); e < groups * 32; e++) {
                    for (int i = 0; i < size; i++) {
                        arrays[0][firsts[0] + (e / 32 * size + i) * 32 + e % 32] = 0;
                    }
                }
            }
        }
    }

    /// Where number `i` of a panel's lies.
    private int place(Kernel.Rearrange move, Kernel.Arrangement arrangement, int group, int panel, int lane, int i) {
        int number = move.panels().first(panel) + i;
        return switch (arrangement) {
            case ROWS -> (group * 32 + lane) * move.size() + number;
            case LANES -> (group * move.size() + number) * 32 + lane;
            case PANELS ->
                ((panel * groups + group) * 32 + lane) * move.panels().width() + i;
        };
    }

    /// Where number `column` of an example lies in panels.
    private int inPanels(Kernel.Panels panels, int example, int column) {
        int panel = column / panels.width();
        return (panel * groups * 32 + example) * panels.width() + column - panels.first(panel);
    }

    private void rows(Kernel.RowTile tile, int unit) {
        int a = firsts[0] + tile.aFirst();
        int b = firsts[1] + tile.bFirst();
        int c = firsts[2];
        int rest = unit;
        for (var axis : tile.outer().reversed()) {
            int i = rest % axis.extent();
            rest /= axis.extent();
            a += i * axis.a();
            b += i * axis.b();
            c += i * axis.c();
        }
        for (int row = 0; row < tile.row().extent(); row++) {
            for (int column = 0; column < tile.columns(); column++) {
                arrays[2][c + row * tile.row().c() + column] =
                        sum(tile.depth(), a + row * tile.row().a(), b + column, 0);
            }
        }
    }

    private void patches(Kernel.PatchTile tile, int group, int unit) {
        int a = firsts[0] + tile.aFirst();
        int b = firsts[1] + tile.bFirst() + group * tile.bGroup();
        int c = firsts[2] + group * tile.cGroup();
        int rest = unit;
        for (var axis : tile.places().reversed()) {
            int i = rest % axis.extent();
            rest /= axis.extent();
            a += i * axis.a();
            b += i * axis.b();
            c += i * axis.c();
        }
        for (int row = 0; row < tile.row().extent(); row++) {
            for (int lane = 0; lane < 32; lane++) {
                arrays[2][c + row * tile.row().c() + lane] =
                        sum(tile.depth(), a + row * tile.row().a(), b + lane, 0);
            }
        }
    }

    private double sum(List<Kernel.Axis> depth, int a, int b, double before) {
        if (depth.isEmpty()) {
            return fma(arrays[0][a], arrays[1][b], before);
        }
        double sum = before;
        var axis = depth.getFirst();
        for (int k = 0; k < axis.extent(); k++) {
            sum = sum(depth.subList(1, depth.size()), a + k * axis.a(), b + k * axis.b(), sum);
        }
        return sum;
    }

    private double fma(double a, double b, double c) {
        return layout.doublePrecision() ? Math.fma(a, b, c) : Math.fma((float) a, (float) b, (float) c);
    }

    private void run(List<Statement> statements) {
        statements.forEach(this::run);
    }

    private void run(Statement statement) {
        switch (statement) {
            case Statement.For(int variable, int extent, var body) -> {
                for (int i = 0; i < extent; i++) {
                    variables[variable] = i;
                    run(body);
                }
            }
            case Statement.Groups(int variable, var body) -> {
                for (int i = 0; i < batchGroups; i++) {
                    variables[variable] = i;
                    run(body);
                }
            }
            case Statement.Vector(int variable, int extent, var body) -> {
                if (vector >= 0) {
                    throw new IllegalStateException("nested vector loops");
                }
                vector = variable;
                int i = 0;
                while (i < extent) {
                    lanes = i + width <= extent ? width : 1;
                    variables[variable] = i;
                    run(body);
                    i += lanes;
                }
                vector = -1;
                lanes = 1;
            }
            case Statement.Let(int temporary, var value) -> temporaries[temporary] = value(value);
            case Statement.Set(int temporary, var value) -> {
                if (temporaries[temporary] == null) {
                    throw new IllegalStateException("t" + temporary + " is not defined");
                }
                temporaries[temporary] = value(value);
            }
            case Statement.Store(int operand, var index, var value) -> {
                double[] numbers = value(value);
                unit(index, 1);
                for (int l = 0; l < lanes; l++) {
                    arrays[operand][firsts[operand] + at(index) + l] = numbers[l];
                }
            }
            case Statement.Tree tree -> {
                for (int i = 0; i < tree.count(); i++) {
                    int first = firsts[tree.scratch()] + at(tree.from()) + 32 * i;
                    int to = firsts[tree.operand()] + at(tree.index()) + i;
                    arrays[tree.operand()][to] = tree(arrays[tree.scratch()], first, tree.maximum());
                }
            }
        }
    }

    private double tree(double[] scratch, int first, boolean maximum) {
        double[] numbers = Arrays.copyOfRange(scratch, first, first + 32);
        Arrays.fill(scratch, first, first + 32, Double.NaN);
        for (int half = 16; half > 0; half /= 2) {
            for (int i = 0; i < half; i++) {
                numbers[i] = maximum ? Math.max(numbers[i], numbers[i + half]) : round(numbers[i] + numbers[i + half]);
            }
        }
        return numbers[0];
    }

    /// The index moves with the vector loop by `stride`.
    private void unit(Index index, int stride) {
        if (vector >= 0 && Affine.stride(index, vector) != stride) {
            throw new IllegalStateException("stride " + Affine.stride(index, vector) + " where it must be " + stride);
        }
    }

    private int at(Index index) {
        int place = index.constant();
        for (var term : index.terms()) {
            place += term.stride() * variables[term.variable()];
        }
        return place;
    }

    private double[] value(Expression expression) {
        double[] result = new double[lanes];
        switch (expression) {
            case Expression.Constant(double value) -> Arrays.fill(result, round(value));
            case Expression.Temporary(int number) -> {
                double[] known = temporaries[number];
                if (known == null || known.length != lanes) {
                    throw new IllegalStateException("t" + number + " is not a value here");
                }
                return known.clone();
            }
            case Expression.Load(int operand, var index) -> {
                unit(index, 1);
                System.arraycopy(arrays[operand], firsts[operand] + at(index), result, 0, lanes);
            }
            case Expression.Splat(int operand, var index) -> {
                unit(index, 0);
                Arrays.fill(result, arrays[operand][firsts[operand] + at(index)]);
            }
            case Expression.Scalar(int number) -> Arrays.fill(result, scalars[number]);
            case Expression.Position(var index) -> {
                for (int l = 0; l < lanes; l++) {
                    result[l] = lane(index, l);
                }
            }
            case Expression.Apply(var op, var arguments) -> {
                double[][] values = arguments.stream().map(this::value).toArray(double[][]::new);
                for (int l = 0; l < lanes; l++) {
                    double a = values[0][l];
                    double b = values.length > 1 ? values[1][l] : a;
                    double c = values.length > 2 ? values[2][l] : a;
                    result[l] = layout.doublePrecision()
                            ? Float64.apply(op, a, b, c)
                            : Float32.apply(op, (float) a, (float) b, (float) c);
                }
            }
            case Expression.WhereReal(int group, var lane, var value, var otherwise) -> {
                double[] numbers = value(value);
                double[] others = value(otherwise);
                for (int l = 0; l < lanes; l++) {
                    boolean real = variables[group] * 32 + at(lane) + l < batchExamples;
                    result[l] = real ? numbers[l] : others[l];
                }
            }
            case Expression.Within(var index, int below, var value) -> {
                unit(index, 0);
                if (at(index) >= 0 && at(index) < below) {
                    return value(value);
                }
            }
            case Expression.Draw(boolean normal, int number, var example, var element) -> {
                var stream = CounterRandom.of(bindings.seed(), number, (long) bindings.run(RunScalar.STEP));
                for (int l = 0; l < lanes; l++) {
                    int i = lane(example, l) + lane(element, l);
                    double draw = normal
                            ? stream.normal(i)
                            : layout.doublePrecision() ? stream.uniform(i) : stream.uniformFloat(i);
                    result[l] = round(draw);
                }
            }
            case Expression.Gather(int operand, var row, int rows, int stride, var index) -> {
                double[] numbers = value(row);
                for (int l = 0; l < lanes; l++) {
                    int clamped = (int) Math.clamp((long) numbers[l], 0, rows - 1);
                    result[l] = arrays[operand][firsts[operand] + clamped * stride + lane(index, l)];
                }
            }
        }
        return result;
    }

    private int lane(Index index, int lane) {
        return at(index) + (vector < 0 ? 0 : lane * Affine.stride(index, vector));
    }
}
