package dev.lanewise.compiler.interpret;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.Fill;
import dev.lanewise.compiler.graph.Prim.Random;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Uniforms;
import dev.lanewise.compiler.scalar.Float32;
import dev.lanewise.compiler.scalar.Float64;
import dev.lanewise.runtime.random.CounterRandom;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Map;
import java.util.stream.IntStream;

/// The first values of a weight whose numbers do not depend on each other, as of most initialisers: a block of them
/// at a time, shared among all cores, where the interpreter would hold every step's numbers of the whole weight. The
/// same bits.
public final class Pointwise {
    private static final int BLOCK = 1024;

    private final Graph graph;
    private final boolean doublePrecision;
    private final BitSet uniform;

    private Pointwise(Graph graph, boolean doublePrecision) {
        this.graph = graph;
        this.doublePrecision = doublePrecision;
        this.uniform = Uniforms.of(graph);
    }

    /// The only result of a graph without parameters and inputs, at step 0.
    public static double[] first(Graph graph, boolean doublePrecision, long seed) {
        var pointwise = new Pointwise(graph, doublePrecision);
        if (pointwise.isPossible()) {
            return pointwise.run(seed);
        }
        var bindings = Bindings.of(1, Map.of(), Map.of(), seed).with(RunScalar.STEP, 0);
        return new Interpreter(graph, doublePrecision)
                .run(bindings)
                .tensors()
                .getFirst()
                .data();
    }

    private int result() {
        return graph.results().getFirst().value().node();
    }

    private boolean isPossible() {
        long size = graph.nodes().get(result()).type().shape().size();
        return IntStream.range(0, graph.nodes().size()).allMatch(i -> {
            var node = graph.nodes().get(i);
            boolean isOwn = !uniform.get(i) && node.type().shape().size() == size;
            return switch (node.prim()) {
                case Fill _ -> true;
                case Random _ -> isOwn;
                case Elementwise _ ->
                    uniform.get(i) || isOwn && node.inputs().stream().noneMatch(v -> uniform.get(v.node()));
                case Broadcast _ ->
                    isOwn && uniform.get(node.inputs().getFirst().node());
                default -> false;
            };
        });
    }

    private double[] run(long seed) {
        int nodes = graph.nodes().size();
        var scalars = new double[nodes];
        var streams = new CounterRandom[nodes];
        for (int i = 0; i < nodes; i++) {
            var node = graph.nodes().get(i);
            streams[i] = CounterRandom.of(seed, node.prim() instanceof Random random ? random.number() : 0, 0);
            if (node.prim() instanceof Fill(var value)) {
                scalars[i] = value;
            } else if (uniform.get(i) && node.prim() instanceof Elementwise(var op)) {
                var of = operands(node);
                scalars[i] = Float64.apply(op, scalars[of[0]], scalars[of[1]], scalars[of[2]]);
            }
        }
        var all = new double
                [Math.toIntExact(graph.nodes().get(result()).type().shape().size())];
        IntStream.range(0, (all.length + BLOCK - 1) / BLOCK).parallel().forEach(block -> {
            int from = block * BLOCK;
            int count = Math.min(BLOCK, all.length - from);
            var values = new double[nodes][];
            for (int i = 0; i < nodes; i++) {
                if (!uniform.get(i)) {
                    values[i] = new double[count];
                    evaluate(i, values, scalars, streams[i], from);
                }
            }
            System.arraycopy(values[result()], 0, all, from, count);
        });
        return all;
    }

    private void evaluate(int number, double[][] values, double[] scalars, CounterRandom stream, int from) {
        var node = graph.nodes().get(number);
        var to = values[number];
        switch (node.prim()) {
            case Fill(var value) -> Arrays.fill(to, rounded(value));
            case Broadcast _ ->
                Arrays.fill(to, rounded(scalars[node.inputs().getFirst().node()]));
            case Random(boolean normal, var _) -> {
                for (int i = 0; i < to.length; i++) {
                    to[i] = rounded(normal ? stream.normal(from + i) : uniform(stream, from + i));
                }
            }
            case Elementwise(var op) -> {
                var of = operands(node);
                double[] a = values[of[0]];
                double[] b = values[of[1]];
                double[] c = values[of[2]];
                for (int i = 0; i < to.length; i++) {
                    to[i] = doublePrecision
                            ? Float64.apply(op, a[i], b[i], c[i])
                            : Float32.apply(op, (float) a[i], (float) b[i], (float) c[i]);
                }
            }
            default -> throw new CompilerBug("not pointwise: " + node.prim());
        }
    }

    private double uniform(CounterRandom stream, int element) {
        return doublePrecision ? stream.uniform(element) : stream.uniformFloat(element);
    }

    /// The numbers of the three operands' nodes, the first's where there are fewer.
    private static int[] operands(Node node) {
        var inputs = node.inputs();
        return IntStream.range(0, 3)
                .map(i -> inputs.get(i < inputs.size() ? i : 0).node())
                .toArray();
    }

    private double rounded(double number) {
        return doublePrecision ? number : (float) number;
    }
}
