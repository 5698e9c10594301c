package dev.lanewise.compiler.graph;

import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Contract;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.Fill;
import dev.lanewise.compiler.graph.Prim.Max;
import dev.lanewise.compiler.graph.Prim.Positions;
import dev.lanewise.compiler.graph.Prim.Reshape;
import dev.lanewise.compiler.graph.Prim.Run;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Prim.StopGradient;
import dev.lanewise.compiler.graph.Prim.Sum;
import dev.lanewise.compiler.graph.Prim.Transpose;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Formulas as nodes: element by element with broadcasting, reductions and constants, all with one origin.
public record Arithmetic(Graph.Builder builder, Origin origin) {

    /// One operation, its inputs broadcast to a common type first (aligned at the last axes; extents of 1 stretch).
    public static Value apply(Graph.Builder builder, Op op, Origin origin, Value... inputs) {
        return new Arithmetic(builder, origin).apply(op, inputs);
    }

    public Value apply(Op op, Value... inputs) {
        var types = new ArrayList<Type>(inputs.length);
        for (var input : inputs) {
            types.add(builder.type(input));
        }
        var type = Shapes.broadcast(types);
        var stretched = new Value[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            stretched[i] = broadcast(inputs[i], type);
        }
        return builder.add(new Elementwise(op), origin, stretched);
    }

    /// The value in the larger type `type`, aligned at the last axes.
    public Value broadcast(Value value, Type type) {
        var from = builder.type(value);
        if (from.equals(type)) {
            return value;
        }
        int offset = type.shape().rank() - from.shape().rank();
        var axes = new ArrayList<Integer>();
        var extents = new ArrayList<Integer>();
        for (int i = 0; i < from.shape().rank(); i++) {
            boolean stretches = from.shape().extent(i) == 1 && type.shape().extent(i + offset) != 1;
            if (!stretches) {
                axes.add(i + offset);
                extents.add(from.shape().extent(i));
            }
        }
        return spread(reshape(value, new Shape(extents)), type, axes);
    }

    /// The value in the larger type `type`, its axes being these of the result.
    public Value spread(Value value, Type type, List<Integer> axes) {
        var from = builder.type(value);
        if (from.equals(type)) {
            return value;
        }
        return builder.add(new Broadcast(type.shape(), axes, type.perExample() && !from.perExample()), origin, value);
    }

    public Value fill(double number) {
        return fill(number, Shape.SCALAR);
    }

    public Value fill(double number, Shape shape) {
        return builder.leaf(new Fill(number), Type.batch(shape), origin);
    }

    /// The number in a value of this type.
    public Value fill(double number, Type type) {
        return broadcast(fill(number), type);
    }

    public Value run(RunScalar scalar) {
        return builder.leaf(new Run(scalar), Type.batch(Shape.SCALAR), origin);
    }

    public Value neg(Value a) {
        return apply(Op.NEG, a);
    }

    public Value add(Value a, Value b) {
        return apply(Op.ADD, a, b);
    }

    public Value sub(Value a, Value b) {
        return apply(Op.SUB, a, b);
    }

    public Value mul(Value a, Value b) {
        return apply(Op.MUL, a, b);
    }

    public Value mul(Value a, double b) {
        return apply(Op.MUL, a, fill(b));
    }

    public Value div(Value a, Value b) {
        return apply(Op.DIV, a, b);
    }

    public Value select(Value condition, Value a, Value b) {
        return apply(Op.SELECT, condition, a, b);
    }

    /// The sum over these axes, which vanish.
    public Value sum(Value value, List<Integer> axes, boolean examples) {
        return axes.isEmpty() && !examples ? value : builder.add(new Sum(sorted(axes), examples), origin, value);
    }

    public Value max(Value value, List<Integer> axes, boolean examples) {
        return axes.isEmpty() && !examples ? value : builder.add(new Max(sorted(axes), examples), origin, value);
    }

    /// The mean over these axes, which vanish, and over the batch's examples.
    public Value mean(Value value, List<Integer> axes, boolean examples) {
        return div(sum(value, axes, examples), count(value, axes, examples));
    }

    /// How many elements a reduction over these axes takes together: a scalar.
    public Value count(Value value, List<Integer> axes, boolean examples) {
        double count = 1;
        for (int axis : axes) {
            count *= builder.type(value).shape().extent(axis);
        }
        if (!examples) {
            return fill(count);
        }
        return count == 1 ? run(RunScalar.EXAMPLES) : mul(run(RunScalar.EXAMPLES), count);
    }

    /// All axes of a value's shape.
    public List<Integer> axes(Value value) {
        return IntStream.range(0, builder.type(value).shape().rank()).boxed().toList();
    }

    public Value reshape(Value value, Shape shape) {
        return builder.type(value).shape().equals(shape) ? value : builder.add(new Reshape(shape), origin, value);
    }

    public Value transpose(Value value, List<Integer> order) {
        boolean same = IntStream.range(0, order.size()).allMatch(i -> order.get(i) == i);
        return same ? value : builder.add(new Transpose(order), origin, value);
    }

    /// A sum of products over named axes; letters of one operand alone that are not in the result are summed first.
    /// `summed` is the order of the sum: the letters as they stand in the left operand.
    public Value contract(String left, Value a, String right, Value b, String result, boolean examples) {
        var summed = new StringBuilder();
        for (char c : left.toCharArray()) {
            if (right.indexOf(c) >= 0 && result.indexOf(c) < 0) {
                summed.append(c);
            }
        }
        var first = alone(left, right + result);
        var second = alone(right, left + result);
        var spec = new Contraction(
                keep(left, right + result), keep(right, left + result), result, summed.toString(), examples);
        return builder.add(new Contract(spec), origin, sum(a, first, false), sum(b, second, false));
    }

    /// 1 where a value's number is the index along a new last axis of `count` classes, else 0.
    public Value oneHot(Value index, int count) {
        var type = builder.type(index);
        var extents = new ArrayList<>(type.shape().extents());
        extents.add(count);
        var wide = new Type(type.perExample(), new Shape(extents));
        var positions = builder.leaf(new Positions(0), Type.batch(Shape.of(count)), origin);
        var spreadIndex = spread(
                index, wide, IntStream.range(0, type.shape().rank()).boxed().toList());
        return apply(Op.EQ, broadcast(positions, wide), spreadIndex);
    }

    public Value stop(Value value) {
        return builder.add(new StopGradient(), origin, value);
    }

    private static List<Integer> alone(String letters, String others) {
        return IntStream.range(0, letters.length())
                .filter(i -> others.indexOf(letters.charAt(i)) < 0)
                .boxed()
                .toList();
    }

    private static String keep(String letters, String others) {
        var kept = new StringBuilder();
        for (char c : letters.toCharArray()) {
            if (others.indexOf(c) >= 0) {
                kept.append(c);
            }
        }
        return kept.toString();
    }

    private static List<Integer> sorted(List<Integer> axes) {
        return axes.stream().sorted().toList();
    }
}
