package dev.lanewise.compiler.lint;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.compiler.scalar.Float64;
import dev.lanewise.runtime.Port;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Signals through a graph, node by node, without a single weight drawn: the cost is that of a network with a
/// thousand numbers in each value, however wide it is.
///
/// A sum of many products is normal, whatever is summed (Glorot and Bengio 2010, He et al. 2015): its variance is the
/// number of terms times that of one, weights and inputs being independent. All else is applied to samples of a
/// typical element, so that no formula, a user's neither, needs a rule of its own. Numbers of the inputs are standard
/// normal unless it is known otherwise.
final class Propagation {
    private static final int SAMPLES = 1024;
    /// Samples of graphs with more than [#LARGE] nodes, whose warnings need no third digit.
    private static final int FEW_SAMPLES = 256;

    private static final int LARGE = 4000;
    private static final int MANY_WEIGHTS = 500;
    /// Sums of at most so many numbers are added up, larger ones are normal.
    private static final int FEW = 64;
    /// Of examples fewer are enough: what stands beside such a sum is no share of it.
    private static final int FEW_EXAMPLES = 16;
    /// First values of weights that depend on the place (such as the identity) are looked at one by one up to here.
    private static final long MOST_PLACES = 1 << 20;

    private final Model model;
    private final Map<String, Moments> inputs;
    private final int examples;
    private final int samples;
    private final Draws draws;
    private final SignalViews views;
    /// Whether the samples are the elements of one array, in their order.
    private final boolean places;

    private final Map<String, Signal> weights = new HashMap<>();
    /// The model's weights, once one is asked for.
    private final Map<String, Weight> byName = new HashMap<>();

    /// The mean and the mean square of an input.
    record Moments(double mean, double square) {
        static final Moments STANDARD = new Moments(0, 1);
    }

    private Propagation(Model model, Map<String, Moments> inputs, int examples, int samples, boolean places) {
        this.model = model;
        this.inputs = inputs;
        this.examples = examples;
        this.samples = samples;
        this.draws = new Draws(samples);
        this.views = new SignalViews(draws, samples);
        this.places = places;
    }

    /// The signals of some values of `graph`, for batches of `examples`.
    static Map<Value, Signal> of(
            Model model, Graph graph, List<Value> wanted, Map<String, Moments> inputs, int examples) {
        int samples = graph.nodes().size() > LARGE ? FEW_SAMPLES : SAMPLES;
        return new Propagation(model, inputs, examples, samples, false).run(graph, wanted);
    }

    /// The first values of a weight.
    static Signal first(Model model, Weight weight) {
        int samples = model.weights().size() > MANY_WEIGHTS ? FEW_SAMPLES : SAMPLES;
        return new Propagation(model, Map.of(), model.train().batch(), samples, false).weight(weight);
    }

    private Map<Value, Signal> run(Graph graph, List<Value> wanted) {
        int[] last = new int[graph.nodes().size()];
        for (int i = 0; i < last.length; i++) {
            for (var input : graph.nodes().get(i).inputs()) {
                last[input.node()] = i;
            }
        }
        wanted.forEach(value -> last[value.node()] = Integer.MAX_VALUE);
        var signals = new @Nullable Signal[last.length];
        for (int i = 0; i < last.length; i++) {
            var node = graph.nodes().get(i);
            var in = new ArrayList<Signal>(node.inputs().size());
            for (var input : node.inputs()) {
                in.add(Objects.requireNonNull(signals[input.node()]));
            }
            signals[i] = signal(graph, node, in);
            for (var input : node.inputs()) {
                if (last[input.node()] == i) {
                    signals[input.node()] = null;
                }
            }
        }
        var found = new HashMap<Value, Signal>();
        wanted.forEach(value -> found.put(value, Objects.requireNonNull(signals[value.node()])));
        return found;
    }

