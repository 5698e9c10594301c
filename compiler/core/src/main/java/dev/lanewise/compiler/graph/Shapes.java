package dev.lanewise.compiler.graph;

import dev.lanewise.compiler.graph.Prim.ArgMax;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Concat;
import dev.lanewise.compiler.graph.Prim.Contract;
import dev.lanewise.compiler.graph.Prim.Decompose;
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
import dev.lanewise.compiler.graph.Prim.ScatterAdd;
import dev.lanewise.compiler.graph.Prim.Slice;
import dev.lanewise.compiler.graph.Prim.State;
import dev.lanewise.compiler.graph.Prim.StopGradient;
import dev.lanewise.compiler.graph.Prim.Sum;
import dev.lanewise.compiler.graph.Prim.SumOfProducts;
import dev.lanewise.compiler.graph.Prim.Transpose;
import dev.lanewise.compiler.graph.Prim.Windows;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/// The type of a primitive's result, from the types of its inputs. What does not fit is the compiler's mistake:
/// elaboration checks users' shapes before it adds a node.
public final class Shapes {

    private Shapes() {}

    public static Type of(Prim prim, List<Type> inputs) {
        return switch (prim) {
            case Input _, Parameter _, State _, Fill _, Literal _, Run _, Random _, Positions _ ->
                throw bug(prim, inputs, "the type of a leaf does not follow from inputs");
            case Elementwise p -> elementwise(p, inputs);
            case Contract p -> contract(p, inputs);
            case Sum p -> reduce(p, p.axes(), p.examples(), inputs);
            case SumOfProducts p -> {
                check(inputs.size() == 2 && inputs.get(0).equals(inputs.get(1)), p, inputs, "takes two alike");
                yield reduce(p, p.axes(), true, inputs.subList(0, 1));
            }
            case Max p -> reduce(p, p.axes(), p.examples(), inputs);
            case ArgMax p -> reduce(p, p.axes(), false, inputs);
            case Broadcast p -> broadcast(p, inputs);
            case Reshape p -> {
                var type = only(p, inputs);
                check(type.shape().size() == p.shape().size(), p, inputs, "the sizes differ");
                yield new Type(type.perExample(), p.shape());
            }
            case Transpose p -> transpose(p, inputs);
            case Slice p -> {
                var type = only(p, inputs);
                int extent = extent(p, p.axis(), inputs);
                check(
                        0 <= p.from() && p.from() < p.to() && p.to() <= extent && p.step() > 0,
                        p,
                        inputs,
                        "out of range");
                yield with(type, p.axis(), (p.to() - p.from() - 1) / p.step() + 1);
            }
            case Pad p -> {
                var type = only(p, inputs);
                int extent = extent(p, p.axis(), inputs);
                check(p.before() >= 0 && p.after() >= 0 && p.gap() >= 0, p, inputs, "negative padding");
                yield with(type, p.axis(), p.before() + extent + (extent - 1) * p.gap() + p.after());
            }
            case Concat p -> concat(p, inputs);
            case Windows p -> windows(p, inputs);
            case Fold p -> fold(p, inputs);
            case Gather p -> gather(p, inputs);
            case ScatterAdd p -> scatterAdd(p, inputs);
            case StopGradient p -> only(p, inputs);
            case Decompose p -> {
                var type = only(p, inputs);
                boolean fits = p.to() == Prim.Decomposition.ORTHONORMAL
                        ? type.shape().rank() >= 2
                        : type.shape().rank() == 2
                                && type.shape().extent(0) == type.shape().extent(1);
                check(fits && !type.perExample(), p, inputs, "takes a matrix");
                yield type;
            }
            case Gradient p -> {
                check(inputs.size() == 2, p, inputs, "takes two inputs");
                check(inputs.get(0).shape().rank() == 0, p, inputs, "only a scalar has a gradient");
                yield inputs.get(1);
            }
        };
    }

    /// Whether values of these types can be combined element by element once they are broadcast.
    public static boolean broadcastable(List<Type> types) {
        if (alike(types)) {
            return true;
        }
        int rank = types.stream().mapToInt(t -> t.shape().rank()).max().orElse(0);
        for (int back = 1; back <= rank; back++) {
            var extents = new TreeSet<Integer>();
            for (var type : types) {
                int axis = type.shape().rank() - back;
                if (axis >= 0 && type.shape().extent(axis) != 1) {
                    extents.add(type.shape().extent(axis));
                }
            }
            if (extents.size() > 1) {
                return false;
            }
        }
        return true;
    }

