package dev.lanewise.compiler.autodiff;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
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
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// From a result's cotangent to those of the inputs: one rule for each primitive.
final class Pullback {

    private final Graph.Builder out;
    private final Node node;
    private final Value result;
    private final Value ct;
    private final Arithmetic m;

    private Pullback(Graph.Builder out, Node node, Value result, Value ct) {
        this.out = out;
        this.node = node;
        this.result = result;
        this.ct = ct;
        this.m = new Arithmetic(out, node.origin());
    }

    /// What flows to input `k` of `node`, whose value in `out` is `result` and whose cotangent is `ct`; empty where
    /// nothing does.
    static Optional<Value> of(Graph.Builder out, Node node, int k, Value result, Value ct) {
        return new Pullback(out, node, result, ct).input(k);
    }

    private Optional<Value> input(int k) {
        return switch (node.prim()) {
            case Input _, Parameter _, State _, Fill _, Literal _, Run _, Random _, Positions _ -> Optional.empty();
            case StopGradient _, ArgMax _, Decompose _ -> Optional.empty();
            case Elementwise(var op) -> Derivative.of(op, k, node.inputs(), result, ct, m);
            case Contract(var spec) -> Optional.of(contract(spec, k));
            case Sum(var axes, var _) -> Optional.of(m.spread(ct, type(0), kept(axes)));
            case Max(var axes, var examples) -> Optional.of(max(axes, examples));
            case Broadcast(var shape, var axes, var examples) -> Optional.of(m.sum(ct, except(shape, axes), examples));
            case Reshape _ -> Optional.of(m.reshape(ct, type(0).shape()));
            case Transpose(var order) -> Optional.of(m.transpose(ct, inverse(order)));
            case Slice prim -> Optional.of(slice(prim));
            case Pad prim -> {
                int step = prim.gap() + 1;
                int end = prim.before() + (type(0).shape().extent(prim.axis()) - 1) * step + 1;
                yield Optional.of(out.add(new Slice(prim.axis(), prim.before(), end, step), node.origin(), ct));
            }
            case Concat(var axis) -> Optional.of(concat(axis, k));
            case Windows prim -> {
                int extent = type(0).shape().extent(prim.axis());
                var fold = new Fold(prim.axis(), extent, prim.stride(), prim.dilation());
                yield Optional.of(out.add(fold, node.origin(), ct));
            }
            case Fold prim -> Optional.of(fold(prim));
            case Gather _ -> k == 1 ? Optional.empty() : Optional.of(gather());
            case ScatterAdd _ ->
                k == 0
                        ? Optional.empty()
                        : Optional.of(fit(
                                out.add(
                                        new Gather(),
                                        node.origin(),
                                        ct,
                                        node.inputs().getFirst()),
                                type(1)));
            case SumOfProducts _ -> throw new CompilerBug("put in after differentiation");
            case Gradient _ -> throw new CompilerBug("a gradient is replaced before it is differentiated");
        };
    }

    private Type type(int k) {
        return out.type(node.inputs().get(k));
    }

    /// The contraction with the operand and the result exchanged.
    private Value contract(Contraction spec, int k) {
        var operand = k == 0 ? spec.left() : spec.right();
        boolean examples = !type(k).perExample() && node.type().perExample();
        return k == 0
                ? m.contract(spec.result(), ct, spec.right(), node.inputs().get(1), operand, examples)
                : m.contract(spec.left(), node.inputs().get(0), spec.result(), ct, operand, examples);
    }

    /// The cotangent goes to the first maximum; among examples it is divided evenly among equal maxima.
    private Value max(List<Integer> axes, boolean examples) {
        var input = node.inputs().getFirst();
        var type = out.type(input);
        var spread = m.spread(ct, type, kept(axes));
        if (examples) {
            var equal = m.apply(Op.EQ, input, m.spread(result, type, kept(axes)));
            var share = m.div(ct, m.sum(equal, axes, true));
            return m.select(equal, m.spread(share, type, kept(axes)), m.fill(0));
        }
        var first = out.add(new ArgMax(axes), node.origin(), input);
        var position = m.fill(0);
        for (int axis : axes) {
            var extent = Shape.of(type.shape().extent(axis));
            var along = out.leaf(new Positions(0), Type.batch(extent), node.origin());
            var wide = m.spread(along, Type.batch(type.shape()), List.of(axis));
            position = m.add(m.mul(position, extent.extent(0)), wide);
        }
        var chosen = m.apply(Op.EQ, position, m.spread(first, type, kept(axes)));
        return m.select(chosen, spread, m.fill(0));
    }

    private Value slice(Slice prim) {
        int extent = type(0).shape().extent(prim.axis());
        int last = prim.from() + (node.type().shape().extent(prim.axis()) - 1) * prim.step();
        return out.add(new Pad(prim.axis(), prim.from(), extent - last - 1, prim.step() - 1), node.origin(), ct);
    }

    private Value concat(int axis, int k) {
        int from = 0;
        for (int i = 0; i < k; i++) {
            from += type(i).shape().extent(axis);
        }
        int to = from + type(k).shape().extent(axis);
        return out.add(new Slice(axis, from, to, 1), node.origin(), ct);
    }

    private Value fold(Fold prim) {
        int positions = type(0).shape().extent(prim.axis());
        int kernel = type(0).shape().extent(prim.axis() + 1);
        int reach = (positions - 1) * prim.stride() + Windows.reach(kernel, prim.dilation()) + 1;
        var covered = reach == prim.extent() ? ct : out.add(new Slice(prim.axis(), 0, reach, 1), node.origin(), ct);
        return out.add(new Windows(prim.axis(), kernel, prim.stride(), prim.dilation()), node.origin(), covered);
    }

    private Value gather() {
        var table = type(0);
        boolean examples = !table.perExample() && node.type().perExample();
        var scatter = new ScatterAdd(table.shape().extent(0), examples);
        return out.add(scatter, node.origin(), node.inputs().get(1), ct);
    }

    /// The value summed over the examples, or repeated for them, as `type` asks.
    private Value fit(Value value, Type type) {
        return out.type(value).perExample() && !type.perExample()
                ? m.sum(value, List.of(), true)
                : m.broadcast(value, type);
    }

    /// The axes of the input that a reduction keeps.
    private List<Integer> kept(List<Integer> axes) {
        return except(type(0).shape(), axes);
    }

    private static List<Integer> except(Shape shape, List<Integer> axes) {
        return IntStream.range(0, shape.rank())
                .filter(axis -> !axes.contains(axis))
                .boxed()
                .toList();
    }

    private static List<Integer> inverse(List<Integer> order) {
        var inverse = new ArrayList<Integer>();
        for (int i = 0; i < order.size(); i++) {
            inverse.add(order.indexOf(i));
        }
        return inverse;
    }
}