    private Signal signal(Graph graph, Node node, List<Signal> in) {
        var type = node.type();
        return switch (node.prim()) {
            case Prim.Input(var name) -> input(name, type);
            case Prim.Parameter(var name) -> weight(name);
            case Prim.State(var name) -> weight(name);
            case Prim.Fill(double value) -> Signal.constant(value, samples);
            case Prim.Literal(var values) -> listed(values, type);
            case Prim.Run(var scalar) -> Signal.constant(run(scalar), samples);
            case Prim.Random(boolean normal, int _) ->
                Signal.of(normal ? draws.normal() : draws.uniform(), SignalViews.varying(type));
            case Prim.Positions(int axis) -> positions(axis, type);
            case Prim.Elementwise(var op) -> elementwise(op, in);
            case Prim.Contract(var spec) -> contract(graph, node, spec, in);
            case Prim.Sum(var axes, boolean over) -> sum(in.getFirst(), count(graph, node, in, axes, over), axes, over);
            case Prim.Max(var axes, boolean over) -> max(in.getFirst(), count(graph, node, in, axes, over), axes, over);
            case Prim.ArgMax(var axes) -> {
                var shape = graph.type(node.inputs().getFirst()).shape();
                long size = axes.stream().mapToLong(shape::extent).reduce(1, (a, b) -> a * b);
                yield Signal.of(
                        draws.whole((int) size),
                        SignalViews.without(in.getFirst().varying(), axes, false));
            }
            case Prim.Broadcast(var _, var axes, boolean _) -> SignalViews.broadcast(in.getFirst(), axes);
            case Prim.Reshape _ -> in.getFirst().isConstant() ? in.getFirst() : SignalViews.spread(in.getFirst(), type);
            case Prim.Transpose(var order) -> SignalViews.transposed(in.getFirst(), order);
            case Prim.Slice _, Prim.StopGradient _ -> in.getFirst();
            case Prim.Pad _ ->
                views.padded(in.getFirst(), graph.type(node.inputs().getFirst()), type);
            case Prim.Concat _ -> views.concat(graph, node, in);
            case Prim.Windows _ -> SignalViews.spread(in.getFirst(), type);
            case Prim.Fold _ -> {
                double overlap = SignalViews.ratio(graph.type(node.inputs().getFirst()), type);
                yield normal(in.getFirst(), overlap, overlap, SignalViews.varying(type));
            }
            case Prim.Gather _ -> SignalViews.spread(in.getFirst(), type);
            case Prim.ScatterAdd(int rows, boolean over) -> {
                var index = graph.type(node.inputs().getFirst()).shape();
                double each = (double) index.size() * (over ? examples : 1) / rows;
                var row = in.get(1);
                yield normal(each * row.mean(), each * row.square(), SignalViews.varying(type));
            }
            case Prim.Decompose _ -> {
                // rows, or columns, of length 1: the squares of the longer side add up to 1
                double first = type.shape().extent(0);
                yield normal(0, 1 / Math.max(first, SignalViews.size(type) / first), SignalViews.varying(type));
            }
            case Prim.SumOfProducts _ -> throw new CompilerBug("put in behind what is looked at");
            case Prim.Gradient _ -> throw new CompilerBug("a gradient that autodiff has not replaced");
        };
    }

    // Leaves

    private Signal input(String name, Type type) {
        var port = port(name);
        if (port != null && port.kind() != Port.Kind.FLOAT) {
            return Signal.of(draws.whole(Math.max(1, port.classes())), SignalViews.varying(type));
        }
        var moments = inputs.getOrDefault(name, Moments.STANDARD);
        double deviation = Math.sqrt(Math.max(0, moments.square() - moments.mean() * moments.mean()));
        double[] numbers = draws.normal();
        for (int k = 0; k < numbers.length; k++) {
            numbers[k] = moments.mean() + deviation * numbers[k];
        }
        return Signal.of(numbers, SignalViews.varying(type));
    }

    private @Nullable Port port(String name) {
        for (var ports : List.of(model.inputs(), model.targets())) {
            for (var port : ports) {
                if (port.name().equals(name)) {
                    return port;
                }
            }
        }
        return null;
    }

    private Signal weight(String name) {
        var known = weights.get(name);
        if (known != null) {
            return known;
        }
        if (byName.isEmpty()) {
            model.weights().forEach(weight -> byName.put(weight.name(), weight));
        }
        return weight(CompilerBug.expect(byName, name));
    }

    private Signal weight(Weight weight) {
        weights.put(weight.name(), first(weight));
        if (weight.isFitted()) {
            weights.put(weight.name(), fitted(weight));
        }
        return CompilerBug.expect(weights, weight.name());
    }