    /// The type to which all of these broadcast: shapes are aligned at their last axes, an axis of extent 1
    /// stretches.
    public static Type broadcast(List<Type> types) {
        if (alike(types)) {
            return types.getFirst();
        }
        if (!broadcastable(types)) {
            throw new CompilerBug("these shapes do not broadcast: " + types);
        }
        int rank = types.stream().mapToInt(t -> t.shape().rank()).max().orElse(0);
        var extents = new ArrayList<Integer>();
        for (int back = rank; back >= 1; back--) {
            int extent = 1;
            for (var type : types) {
                int axis = type.shape().rank() - back;
                if (axis >= 0 && type.shape().extent(axis) != 1) {
                    extent = type.shape().extent(axis);
                }
            }
            extents.add(extent);
        }
        return new Type(types.stream().anyMatch(Type::perExample), new Shape(extents));
    }

    private static Type elementwise(Elementwise prim, List<Type> inputs) {
        check(
                inputs.size() == prim.op().arity(),
                prim,
                inputs,
                "takes " + prim.op().arity() + " inputs");
        var type = inputs.getFirst();
        check(alike(inputs), prim, inputs, "the inputs' types differ");
        return type;
    }

    private static boolean alike(List<Type> types) {
        for (int i = 1; i < types.size(); i++) {
            if (!types.get(i).equals(types.getFirst())) {
                return false;
            }
        }
        return !types.isEmpty();
    }

    private static Type contract(Contract prim, List<Type> inputs) {
        var spec = prim.spec();
        check(inputs.size() == 2, prim, inputs, "takes two inputs");
        var left = inputs.get(0);
        var right = inputs.get(1);
        check(spec.left().length() == left.shape().rank(), prim, inputs, "a letter for each axis of the left operand");
        check(
                spec.right().length() == right.shape().rank(),
                prim,
                inputs,
                "a letter for each axis of the right operand");
        var extents = new HashMap<Character, Integer>();
        note(prim, inputs, spec.left(), left, extents);
        note(prim, inputs, spec.right(), right, extents);
        for (char c : spec.summed().toCharArray()) {
            boolean shared = spec.left().indexOf(c) >= 0 && spec.right().indexOf(c) >= 0;
            check(shared && spec.result().indexOf(c) < 0, prim, inputs, "axis " + c + " cannot be summed");
        }
        var result = new ArrayList<Integer>();
        for (char c : spec.result().toCharArray()) {
            check(extents.containsKey(c), prim, inputs, "no operand has axis " + c);
            result.add(extents.get(c));
        }
        if (spec.examples()) {
            check(left.perExample() && right.perExample(), prim, inputs, "both operands must be per example");
            return Type.batch(new Shape(result));
        }
        return new Type(left.perExample() || right.perExample(), new Shape(result));
    }

    private static void note(
            Contract prim, List<Type> inputs, String letters, Type type, Map<Character, Integer> extents) {
        check(letters.chars().distinct().count() == letters.length(), prim, inputs, "an axis appears twice");
        for (int i = 0; i < letters.length(); i++) {
            int extent = type.shape().extent(i);
            Integer before = extents.put(letters.charAt(i), extent);
            check(before == null || before == extent, prim, inputs, "the extents of " + letters.charAt(i) + " differ");
        }
    }

    private static Type reduce(Prim prim, List<Integer> axes, boolean examples, List<Type> inputs) {
        var type = only(prim, inputs);
        check(!examples || type.perExample(), prim, inputs, "has no examples to reduce over");
        check(axes.stream().distinct().count() == axes.size(), prim, inputs, "an axis appears twice");
        for (int axis : axes) {
            extent(prim, axis, inputs);
        }
        return new Type(type.perExample() && !examples, without(type.shape(), axes));
    }

    private static Type broadcast(Broadcast prim, List<Type> inputs) {
        var type = only(prim, inputs);
        check(!prim.examples() || !type.perExample(), prim, inputs, "is per example already");
        check(prim.axes().size() == type.shape().rank(), prim, inputs, "an axis of the result for each of the input");
        int last = -1;
        for (int i = 0; i < prim.axes().size(); i++) {
            int axis = prim.axes().get(i);
            check(axis > last && axis < prim.shape().rank(), prim, inputs, "axes increase and lie in the result");
            check(prim.shape().extent(axis) == type.shape().extent(i), prim, inputs, "an extent differs");
            last = axis;
        }
        return new Type(type.perExample() || prim.examples(), prim.shape());
    }

    private static Type transpose(Transpose prim, List<Type> inputs) {
        var type = only(prim, inputs);
        int rank = type.shape().rank();
        boolean permutation = prim.order().size() == rank
                && prim.order().stream().distinct().count() == rank
                && prim.order().stream().allMatch(axis -> axis >= 0 && axis < rank);
        check(permutation, prim, inputs, "is no order of the axes");
        var extents = prim.order().stream().map(type.shape()::extent).toList();
        return new Type(type.perExample(), new Shape(extents));
    }

