package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Max;
import dev.lanewise.compiler.graph.Prim.Reshape;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Prim.Sum;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/// Sums and maxima of what is repeated, of sums, of single elements, and of one-hot values.
final class SimplifySums implements Rule {

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        return switch (node.prim()) {
            case Sum(var axes, var examples) -> {
                var reduction = new Reduction(node, axes, examples, false, sight, sight.math(node.origin()));
                yield reduction.trivial().or(reduction::repeated).or(reduction::sum);
            }
            case Max(var axes, var examples) -> {
                var reduction = new Reduction(node, axes, examples, true, sight, sight.math(node.origin()));
                yield reduction.trivial().or(reduction::repeated);
            }
            default -> Optional.empty();
        };
    }

    private record Reduction(
            Node node, List<Integer> axes, boolean examples, boolean maximum, Sight sight, Arithmetic m) {

        private Value input() {
            return node.inputs().getFirst();
        }

        private Shape shape() {
            return sight.type(input()).shape();
        }

        /// Over nothing, or over axes of one element.
        Optional<Value> trivial() {
            boolean single = axes.stream().allMatch(axis -> shape().extent(axis) == 1);
            return single && !examples
                    ? Optional.of(m.reshape(input(), node.type().shape()))
                    : Optional.empty();
        }

        /// A repeated value: a sum becomes a multiplication, a maximum nothing, along the axes that repeat it.
        Optional<Value> repeated() {
            if (!(sight.prim(input()) instanceof Broadcast(var shape, var from, var repeatsExamples))) {
                return Optional.empty();
            }
            var repeating = axes.stream().filter(axis -> !from.contains(axis)).toList();
            boolean overRepeated = examples && repeatsExamples;
            if (repeating.isEmpty() && !overRepeated) {
                return Optional.empty();
            }
            var own = axes.stream().filter(from::contains).map(from::indexOf).toList();
            var inner = reduce(sight.input(input(), 0), own, examples && !repeatsExamples);
            var kept = IntStream.range(0, shape.rank())
                    .filter(axis -> !axes.contains(axis))
                    .boxed()
                    .toList();
            var places = from.stream()
                    .filter(axis -> !axes.contains(axis))
                    .map(kept::indexOf)
                    .toList();
            var factor = factor(shape, repeating, overRepeated);
            var scaled = maximum ? inner : m.mul(inner, factor);
            return Optional.of(m.spread(scaled, node.type(), places));
        }

        private Value reduce(Value value, List<Integer> over, boolean overExamples) {
            return maximum ? m.max(value, over, overExamples) : m.sum(value, over, overExamples);
        }

        private Value factor(Shape shape, List<Integer> repeating, boolean overExamples) {
            double count = 1;
            for (int axis : repeating) {
                count *= shape.extent(axis);
            }
            return overExamples ? m.mul(m.run(RunScalar.EXAMPLES), count) : m.fill(count);
        }

        Optional<Value> sum() {
            return sumOfSum().or(this::sumOfNegative).or(this::reshaped).or(this::oneHot);
        }

        private Optional<Value> sumOfSum() {
            if (!(sight.prim(input()) instanceof Sum(var inner, var innerExamples))
                    || sight.uses(input()) > 1
                    || innerExamples) {
                return Optional.empty();
            }
            var first = sight.input(input(), 0);
            var left = IntStream.range(0, sight.type(first).shape().rank())
                    .filter(axis -> !inner.contains(axis))
                    .boxed()
                    .toList();
            var all = new ArrayList<>(inner);
            axes.forEach(axis -> all.add(left.get(axis)));
            return Optional.of(m.sum(first, all, examples));
        }

        private Optional<Value> sumOfNegative() {
            return sight.is(input(), Op.NEG)
                    ? Optional.of(m.neg(m.sum(sight.input(input(), 0), axes, examples)))
                    : Optional.empty();
        }

        /// A sum over all axes does not care for the shape.
        private Optional<Value> reshaped() {
            if (!(sight.prim(input()) instanceof Reshape) || axes.size() != shape().rank()) {
                return Optional.empty();
            }
            var before = sight.input(input(), 0);
            return Optional.of(m.sum(before, m.axes(before), examples));
        }

        /// One element of a one-hot value is 1, so its sum is 1, and a sum where it selects a repeated value is
        /// that value.
        private Optional<Value> oneHot() {
            if (examples || axes.size() != 1) {
                return Optional.empty();
            }
            int axis = axes.getFirst();
            if (sight.isOneHot(input(), axis)) {
                return Optional.of(m.fill(1, node.type()));
            }
            if (sight.is(input(), Op.MUL)) {
                var a = sight.input(input(), 0);
                var b = sight.input(input(), 1);
                return sight.isOneHot(a, axis) && sight.isConstantAlong(b, axis)
                        ? Optional.of(without(b, axis))
                        : sight.isOneHot(b, axis) && sight.isConstantAlong(a, axis)
                                ? Optional.of(without(a, axis))
                                : Optional.empty();
            }
            boolean selects = sight.is(input(), Op.SELECT)
                    && sight.isOneHot(sight.input(input(), 0), axis)
                    && sight.isConstantAlong(sight.input(input(), 1), axis)
                    && sight.isConstant(sight.input(input(), 2), 0);
            return selects ? Optional.of(without(sight.input(input(), 1), axis)) : Optional.empty();
        }

        /// A value that repeats along an axis, without this axis.
        private Value without(Value value, int axis) {
            var source = sight.input(value, 0);
            var places = new ArrayList<Integer>();
            if (sight.prim(value) instanceof Broadcast(var _, var from, var _)) {
                from.forEach(at -> places.add(at > axis ? at - 1 : at));
            }
            return m.spread(
                    source, new Type(node.type().perExample(), node.type().shape()), places);
        }
    }
}
