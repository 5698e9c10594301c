package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim.ArgMax;
import dev.lanewise.compiler.graph.Prim.Concat;
import dev.lanewise.compiler.graph.Prim.Fill;
import dev.lanewise.compiler.graph.Prim.Fold;
import dev.lanewise.compiler.graph.Prim.Gather;
import dev.lanewise.compiler.graph.Prim.Literal;
import dev.lanewise.compiler.graph.Prim.Pad;
import dev.lanewise.compiler.graph.Prim.Positions;
import dev.lanewise.compiler.graph.Prim.Random;
import dev.lanewise.compiler.graph.Prim.Reshape;
import dev.lanewise.compiler.graph.Prim.ScatterAdd;
import dev.lanewise.compiler.graph.Prim.Slice;
import dev.lanewise.compiler.graph.Prim.SumOfProducts;
import dev.lanewise.compiler.graph.Prim.Transpose;
import dev.lanewise.compiler.graph.Prim.Windows;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/// Random graphs of all primitives; they grow with `size`.
final class RandomGraphs {
    private static final List<Op> OPS = List.of(
            Op.NEG,
            Op.ABS,
            Op.SIGN,
            Op.TANH,
            Op.EXP,
            Op.SIGMOID,
            Op.FLOOR,
            Op.ADD,
            Op.SUB,
            Op.MUL,
            Op.MAX,
            Op.MIN,
            Op.LT,
            Op.EQ,
            Op.FMA,
            Op.SELECT);

    private final SplittableRandom random;
    private final Networks network = new Networks();
    private final Graph.Builder out = network.out();
    private final List<Value> values = new ArrayList<>();
    private int draws;

    private RandomGraphs(SplittableRandom random) {
        this.random = random;
    }

    /// The network holds the graph as its training graph; values are results, some of them new values of its
    /// weights.
    static Networks network(SplittableRandom random, int size) {
        var graphs = new RandomGraphs(random);
        graphs.leaves();
        for (int i = 0; i < size; i++) {
            graphs.step();
        }
        graphs.results();
        return graphs.network;
    }

    private Shape shape() {
        return new Shape(IntStream.range(0, random.nextInt(4))
                .map(i -> random.nextInt(1, 6))
                .boxed()
                .toList());
    }

    private void leaves() {
        for (int i = 0; i < 2; i++) {
            values.add(network.input("x" + i, shape()));
            values.add(network.parameter("w" + i, shape()));
        }
        values.add(out.leaf(new Fill(random.nextInt(-2, 3)), Type.batch(Shape.SCALAR), Origin.UNKNOWN));
        values.add(out.leaf(new Fill(0.5), Type.batch(Shape.of(3, 2)), Origin.UNKNOWN));
        values.add(out.leaf(new Literal(List.of(1.0, -2.0, 0.25)), Type.batch(Shape.of(3)), Origin.UNKNOWN));
        values.add(out.leaf(new Positions(1), Type.batch(Shape.of(2, 4)), Origin.UNKNOWN));
        values.add(network.math.run(dev.lanewise.compiler.graph.Prim.RunScalar.EXAMPLES));
    }

    private Value any() {
        // Mostly recent values, so that graphs are deep.
        int n = values.size();
        int back = Math.min(n - 1, random.nextBoolean() ? random.nextInt(Math.min(n, 5)) : random.nextInt(n));
        return values.get(n - 1 - back);
    }

    private Type type(Value value) {
        return out.type(value);
    }

    private Shape shape(Value value) {
        return type(value).shape();
    }

    private List<Integer> someAxes(Value value) {
        return IntStream.range(0, shape(value).rank())
                .filter(a -> random.nextBoolean())
                .boxed()
                .toList();
    }

    private void step() {
        var x = any();
        var shape = shape(x);
        int axis = shape.rank() == 0 ? -1 : random.nextInt(shape.rank());
        Value made = switch (random.nextInt(18)) {
            case 0, 1, 2, 3, 4, 5, 6 -> elementwise(x);
            case 7 -> sum(x, someAxes(x), type(x).perExample() && random.nextInt(3) == 0);
            case 8 -> network.math.max(x, someAxes(x), type(x).perExample() && random.nextInt(3) == 0);
            case 9 -> contract(x, any());
            case 10 -> type(x).perExample() && shape.rank() > 0 ? add(new ArgMax(List.of(axis)), x) : x;
            case 11 -> softmax(x);
            case 12 -> {
                var order =
                        new ArrayList<>(IntStream.range(0, shape.rank()).boxed().toList());
                Collections.shuffle(order, new java.util.Random(random.nextInt()));
                yield add(new Transpose(order), x);
            }
            case 13 -> axis < 0 ? x : slice(x, axis);
            case 14 ->
                axis < 0 ? x : add(new Pad(axis, random.nextInt(2), random.nextInt(2), random.nextInt(3) / 2), x);
            case 15 -> axis < 0 || shape.size() > 200 ? x : windows(x, axis);
            case 16 -> random.nextBoolean() ? reshape(x) : axis < 0 ? x : add(new Concat(axis), x, slice(x, axis), x);
            default -> random.nextBoolean() ? draw() : table(x);
        };
        if (shape(made).size() <= 600) {
            values.add(made);
        }
    }

    private Value add(dev.lanewise.compiler.graph.Prim prim, Value... inputs) {
        return out.add(prim, Origin.UNKNOWN, inputs);
    }