    private static Type concat(Concat prim, List<Type> inputs) {
        check(!inputs.isEmpty(), prim, inputs, "takes at least one input");
        var first = inputs.getFirst();
        int extent = 0;
        for (var type : inputs) {
            check(prim.axis() < type.shape().rank(), prim, inputs, "has no axis " + prim.axis());
            check(
                    with(type, prim.axis(), 1).equals(with(first, prim.axis(), 1)),
                    prim,
                    inputs,
                    "the other axes differ");
            extent += type.shape().extent(prim.axis());
        }
        return with(first, prim.axis(), extent);
    }

    private static Type windows(Windows prim, List<Type> inputs) {
        var type = only(prim, inputs);
        int extent = extent(prim, prim.axis(), inputs);
        int reach = Windows.reach(prim.kernel(), prim.dilation());
        check(prim.kernel() > 0 && prim.stride() > 0, prim, inputs, "sizes are positive");
        check(prim.dilation() != 0, prim, inputs, "elements of a patch lie apart");
        check(extent > reach, prim, inputs, "the window is larger than the axis");
        var extents = new ArrayList<>(type.shape().extents());
        extents.set(prim.axis(), (extent - reach - 1) / prim.stride() + 1);
        extents.add(prim.axis() + 1, prim.kernel());
        return new Type(type.perExample(), new Shape(extents));
    }

    private static Type fold(Fold prim, List<Type> inputs) {
        var type = only(prim, inputs);
        int positions = extent(prim, prim.axis(), inputs);
        int kernel = extent(prim, prim.axis() + 1, inputs);
        int needed = (positions - 1) * prim.stride() + Windows.reach(kernel, prim.dilation()) + 1;
        check(needed <= prim.extent(), prim, inputs, "the patches reach beyond the axis");
        var extents = new ArrayList<>(type.shape().extents());
        extents.remove(/* index */ prim.axis() + 1);
        extents.set(prim.axis(), prim.extent());
        return new Type(type.perExample(), new Shape(extents));
    }

    private static Type gather(Gather prim, List<Type> inputs) {
        check(inputs.size() == 2, prim, inputs, "takes two inputs");
        var table = inputs.get(0);
        var index = inputs.get(1);
        check(table.shape().rank() >= 1, prim, inputs, "a table has rows");
        var extents = new ArrayList<>(index.shape().extents());
        extents.addAll(table.shape().extents().subList(1, table.shape().rank()));
        return new Type(table.perExample() || index.perExample(), new Shape(extents));
    }

    private static Type scatterAdd(ScatterAdd prim, List<Type> inputs) {
        check(inputs.size() == 2, prim, inputs, "takes two inputs");
        var index = inputs.get(0);
        var rows = inputs.get(1);
        int rank = index.shape().rank();
        boolean fits = rows.shape().rank() >= rank
                && rows.shape().extents().subList(0, rank).equals(index.shape().extents());
        check(fits, prim, inputs, "an index for each row");
        boolean perExample = index.perExample() || rows.perExample();
        check(!prim.examples() || perExample, prim, inputs, "has no examples to reduce over");
        var extents = new ArrayList<Integer>();
        extents.add(prim.rows());
        extents.addAll(rows.shape().extents().subList(rank, rows.shape().rank()));
        return new Type(perExample && !prim.examples(), new Shape(extents));
    }

    static Shape without(Shape shape, List<Integer> axes) {
        var extents = new ArrayList<Integer>();
        for (int i = 0; i < shape.rank(); i++) {
            if (!axes.contains(i)) {
                extents.add(shape.extent(i));
            }
        }
        return new Shape(extents);
    }

    private static Type with(Type type, int axis, int extent) {
        var extents = new ArrayList<>(type.shape().extents());
        extents.set(axis, extent);
        return new Type(type.perExample(), new Shape(extents));
    }

    private static Type only(Prim prim, List<Type> inputs) {
        check(inputs.size() == 1, prim, inputs, "takes one input");
        return inputs.getFirst();
    }

    private static int extent(Prim prim, int axis, List<Type> inputs) {
        var shape = inputs.getFirst().shape();
        check(axis >= 0 && axis < shape.rank(), prim, inputs, "has no axis " + axis);
        return shape.extent(axis);
    }

    private static void check(boolean fine, Prim prim, List<Type> inputs, String complaint) {
        if (!fine) {
            throw bug(prim, inputs, complaint);
        }
    }

    private static CompilerBug bug(Prim prim, List<Type> inputs, String complaint) {
        return new CompilerBug(GraphPrinter.text(prim) + " of " + inputs + ": " + complaint);
    }
}
