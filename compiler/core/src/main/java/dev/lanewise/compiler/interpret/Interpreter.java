package dev.lanewise.compiler.interpret;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.ArgMax;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Concat;
import dev.lanewise.compiler.graph.Prim.Contract;
import dev.lanewise.compiler.graph.Prim.Decompose;
import dev.lanewise.compiler.graph.Prim.Decomposition;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.Fill;
import dev.lanewise.compiler.graph.Prim.Fold;
import dev.lanewise.compiler.graph.Prim.Gather;
import dev.lanewise.compiler.graph.Prim.Gradient;
import dev.lanewise.compiler.graph.Prim.Input;
import dev.lanewise.compiler.graph.Prim.Literal;
import dev.lanewise.compiler.graph.Prim.Max;
import dev.lanewise.compiler.graph.Prim.Pad;
import dev.lanewise.compiler.graph.Prim.Parameter;
import dev.lanewise.compiler.graph.Prim.Positions;
import dev.lanewise.compiler.graph.Prim.Random;
import dev.lanewise.compiler.graph.Prim.Reshape;
import dev.lanewise.compiler.graph.Prim.Run;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Prim.ScatterAdd;
import dev.lanewise.compiler.graph.Prim.Slice;
import dev.lanewise.compiler.graph.Prim.State;
import dev.lanewise.compiler.graph.Prim.StopGradient;
import dev.lanewise.compiler.graph.Prim.Sum;
import dev.lanewise.compiler.graph.Prim.SumOfProducts;
import dev.lanewise.compiler.graph.Prim.Transpose;
import dev.lanewise.compiler.graph.Prim.Windows;
import dev.lanewise.compiler.graph.Result;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Uniforms;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.scalar.Float32;
import dev.lanewise.compiler.scalar.Float64;
import dev.lanewise.runtime.model.Decompositions;
import dev.lanewise.runtime.random.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Walks a graph from node to node: the definition that compiled code is held to, bit for bit. Orders of adding:
/// [Reductions] and [dev.lanewise.compiler.graph.Contraction]. Uniform scalars ([Uniforms]) are kept in double
/// precision.
public final class Interpreter {

    private final Graph graph;
    private final boolean doublePrecision;
    private final BitSet uniform;
    private final int[] lastUse;

    public Interpreter(Graph graph, boolean doublePrecision) {
        this.graph = graph;
        this.doublePrecision = doublePrecision;
        this.uniform = Uniforms.of(graph);
        this.lastUse = lastUse(graph);
    }

    /// The graph's results; what a later node does not need is given up on the way.
    public Outcome run(Bindings bindings) {
        return run(bindings, results(graph), false);
    }