    /// What fitting makes of the first value, which it may read.
    private Signal fitted(Weight weight) {
        var result = weight.fit().results().getFirst().value();
        var signal = run(weight.fit(), List.of(result)).values().iterator().next();
        return SignalViews.spread(signal, Type.batch(weight.shape()));
    }

    private Signal first(Weight weight) {
        var graph = weight.initial();
        var result = graph.results().getFirst().value();
        if (dependsOnPlace(graph) && weight.shape().size() <= MOST_PLACES) {
            int size = Math.toIntExact(weight.shape().size());
            var exact = new Propagation(model, inputs, examples, size, true).run(graph, List.of(result));
            var all = exact.values().iterator().next();
            double[] some = new double[samples];
            for (int k = 0; k < samples; k++) {
                some[k] = all.samples()[(int) ((long) k * size / samples)];
            }
            return new Signal(some, all.mean(), all.square(), SignalViews.varying(Type.batch(weight.shape())));
        }
        var signal = run(graph, List.of(result)).values().iterator().next();
        return signal.isConstant() ? signal : SignalViews.spread(signal, Type.batch(weight.shape()));
    }

    /// Whether some elements differ from others by where they stand, and nothing is summed.
    private static boolean dependsOnPlace(Graph graph) {
        return graph.nodes().stream().anyMatch(node -> node.prim() instanceof Prim.Positions)
                && graph.nodes().stream()
                        .allMatch(node -> node.inputs().isEmpty()
                                || node.prim() instanceof Prim.Elementwise
                                || node.prim() instanceof Prim.Broadcast);
    }

    private Signal positions(int axis, Type type) {
        int extent = type.shape().extent(axis);
        double[] numbers = draws.whole(extent);
        if (places) {
            long stride = 1;
            for (int behind = axis + 1; behind < type.shape().rank(); behind++) {
                stride *= type.shape().extent(behind);
            }
            for (int k = 0; k < numbers.length; k++) {
                numbers[k] = (double) (k / stride % extent);
            }
        }
        var varying = new BitSet();
        varying.set(axis);
        return Signal.of(numbers, varying);
    }

    private Signal listed(List<Double> values, Type type) {
        double[] places = draws.whole(values.size());
        for (int k = 0; k < places.length; k++) {
            places[k] = values.get((int) places[k]);
        }
        return Signal.of(places, SignalViews.varying(type));
    }

    private double run(Prim.RunScalar scalar) {
        return switch (scalar) {
            case STEP, EPOCH -> 1;
            case STEPS -> 1000;
            case VALIDATION_LOSS -> Double.POSITIVE_INFINITY;
            case EXAMPLES -> examples;
        };
    }

    // Work

    private Signal elementwise(Op op, List<Signal> in) {
        double[] a = in.getFirst().samples();
        double[] b = in.size() > 1 ? in.get(1).samples() : a;
        double[] c = in.size() > 2 ? in.get(2).samples() : a;
        double[] result = new double[samples];
        for (int k = 0; k < samples; k++) {
            result[k] = Float64.apply(op, a[k], b[k], c[k]);
        }
        var varying = new BitSet();
        in.forEach(signal -> varying.or(signal.varying()));
        return Signal.of(result, varying);
    }

    /// A normal signal.
    private Signal normal(double mean, double variance, BitSet varying) {
        double[] numbers = draws.normal();
        double deviation = Math.sqrt(Math.max(0, variance));
        for (int k = 0; k < numbers.length; k++) {
            numbers[k] = mean + deviation * numbers[k];
        }
        return new Signal(numbers, mean, variance + mean * mean, varying);
    }

    /// What has `means` times the mean and `variances` times the variance.
    private Signal normal(Signal signal, double means, double variances, BitSet varying) {
        return normal(means * signal.mean(), variances * signal.variance(), varying);
    }

    private static Signal scaled(Signal signal, double factor, BitSet varying) {
        double[] numbers = signal.samples().clone();
        for (int k = 0; k < numbers.length; k++) {
            numbers[k] *= factor;
        }
        return new Signal(numbers, factor * signal.mean(), factor * factor * signal.square(), varying);
    }