    /// Over examples also of products with another value like it.
    private Value sum(Value x, List<Integer> axes, boolean examples) {
        if (!examples || values.size() % 2 == 0) {
            return network.math.sum(x, axes, examples);
        }
        var other = values.reversed().stream()
                .filter(v -> type(v).equals(type(x)) && !v.equals(x))
                .findFirst()
                .orElse(x);
        return add(new SumOfProducts(axes), x, other);
    }

    private Value elementwise(Value x) {
        var op = OPS.get(random.nextInt(OPS.size()));
        var inputs = new Value[op.arity()];
        inputs[0] = x;
        for (int i = 1; i < inputs.length; i++) {
            inputs[i] = x;
            for (int attempt = 0; attempt < 8; attempt++) {
                var other = any();
                if (fits(shape(other), shape(x))) {
                    inputs[i] = other;
                    break;
                }
            }
        }
        return network.math.apply(op, inputs);
    }

    private static boolean fits(Shape small, Shape large) {
        int offset = large.rank() - small.rank();
        return offset >= 0
                && IntStream.range(0, small.rank())
                        .allMatch(i -> small.extent(i) == 1 || small.extent(i) == large.extent(i + offset));
    }

    private Value softmax(Value x) {
        if (shape(x).rank() == 0) {
            return x;
        }
        int last = shape(x).rank() - 1;
        var axes = List.of(last);
        var kept = IntStream.range(0, last).boxed().toList();
        var top = network.math.spread(network.math.max(x, axes, false), type(x), kept);
        var exps = network.math.apply(Op.EXP, network.math.sub(x, top));
        return network.math.div(exps, network.math.spread(network.math.sum(exps, axes, false), type(x), kept));
    }

    private Value slice(Value x, int axis) {
        int extent = shape(x).extent(axis);
        int from = random.nextInt(extent);
        return add(new Slice(axis, from, random.nextInt(from, extent) + 1, random.nextInt(1, 3)), x);
    }

    private Value windows(Value x, int axis) {
        int kernel = random.nextInt(1, 4);
        int dilation = new int[] {1, 2, -1, -2}[random.nextInt(4)];
        int stride = random.nextInt(1, 3);
        int extent = shape(x).extent(axis);
        if (extent <= Windows.reach(kernel, dilation)) {
            return x;
        }
        var patches = add(new Windows(axis, kernel, stride, dilation), x);
        return random.nextBoolean() ? patches : add(new Fold(axis, extent, stride, dilation), elementwise(patches));
    }

    private Value reshape(Value x) {
        var extents = new ArrayList<>(shape(x).extents());
        switch (random.nextInt(3)) {
            case 0 -> extents.add(random.nextInt(extents.size() + 1), 1);
            case 1 -> extents.removeIf(e -> e == 1);
            default -> {
                extents.clear();
                extents.add((int) shape(x).size());
            }
        }
        return add(new Reshape(new Shape(extents)), x);
    }

    private Value draw() {
        var type = new Type(random.nextBoolean(), shape());
        return out.leaf(new Random(false, draws++), type, Origin.UNKNOWN);
    }

    private Value table(Value x) {
        if (type(x).perExample() || shape(x).rank() == 0) {
            return x;
        }
        var index = any();
        if (shape(index).size() * shape(x).size() > 600) {
            return x;
        }
        var rows = add(new Gather(), x, index);
        boolean examples = type(index).perExample() && random.nextBoolean();
        return random.nextBoolean() ? rows : add(new ScatterAdd(shape(x).extent(0), examples), index, rows);
    }

    private Value contract(Value a, Value b) {
        var left = new StringBuilder();
        var right = new StringBuilder();
        var result = new StringBuilder();
        boolean[] taken = new boolean[shape(b).rank()];
        char next = 'a';
        for (int i = 0; i < shape(a).rank(); i++) {
            char letter = next++;
            left.append(letter);
            for (int j = 0; j < taken.length; j++) {
                if (!taken[j] && shape(b).extent(j) == shape(a).extent(i) && random.nextInt(4) > 0) {
                    taken[j] = true;
                    right.append(letter).append(j);
                    break;
                }
            }
        }
        var axes = new char[taken.length];
        for (int i = 0; i < right.length(); i += 2) {
            axes[right.charAt(i + 1) - '0'] = right.charAt(i);
        }
        for (int j = 0; j < axes.length; j++) {
            axes[j] = axes[j] == 0 ? next++ : axes[j];
        }
        var second = new String(axes);
        for (char c : (left + second).toCharArray()) {
            boolean shared = left.indexOf("" + c) >= 0 && second.indexOf(c) >= 0;
            if (result.indexOf("" + c) < 0 && (!shared || random.nextInt(3) == 0)) {
                result.insert(random.nextInt(result.length() + 1), c);
            }
        }
        boolean examples = type(a).perExample() && type(b).perExample() && random.nextBoolean();
        return network.math.contract(left.toString(), a, second, b, result.toString(), examples);
    }

    private void results() {
        var made = values.subList(9, values.size());
        for (int i = 0; i < made.size(); i++) {
            if (i == made.size() - 1 || random.nextInt(6) == 0) {
                out.result(Role.VALUE, "v" + i, made.get(i));
            }
        }
        for (var weight : network.weights) {
            for (var value : made) {
                if (type(value).equals(Type.batch(weight.shape())) && random.nextInt(3) == 0) {
                    out.result(Role.UPDATE, weight.name(), value);
                    break;
                }
            }
        }
        if (random.nextInt(4) == 0) {
            out.result(Role.VALUE, "leaf", values.get(random.nextBoolean() ? 0 : 4 + random.nextInt(5)));
        }
    }
}