    /// The value of every node.
    public List<Tensor> values(Bindings bindings) {
        var all = new ArrayList<Value>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            all.add(new Value(i));
        }
        return run(bindings, all, true).tensors();
    }

    /// Runs that differ from `base` in one parameter alone: what does not depend on it is computed once.
    public Function<double[], Outcome> along(Bindings base, String parameter) {
        var known = new @Nullable Tensor[graph.nodes().size()];
        var walk = new Walk(base);
        var varying = new BitSet();
        for (int i = 0; i < known.length; i++) {
            var node = graph.nodes().get(i);
            boolean own = node.prim() instanceof Parameter(var name) && name.equals(parameter);
            varying.set(i, own || node.inputs().stream().anyMatch(v -> varying.get(v.node())));
            if (!varying.get(i)) {
                known[i] = value(i, known, walk);
            }
        }
        return data -> {
            var values = known.clone();
            var moved = new Walk(base.withWeight(parameter, data));
            for (int i = varying.nextSetBit(0); i >= 0; i = varying.nextSetBit(i + 1)) {
                values[i] = value(i, values, moved);
            }
            return new Outcome(graph.results(), results(results(graph), values));
        };
    }

    private Outcome run(Bindings bindings, List<Value> wanted, boolean keep) {
        var values = new @Nullable Tensor[graph.nodes().size()];
        var walk = new Walk(bindings);
        for (int i = 0; i < values.length; i++) {
            values[i] = value(i, values, walk);
            for (var input : keep ? List.<Value>of() : graph.nodes().get(i).inputs()) {
                if (lastUse[input.node()] == i) {
                    values[input.node()] = null;
                }
            }
        }
        return new Outcome(keep ? List.of() : graph.results(), results(wanted, values));
    }

    private List<Tensor> inputs(int number, @Nullable Tensor[] values) {
        var node = graph.nodes().get(number);
        var inputs = new ArrayList<Tensor>(node.inputs().size());
        for (var input : node.inputs()) {
            var tensor = Objects.requireNonNull(values[input.node()]);
            inputs.add(uniform.get(input.node()) && !uniform.get(number) ? rounded(tensor) : tensor);
        }
        return inputs;
    }

    private Tensor value(int number, @Nullable Tensor[] values, Walk walk) {
        var node = graph.nodes().get(number);
        var inputs = inputs(number, values);
        return uniform.get(number) ? walk.uniform(node, inputs) : walk.evaluate(node, inputs);
    }

    private List<Tensor> results(List<Value> wanted, @Nullable Tensor[] values) {
        return wanted.stream()
                .map(v -> rounded(Objects.requireNonNull(values[v.node()])))
                .toList();
    }

    private static List<Value> results(Graph graph) {
        return graph.results().stream().map(Result::value).toList();
    }

    private static int[] lastUse(Graph graph) {
        int[] last = new int[graph.nodes().size()];
        for (int i = 0; i < last.length; i++) {
            for (var input : graph.nodes().get(i).inputs()) {
                last[input.node()] = i;
            }
        }
        graph.results().forEach(result -> last[result.value().node()] = Integer.MAX_VALUE);
        return last;
    }

    /// The same numbers in the run's precision.
    private Tensor rounded(Tensor tensor) {
        if (doublePrecision || Arrays.stream(tensor.data()).allMatch(Interpreter::isSingle)) {
            return tensor;
        }
        return new Tensor(tensor.type(), tensor.examples(), rounded(tensor.data()));
    }

    private static double[] rounded(double[] data) {
        return Arrays.stream(data).map(x -> (float) x).toArray();
    }

    private static boolean isSingle(double number) {
        return (float) number == number || Double.isNaN(number);
    }

    /// One run: what depends on the bindings.
    private final class Walk {
        private final Bindings bindings;
        private final Views views;
        private final Reductions reductions = new Reductions(doublePrecision);
        private final Contractions contractions = new Contractions(doublePrecision);

        Walk(Bindings bindings) {
            this.bindings = bindings;
            this.views = new Views(bindings.examples());
        }

        Tensor uniform(Node node, List<Tensor> inputs) {
            double value = switch (node.prim()) {
                case Fill(var number) -> number;
                case Run(var scalar) -> bindings.run(scalar);
                case Elementwise(var op) -> Float64.apply(op, number(inputs, 0), number(inputs, 1), number(inputs, 2));
                default -> throw new CompilerBug("a uniform value of " + node.prim());
            };
            return Tensor.scalar(value);
        }

        private static double number(List<Tensor> inputs, int i) {
            return i < inputs.size() ? inputs.get(i).number() : 0;
        }

        Tensor evaluate(Node node, List<Tensor> inputs) {
            var type = node.type();
            return switch (node.prim()) {
                case Input(var name) -> bound(bindings.inputs(), name, type);
                case Parameter(var name) -> bound(bindings.weights(), name, type);
                case State(var name) -> bound(bindings.weights(), name, type);
                case Fill(var value) -> filled(type, value);
                case Literal(var values) ->
                    rounded(new Tensor(
                            type, 1, values.stream().mapToDouble(v -> v).toArray()));
                case Run(var scalar) -> filled(type, bindings.run(scalar));
                case Random random -> random(random, type);
                case Positions(var axis) -> positions(axis, type);
                case Elementwise(var op) -> elementwise(op, inputs, type);
                case Contract(var spec) ->
                    contractions.contract(spec, inputs.get(0), inputs.get(1), type, bindings.examples());
                case SumOfProducts(var axes) -> reductions.products(inputs.get(0), inputs.get(1), axes, type);
                case Sum(var axes, var examples) -> reductions.reduce(inputs.getFirst(), axes, examples, false, type);
                case Max(var axes, var examples) -> reductions.reduce(inputs.getFirst(), axes, examples, true, type);
                case ArgMax(var axes) -> reductions.argMax(inputs.getFirst(), axes, type);
                case Broadcast prim -> views.broadcast(prim, inputs.getFirst(), type);
                case Reshape _ ->
                    new Tensor(
                            type,
                            inputs.getFirst().examples(),
                            inputs.getFirst().data());
                case Transpose prim -> views.transpose(prim, inputs.getFirst(), type);
                case Slice prim -> views.slice(prim, inputs.getFirst(), type);
                case Pad prim -> views.pad(prim, inputs.getFirst(), type);
                case Concat(var axis) -> views.concat(axis, inputs, type);
                case Windows prim -> views.windows(prim, inputs.getFirst(), type);
                case Fold prim -> views.fold(prim, inputs.getFirst(), type, doublePrecision);
                case Gather _ -> gather(inputs.get(0), inputs.get(1), type);
                case ScatterAdd _ -> scatterAdd(inputs.get(0), inputs.get(1), type);
                case StopGradient _ -> inputs.getFirst();
                case Decompose(var to) -> decomposed(to, inputs.getFirst());
                case Gradient _ -> throw new CompilerBug("a gradient that autodiff has not replaced");
            };
        }

        private int count(Type type) {
            return type.perExample() ? bindings.examples() : 1;
        }

        private Tensor filled(Type type, double value) {
            double[] data = new double[Math.toIntExact(type.shape().size()) * count(type)];
            Arrays.fill(data, doublePrecision ? value : (float) value);
            return new Tensor(type, count(type), data);
        }

        private Tensor bound(Map<String, double[]> arrays, String name, Type type) {
            double[] data = arrays.get(name);
            if (data == null) {
                throw new CompilerBug("nothing is bound to " + name);
            }
            return rounded(new Tensor(type, count(type), data));
        }

        private Tensor random(Random prim, Type type) {
            var stream = CounterRandom.of(bindings.seed(), prim.number(), (long) bindings.run(RunScalar.STEP));
            double[] data = new double[Math.toIntExact(type.shape().size()) * count(type)];
            for (int i = 0; i < data.length; i++) {
                double draw =
                        prim.normal() ? stream.normal(i) : doublePrecision ? stream.uniform(i) : stream.uniformFloat(i);
                data[i] = doublePrecision ? draw : (float) draw;
            }
            return new Tensor(type, count(type), data);
        }

        private Tensor decomposed(Decomposition to, Tensor matrix) {
            int rows = matrix.type().shape().extent(0);
            int columns = matrix.size() / rows;
            double[] data = switch (to) {
                case ORTHONORMAL -> Decompositions.orthonormal(matrix.data(), columns);
                case EIGENVECTORS -> Decompositions.eigenvectors(matrix.data(), columns);
            };
            return rounded(new Tensor(matrix.type(), 1, data));
        }

        private static Tensor positions(int axis, Type type) {
            int stride = Offsets.strides(type.shape())[axis];
            double[] data = new double[Math.toIntExact(type.shape().size())];
            for (int i = 0; i < data.length; i++) {
                data[i] = i / stride % type.shape().extent(axis);
            }
            return new Tensor(type, 1, data);
        }

        private Tensor elementwise(Op op, List<Tensor> inputs, Type type) {
            double[] a = inputs.getFirst().data();
            double[] b = inputs.size() > 1 ? inputs.get(1).data() : a;
            double[] c = inputs.size() > 2 ? inputs.get(2).data() : a;
            double[] data = new double[a.length];
            for (int i = 0; i < data.length; i++) {
                data[i] = doublePrecision
                        ? Float64.apply(op, a[i], b[i], c[i])
                        : Float32.apply(op, (float) a[i], (float) b[i], (float) c[i]);
            }
            return new Tensor(type, count(type), data);
        }

        private Tensor gather(Tensor table, Tensor index, Type type) {
            int width = table.size() / table.type().shape().extent(0);
            double[] data = new double[Math.toIntExact(type.shape().size()) * count(type)];
            int rows = index.size();
            for (int e = 0; e < count(type); e++) {
                for (int i = 0; i < rows; i++) {
                    int row = row(
                            index.data()[example(index, e) * rows + i],
                            table.type().shape().extent(0));
                    int from = example(table, e) * table.size() + row * width;
                    System.arraycopy(table.data(), from, data, (e * rows + i) * width, width);
                }
            }
            return new Tensor(type, count(type), data);
        }

        /// Rows are added one after another, example by example, starting at 0.
        private Tensor scatterAdd(Tensor index, Tensor rows, Type type) {
            int count = type.shape().extent(0);
            int size = Math.toIntExact(type.shape().size());
            int width = size / count;
            double[] data = new double[size * count(type)];
            for (int e = 0; e < Math.max(index.examples(), rows.examples()); e++) {
                int first = type.perExample() ? e * size : 0;
                for (int i = 0; i < index.size(); i++) {
                    int to = first + row(index.data()[example(index, e) * index.size() + i], count) * width;
                    int from = example(rows, e) * rows.size() + i * width;
                    for (int j = 0; j < width; j++) {
                        double sum = data[to + j] + rows.data()[from + j];
                        data[to + j] = doublePrecision ? sum : (float) sum;
                    }
                }
            }
            return new Tensor(type, count(type), data);
        }

        private static int example(Tensor tensor, int example) {
            return tensor.type().perExample() ? example : 0;
        }

        private static int row(double index, int rows) {
            return Math.clamp((long) index, 0, rows - 1);
        }
    }
}
