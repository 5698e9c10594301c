package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Contract;
import dev.lanewise.compiler.graph.Prim.Sum;
import dev.lanewise.compiler.graph.Prim.Transpose;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Chooses the form of contractions: views of operands become letters, batch-wide operands stand left, sums of
/// products of repeated values become contractions, and those that sum nothing become multiplications.
final class SimplifyContractions implements Rule {

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        return switch (node.prim()) {
            case Contract(var spec) -> new Form(node, spec, sight, sight.math(node.origin())).better();
            case Transpose(var order) -> transposed(node, order, sight);
            case Sum(var axes, var examples) ->
                new SumOfProducts(node, axes, examples, sight, sight.math(node.origin())).contraction();
            default -> Optional.empty();
        };
    }

    private static Optional<Value> transposed(Node node, List<Integer> order, Sight sight) {
        var input = node.inputs().getFirst();
        if (!(sight.prim(input) instanceof Contract(var spec)) || sight.uses(input) > 1) {
            return Optional.empty();
        }
        var result = new StringBuilder();
        order.forEach(axis -> result.append(spec.result().charAt(axis)));
        var other = new Contraction(spec.left(), spec.right(), result.toString(), spec.summed(), spec.examples());
        return Optional.of(
                sight.out().add(new Contract(other), node.origin(), sight.input(input, 0), sight.input(input, 1)));
    }

    private record Form(Node node, Contraction spec, Sight sight, Arithmetic m) {

        private Value left() {
            return node.inputs().get(0);
        }

        private Value right() {
            return node.inputs().get(1);
        }

        Optional<Value> better() {
            return swapped()
                    .or(this::withoutTransposes)
                    .or(this::withoutBroadcasts)
                    .or(this::product);
        }

        private Optional<Value> swapped() {
            if (!sight.type(left()).perExample() || sight.type(right()).perExample()) {
                return Optional.empty();
            }
            var other = new Contraction(spec.right(), spec.left(), spec.result(), spec.summed(), spec.examples());
            return Optional.of(sight.out().add(new Contract(other), node.origin(), right(), left()));
        }

        private Optional<Value> withoutTransposes() {
            if (sight.prim(left()) instanceof Transpose(var order)) {
                return Optional.of(add(permuted(spec.left(), order), source(left()), spec.right(), right()));
            }
            if (sight.prim(right()) instanceof Transpose(var order)) {
                return Optional.of(add(spec.left(), left(), permuted(spec.right(), order), source(right())));
            }
            return Optional.empty();
        }

        private Value add(String leftLetters, Value a, String rightLetters, Value b) {
            var other = new Contraction(leftLetters, rightLetters, spec.result(), spec.summed(), spec.examples());
            return sight.out().add(new Contract(other), node.origin(), a, b);
        }

        /// The letters of the value that is transposed.
        private static String permuted(String letters, List<Integer> order) {
            char[] source = new char[letters.length()];
            for (int i = 0; i < source.length; i++) {
                source[order.get(i)] = letters.charAt(i);
            }
            return new String(source);
        }

        private Value source(Value view) {
            return sight.input(view, 0);
        }

        /// A repeated operand is taken as it was before; what it alone had is repeated afterwards, what the
        /// other now has alone is summed before.
        private Optional<Value> withoutBroadcasts() {
            boolean repeats = sight.prim(left()) instanceof Broadcast || sight.prim(right()) instanceof Broadcast;
            if (!repeats) {
                return Optional.empty();
            }
            var a = Operand.of(left(), spec.left(), sight);
            var b = Operand.of(right(), spec.right(), sight);
            var factor = a.repeatedAlone(spec.summed(), b);
            if (factor || spec.examples() && !(a.perExample(sight) && b.perExample(sight))) {
                return Optional.empty();
            }
            return Optional.of(contract(a, b, spec.result(), spec.examples(), node.type(), m));
        }

        /// Nothing is summed: element by element.
        private Optional<Value> product() {
            if (!spec.summed().isEmpty() || spec.examples()) {
                return Optional.empty();
            }
            return Optional.of(m.mul(aligned(left(), spec.left()), aligned(right(), spec.right())));
        }

        private Value aligned(Value value, String letters) {
            var order = new ArrayList<Integer>();
            var axes = new ArrayList<Integer>();
            for (int i = 0; i < spec.result().length(); i++) {
                int at = letters.indexOf(spec.result().charAt(i));
                if (at >= 0) {
                    order.add(at);
                    axes.add(i);
                }
            }
            return m.spread(m.transpose(value, order), node.type(), axes);
        }
    }

    /// An operand without the repetition of a broadcast, and the letters of its axes.
    private record Operand(Value value, String letters) {

        static Operand of(Value value, String letters, Sight sight) {
            if (!(sight.prim(value) instanceof Broadcast(var _, var axes, var _))) {
                return new Operand(value, letters);
            }
            var kept = new StringBuilder();
            axes.forEach(axis -> kept.append(letters.charAt(axis)));
            return new Operand(sight.input(value, 0), kept.toString());
        }

        boolean perExample(Sight sight) {
            return sight.type(value).perExample();
        }

        boolean has(char letter) {
            return letters.indexOf(letter) >= 0;
        }

        /// Whether both repeat a summed axis: the sum is a multiple then, which is found element by element.
        boolean repeatedAlone(String summed, Operand other) {
            return summed.chars().anyMatch(c -> !has((char) c) && !other.has((char) c));
        }
    }

    /// The contraction of two operands to `result`; letters that neither has are repeated.
    private static Value contract(Operand a, Operand b, String result, boolean examples, Type type, Arithmetic m) {
        var present = new StringBuilder();
        var axes = new ArrayList<Integer>();
        for (int i = 0; i < result.length(); i++) {
            if (a.has(result.charAt(i)) || b.has(result.charAt(i))) {
                present.append(result.charAt(i));
                axes.add(i);
            }
        }
        var value = m.contract(a.letters(), a.value(), b.letters(), b.value(), present.toString(), examples);
        return m.spread(value, type, axes);
    }

    private record SumOfProducts(Node node, List<Integer> axes, boolean examples, Sight sight, Arithmetic m) {

        Optional<Value> contraction() {
            var input = node.inputs().getFirst();
            int rank = sight.type(input).shape().rank();
            if (!sight.is(input, Op.MUL) || sight.uses(input) > 1 || rank > 26) {
                return Optional.empty();
            }
            var letters = new StringBuilder();
            var result = new StringBuilder();
            for (int i = 0; i < rank; i++) {
                char letter = (char) ('a' + i);
                letters.append(letter);
                if (!axes.contains(i)) {
                    result.append(letter);
                }
            }
            var a = Operand.of(sight.input(input, 0), letters.toString(), sight);
            var b = Operand.of(sight.input(input, 1), letters.toString(), sight);
            return fits(a, b, letters.toString(), result.toString())
                    ? Optional.of(contract(a, b, result.toString(), examples, node.type(), m))
                    : Optional.empty();
        }

        /// Every axis has an operand that varies along it, a summed one two; and some axis of the result has
        /// one alone: otherwise one pass over the elements does it.
        private boolean fits(Operand a, Operand b, String letters, String result) {
            boolean both = a.perExample(sight) && b.perExample(sight);
            boolean mixed = a.perExample(sight) != b.perExample(sight);
            boolean shared = false;
            boolean alone = false;
            for (char c : letters.toCharArray()) {
                if (!a.has(c) && !b.has(c)) {
                    return false;
                }
                boolean kept = result.indexOf(c) >= 0;
                boolean two = a.has(c) && b.has(c);
                if (!kept && !two) {
                    return false;
                }
                shared |= !kept;
                alone |= kept && !two;
            }
            return alone && (examples ? both : mixed && shared);
        }
    }
}