    /// How many numbers meet in a reduction: those that differ, and how often each of them comes.
    private record Count(double differing, double repeated) {
        Count and(double extent, boolean varies) {
            return varies ? new Count(differing * extent, repeated) : new Count(differing, repeated * extent);
        }
    }

    private Count count(Graph graph, Node node, List<Signal> in, List<Integer> axes, boolean overExamples) {
        var type = graph.type(node.inputs().getFirst());
        var varying = in.getFirst().varying();
        var count = new Count(1, 1);
        for (int axis : axes) {
            count = count.and(type.shape().extent(axis), varying.get(axis));
        }
        return overExamples ? count.and(examples, varying.get(Signal.EXAMPLES)) : count;
    }

    /// Sample k of the sum contains sample k of what is summed, so that shares of a sum (softmax) stay below 1.
    private Signal sum(Signal signal, Count count, List<Integer> axes, boolean over) {
        var left = SignalViews.without(signal.varying(), axes, over);
        double n = count.differing();
        double times = count.repeated();
        if (n == 1) {
            return scaled(signal, times, left);
        }
        if (n > (over ? FEW_EXAMPLES : FEW)) {
            return normal(signal, n * times, n * times * times, left);
        }
        double[] numbers = signal.samples().clone();
        for (int other = 1; other < n; other++) {
            double[] places = draws.whole(samples);
            for (int k = 0; k < samples; k++) {
                numbers[k] += signal.samples()[(int) places[k]];
            }
        }
        return scaled(Signal.of(numbers, left), times, left);
    }

    /// The largest of n - 1 others is below x with the (n - 1)-th power of one's probability.
    private Signal max(Signal signal, Count count, List<Integer> axes, boolean over) {
        var left = SignalViews.without(signal.varying(), axes, over);
        if (count.differing() == 1) {
            return new Signal(signal.samples(), signal.mean(), signal.square(), left);
        }
        double[] sorted = signal.samples().clone();
        Arrays.sort(sorted);
        double[] numbers = draws.uniform();
        for (int k = 0; k < numbers.length; k++) {
            double probability = StrictMath.pow(numbers[k], 1 / (count.differing() - 1));
            numbers[k] = Math.max(signal.samples()[k], sorted[Math.min(samples - 1, (int) (probability * samples))]);
        }
        return Signal.of(numbers, left);
    }

    private Signal contract(Graph graph, Node node, Contraction spec, List<Signal> in) {
        var left = in.get(0);
        var right = in.get(1);
        var count = new Count(1, 1);
        for (char letter : spec.summed().toCharArray()) {
            count = count.and(extent(graph, node, spec, letter), varies(spec, letter, left, right));
        }
        if (spec.examples()) {
            boolean varies =
                    left.varying().get(Signal.EXAMPLES) || right.varying().get(Signal.EXAMPLES);
            count = count.and(examples, varies);
        }
        var varying = new BitSet();
        for (int axis = 0; axis < spec.result().length(); axis++) {
            varying.set(axis, varies(spec, spec.result().charAt(axis), left, right));
        }
        varying.set(
                Signal.EXAMPLES,
                !spec.examples()
                        && (left.varying().get(Signal.EXAMPLES)
                                || right.varying().get(Signal.EXAMPLES)));
        boolean same = node.inputs().get(0).equals(node.inputs().get(1));
        var product = elementwise(Op.MUL, in);
        if (count.differing() == 1) {
            return scaled(product, count.repeated(), varying);
        }
        double mean = same ? product.mean() : left.mean() * right.mean();
        double square = same ? product.square() : left.square() * right.square();
        double n = count.differing();
        double times = count.repeated();
        return normal(n * times * mean, n * times * times * Math.max(0, square - mean * mean), varying);
    }

    private static boolean varies(Contraction spec, char letter, Signal left, Signal right) {
        int l = spec.left().indexOf(letter);
        int r = spec.right().indexOf(letter);
        return l >= 0 && left.varying().get(l) || r >= 0 && right.varying().get(r);
    }

    private static int extent(Graph graph, Node node, Contraction spec, char letter) {
        int left = spec.left().indexOf(letter);
        return left >= 0
                ? graph.type(node.inputs().get(0)).shape().extent(left)
                : graph.type(node.inputs().get(1)).shape().extent(spec.right().indexOf(letter));
    }
}
