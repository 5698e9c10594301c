package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Value;
import java.util.List;
import java.util.Optional;

/// Laws of single numbers. They hold exactly, or to a rounding; what they lose is the sign of a zero, and the NaN of
/// 0 times infinity where the 0 is written in the graph.
final class Algebra implements Rule {

    /// The largest exponent of `^` that is multiplied out.
    private static final int LARGEST_POWER = 64;

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        if (!(node.prim() instanceof Elementwise(var op))) {
            return Optional.empty();
        }
        return new Law(node, node.inputs(), sight, sight.math(node.origin())).of(op);
    }

    private record Law(Node node, List<Value> in, Sight sight, Arithmetic m) {

        Optional<Value> of(Op op) {
            return switch (op) {
                case NEG -> neg();
                case ABS ->
                    is(0, Op.NEG) || is(0, Op.ABS) ? Optional.of(m.apply(Op.ABS, part(0, 0))) : Optional.empty();
                case FLUSH -> is(0, Op.FLUSH) ? Optional.of(in.get(0)) : Optional.empty();
                case ADD -> ordered(Op.ADD).or(this::add);
                case SUB -> sub();
                case MUL -> ordered(Op.MUL).or(this::mul);
                case DIV -> div();
                case POW -> pow();
                case MAX, MIN -> in.get(0).equals(in.get(1)) ? Optional.of(in.get(0)) : Optional.empty();
                case EQ, NE, AND, OR -> ordered(op);
                case FMA -> fma();
                case SELECT -> select();
                default -> Optional.empty();
            };
        }

        /// Operations whose order does not matter are written one way, numbers last: so equal work is found.
        private Optional<Value> ordered(Op op) {
            var a = in.get(0);
            var b = in.get(1);
            boolean swap = sight.isConstant(a) == sight.isConstant(b) ? a.node() > b.node() : sight.isConstant(a);
            return swap ? Optional.of(m.apply(op, b, a)) : Optional.empty();
        }

        private Optional<Value> neg() {
            if (is(0, Op.NEG)) {
                return Optional.of(part(0, 0));
            }
            if (is(0, Op.SUB) && once(0)) {
                return Optional.of(m.sub(part(0, 1), part(0, 0)));
            }
            return negatedFactor();
        }

        /// The sign goes to a number of the run, where it costs nothing.
        private Optional<Value> negatedFactor() {
            boolean product = is(0, Op.MUL) || is(0, Op.DIV);
            for (int k = 0; product && k < 2; k++) {
                if (sight.isUniform(part(0, k)) && !sight.isUniform(part(0, 1 - k))) {
                    var negative = m.neg(sight.repeated(part(0, k)));
                    var other = part(0, 1 - k);
                    var op = is(0, Op.MUL) ? Op.MUL : Op.DIV;
                    return Optional.of(k == 0 ? m.apply(op, negative, other) : m.apply(op, other, negative));
                }
            }
            return Optional.empty();
        }

        private Optional<Value> add() {
            if (constant(1, 0)) {
                return Optional.of(in.get(0));
            }
            if (is(1, Op.NEG)) {
                return Optional.of(m.sub(in.get(0), part(1, 0)));
            }
            if (is(0, Op.NEG)) {
                return Optional.of(m.sub(in.get(1), part(0, 0)));
            }
            return in.get(0).equals(in.get(1))
                    ? Optional.of(m.mul(in.get(0), 2))
                    : again(0, 1).or(() -> again(1, 0));
        }

        /// `a + (b + a) = b + 2 a`
        private Optional<Value> again(int one, int sum) {
            if (is(sum, Op.ADD) && once(sum)) {
                for (int k = 0; k < 2; k++) {
                    if (part(sum, k).equals(in.get(one))) {
                        return Optional.of(m.add(part(sum, 1 - k), m.mul(in.get(one), 2)));
                    }
                }
            }
            return Optional.empty();
        }

        private Optional<Value> sub() {
            if (constant(1, 0)) {
                return Optional.of(in.get(0));
            }
            if (constant(0, 0)) {
                return Optional.of(m.neg(in.get(1)));
            }
            if (is(1, Op.NEG)) {
                return Optional.of(m.add(in.get(0), part(1, 0)));
            }
            if (is(0, Op.NEG) && once(0)) {
                return Optional.of(m.neg(m.add(part(0, 0), in.get(1))));
            }
            return Optional.empty();
        }

        private Optional<Value> mul() {
            if (constant(1, 0)) {
                return Optional.of(in.get(1));
            }
            if (constant(1, 1)) {
                return Optional.of(in.get(0));
            }
            if (constant(1, -1)) {
                return Optional.of(m.neg(in.get(0)));
            }
            if (is(0, Op.NEG) && !sight.isUniform(in.get(0))) {
                return Optional.of(negated(part(0, 0), in.get(1)));
            }
            if (is(1, Op.NEG) && !sight.isUniform(in.get(1))) {
                return Optional.of(negated(part(1, 0), in.get(0)));
            }
            return factors(0, 1)
                    .or(() -> factors(1, 0))
                    .or(() -> repeatedFactors(0, 1))
                    .or(() -> repeatedFactors(1, 0));
        }

        private Value negated(Value a, Value b) {
            return sight.isConstant(b) ? m.mul(a, -number(b)) : m.neg(m.mul(a, b));
        }

        /// `(x * s) * t = x * (s * t)` for numbers of the run alone: one multiplication for each element, not
        /// two.
        private Optional<Value> factors(int product, int other) {
            if (!is(product, Op.MUL) || !once(product)) {
                return Optional.empty();
            }
            if (!sight.isUniform(in.get(other))) {
                return scaledRepeat(product, other);
            }
            for (int k = 0; k < 2; k++) {
                if (sight.isUniform(part(product, k)) && !sight.isUniform(part(product, 1 - k))) {
                    var both = m.mul(sight.repeated(part(product, k)), sight.repeated(in.get(other)));
                    return Optional.of(m.mul(part(product, 1 - k), both));
                }
                if (isRepeat(part(product, k)) && !isRepeat(part(product, 1 - k))) {
                    return Optional.of(m.mul(part(product, 1 - k), scaled(part(product, k), in.get(other))));
                }
            }
            return Optional.empty();
        }

        /// `(x * s) * r = x * (r * s)`, s a number of the run, where r repeats fewer numbers for every example.
        private Optional<Value> scaledRepeat(int product, int other) {
            for (int k = 0; k < 2; k++) {
                var x = part(product, 1 - k);
                if (sight.isUniform(part(product, k)) && isRepeat(in.get(other)) && !isRepeat(x)) {
                    return Optional.of(m.mul(x, scaled(in.get(other), part(product, k))));
                }
            }
            return Optional.empty();
        }

        private boolean isRepeat(Value value) {
            return sight.prim(value) instanceof Broadcast(var _, var _, boolean examples)
                    && examples
                    && !sight.isUniform(value);
        }

        private Value scaled(Value repeat, Value number) {
            var source = sight.input(repeat, 0);
            var axes = ((Broadcast) sight.prim(repeat)).axes();
            var product = m.mul(source, m.broadcast(sight.repeated(number), sight.type(source)));
            return m.spread(product, node.type(), axes);
        }

        /// As above, for values that are repeated in the same way.
        private Optional<Value> repeatedFactors(int product, int other) {
            if (!is(product, Op.MUL) || !once(product) || !(sight.prim(in.get(other)) instanceof Broadcast view)) {
                return Optional.empty();
            }
            for (int k = 0; k < 2; k++) {
                if (sight.prim(part(product, k)).equals(view)
                        && !sight.prim(part(product, 1 - k)).equals(view)) {
                    var both = m.mul(sight.input(part(product, k), 0), sight.input(in.get(other), 0));
                    return Optional.of(m.mul(part(product, 1 - k), m.spread(both, node.type(), view.axes())));
                }
            }
            return Optional.empty();
        }

        private Optional<Value> div() {
            if (constant(1, 1)) {
                return Optional.of(in.get(0));
            }
            if (is(0, Op.NEG) && !sight.isUniform(in.get(0))) {
                return Optional.of(m.neg(m.div(part(0, 0), in.get(1))));
            }
            if (is(1, Op.NEG) && !sight.isUniform(in.get(1))) {
                return Optional.of(m.neg(m.div(in.get(0), part(1, 0))));
            }
            boolean scalar = sight.isUniform(in.get(0)) && node.type().shape().rank() == 0;
            if (sight.isUniform(in.get(1)) && !scalar && !constant(1, 0)) {
                var inverse = m.div(m.fill(1), sight.repeated(in.get(1)));
                return Optional.of(m.mul(in.get(0), inverse));
            }
            return Optional.empty();
        }

        private Optional<Value> pow() {
            if (!sight.isConstant(in.get(1)) || sight.isUniform(in.get(0))) {
                return Optional.empty();
            }
            double exponent = number(in.get(1));
            if (exponent == 0.5) {
                return Optional.of(m.apply(Op.SQRT, in.get(0)));
            }
            boolean whole = exponent == Math.rint(exponent) && Math.abs(exponent) <= LARGEST_POWER;
            if (!whole) {
                return Optional.empty();
            }
            var power = power(in.get(0), (int) Math.abs(exponent));
            return Optional.of(exponent < 0 ? m.div(m.fill(1), power) : power);
        }

        /// By squaring: x^5 = (x^2)^2 x.
        private Value power(Value base, int exponent) {
            if (exponent == 0) {
                return m.fill(1, node.type());
            }
            var result = base;
            for (int bit = Integer.highestOneBit(exponent) / 2; bit > 0; bit /= 2) {
                result = m.mul(result, result);
                if ((exponent & bit) != 0) {
                    result = m.mul(result, base);
                }
            }
            return result;
        }

        private Optional<Value> fma() {
            if (constant(2, 0)) {
                return Optional.of(m.mul(in.get(0), in.get(1)));
            }
            boolean plain = constant(0, 1) || constant(1, 1) || constant(0, 0) || constant(1, 0);
            return plain ? Optional.of(m.add(m.mul(in.get(0), in.get(1)), in.get(2))) : Optional.empty();
        }

        private Optional<Value> select() {
            if (sight.isConstant(in.get(0))) {
                return Optional.of(in.get(constant(0, 0) ? 2 : 1));
            }
            if (in.get(1).equals(in.get(2))) {
                return Optional.of(in.get(1));
            }
            if (is(0, Op.NOT)) {
                return Optional.of(m.select(part(0, 0), in.get(2), in.get(1)));
            }
            return Optional.empty();
        }

        private boolean is(int k, Op op) {
            return sight.is(in.get(k), op);
        }

        private boolean once(int k) {
            return sight.uses(in.get(k)) == 1;
        }

        private Value part(int k, int of) {
            return sight.input(in.get(k), of);
        }

        private boolean constant(int k, double number) {
            return sight.isConstant(in.get(k), number);
        }

        private double number(Value value) {
            return sight.constant(value).orElseThrow();
        }
    }
}
