package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.Statement;
import dev.lanewise.compiler.scalar.Float32;
import dev.lanewise.compiler.scalar.Float64;
import dev.lanewise.runtime.random.CounterRandom;
import java.util.Arrays;
import java.util.List;

/// Executes a kernel for each of its groups and units, statement by statement.
final class KernelInterpreter {
    private final CallMemory memory;
    private final int width;
    private final double[][] arrays;
    private final int[] firsts;

    private int[] variables = {};
    private double[][] temporaries = {};
    private int lanes;
    private int vector;

    /// `width`: the numbers in a vector.
    KernelInterpreter(CallMemory memory, int width) {
        this.memory = memory;
        this.width = width;
        this.arrays = memory.arrays();
        this.firsts = memory.firsts();
    }

    void run(Kernel kernel) {
        for (int group = 0; group < (kernel.perGroup() ? memory.batchGroups() : 1); group++) {
            for (int unit = 0; unit < kernel.unitsPerGroup(); unit++) {
                variables = new int[64];
                temporaries = new double[2000][];
                lanes = 1;
                vector = -1;
                variables[Kernel.GROUP] = group;
                variables[Kernel.UNIT] = unit;
                work(kernel.work(), group, unit);
            }
        }
    }

    private void work(Kernel.Work work, int group, int unit) {
        switch (work) {
            case Kernel.Nest(var body) -> run(body);
            case Kernel.LaneTile tile -> {
                vector = Kernel.LANE;
                lanes = width;
                for (int lane = 0; lane < 32; lane += width) {
                    double[] sum = new double[width];
                    for (int k = 0; k < tile.depth(); k++) {
                        double a = arrays[0][firsts[0] + unit * tile.aRow() + k * tile.aDepth()];
                        for (int l = 0; l < width; l++) {
                            sum[l] = memory.fma(
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
            case Kernel.ExampleTile _,
                    Kernel.RunTile _,
                    Kernel.PatchTile _,
                    Kernel.RowTile _,
                    Kernel.Rearrange _,
                    Kernel.ToRuns _,
                    Kernel.ClearPadding _ -> new TileInterpreter(memory).run(work, group, unit);
        }
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
                for (int i = 0; i < memory.batchGroups(); i++) {
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
                numbers[i] = maximum
                        ? Math.max(numbers[i], numbers[i + half])
                        : memory.round(numbers[i] + numbers[i + half]);
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
            case Expression.Constant(double value) -> Arrays.fill(result, memory.round(value));
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
            case Expression.Scalar(int number) -> Arrays.fill(result, memory.scalars()[number]);
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
                    result[l] = memory.doublePrecision()
                            ? Float64.apply(op, a, b, c)
                            : Float32.apply(op, (float) a, (float) b, (float) c);
                }
            }
            case Expression.WhereReal(int group, var lane, var value, var otherwise) -> {
                double[] numbers = value(value);
                double[] others = value(otherwise);
                for (int l = 0; l < lanes; l++) {
                    boolean real = variables[group] * 32 + at(lane) + l < memory.batchExamples();
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
                var stream = CounterRandom.of(memory.bindings().seed(), number, (long)
                        memory.bindings().run(RunScalar.STEP));
                for (int l = 0; l < lanes; l++) {
                    int i = lane(example, l) + lane(element, l);
                    double draw = normal
                            ? stream.normal(i)
                            : memory.doublePrecision() ? stream.uniform(i) : stream.uniformFloat(i);
                    result[l] = memory.round(draw);
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
