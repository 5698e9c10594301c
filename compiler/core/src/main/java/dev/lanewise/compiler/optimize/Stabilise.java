package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.Max;
import dev.lanewise.compiler.graph.Prim.Reshape;
import dev.lanewise.compiler.graph.Prim.Slice;
import dev.lanewise.compiler.graph.Prim.StopGradient;
import dev.lanewise.compiler.graph.Prim.Sum;
import dev.lanewise.compiler.graph.Prim.Transpose;
import dev.lanewise.compiler.graph.Value;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Formulas as they stand in books, written so that they neither overflow nor lose their digits. The list is
/// [Pattern]; each is tested with its derivative on [-10000, 10000].
final class Stabilise implements Rule {

    /// What is written, and what it becomes. The first that fits a node is taken.
    enum Pattern {
        LOG_OF_EXP("log(exp(a))", "a"),
        LOG_OF_SOFTPLUS("log(1 + exp(a))", "(a + |a|) / 2 + log1p(exp(-|a|))"),
        LOG_OF_SIGMOID("log(sigmoid(a))", "(a - |a|) / 2 - log1p(exp(-|a|))"),
        LOG_OF_ONE_MINUS_SIGMOID("log(1 - sigmoid(a))", "-(a + |a|) / 2 - log1p(exp(-|a|))"),
        LOG_OF_RATIO("log(exp(a) / b), log(softmax(a))", "a - log(b)"),
        LOG_OF_INVERSE("log(b / exp(a))", "log(b) - a"),
        LOG_OF_PRODUCT("log(exp(a) * b)", "a + log(b)"),
        LOG_OF_TWO_EXP("log(exp(a) + exp(b))", "m + log(exp(a - m) + exp(b - m)), m = max(a, b)"),
        LOG_SUM_EXP("log(sum(exp(a)))", "m + log(sum(exp(a - m))), m = max(a)"),
        LOG_OF_CHOSEN("log(sum(one_hot * softmax(a)))", "sum(one_hot * log(softmax(a)))"),
        LOG1P("log(1 + a)", "log1p(a)"),
        LOG_OF_VIEW("log(reshape(a)) of one of these", "reshape(log(a))"),
        EXPM1("exp(a) - 1", "expm1(a)"),
        SOFTMAX("exp(a) / sum(exp(a))", "exp(a - m) / sum(exp(a - m)), m = max(a)"),
        TANH("(exp(a) - exp(-a)) / (exp(a) + exp(-a))", "tanh(a)"),
        TANH_OF_HALF("(exp(a) - 1) / (exp(a) + 1)", "tanh(a / 2)"),
        SIGMOID("exp(a) / (1 + exp(a))", "sigmoid(a)"),
        RATIO_WITH_SIGMOID("b / (1 + exp(-a))", "b * sigmoid(a)");

        private final String written;
        private final String becomes;

        Pattern(String written, String becomes) {
            this.written = written;
            this.becomes = becomes;
        }
    }

    private static final List<Pattern> PATTERNS = List.of(Pattern.values());
    /// What a pattern ends with.
    private static final Set<Op> ENDS = EnumSet.of(Op.LOG, Op.LOG1P, Op.ADD, Op.SUB, Op.DIV);

    /// The list, a line each: `log(1 + a)  =>  log1p(a)`.
    static List<String> published() {
        return PATTERNS.stream().map(p -> p.written + "  =>  " + p.becomes).toList();
    }

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        if (!(node.prim() instanceof Elementwise(var op)) || !ENDS.contains(op)) {
            return Optional.empty();
        }
        var form = new Form(node, sight, sight.math(node.origin()));
        for (var pattern : PATTERNS) {
            var better = form.match(pattern, op);
            if (better.isPresent()) {
                return better;
            }
        }
        return Optional.empty();
    }

    private record Form(Node node, Sight sight, Arithmetic m) {

        Optional<Value> match(Pattern pattern, Op op) {
            return switch (pattern) {
                case LOG_OF_EXP -> op == Op.LOG ? exponent(in(0)) : none();
                case LOG_OF_SOFTPLUS -> op == Op.LOG || op == Op.LOG1P ? logOfSoftplus(op) : none();
                case LOG_OF_SIGMOID ->
                    op == Op.LOG && is(in(0), Op.SIGMOID) ? Optional.of(logSigmoid(part(in(0), 0))) : none();
                case LOG_OF_ONE_MINUS_SIGMOID -> op == Op.LOG || op == Op.LOG1P ? logOfComplement(op) : none();
                case LOG_OF_RATIO ->
                    op == Op.LOG && is(in(0), Op.DIV)
                            ? exponent(part(in(0), 0)).map(a -> m.sub(a, log(part(in(0), 1))))
                            : none();
                case LOG_OF_INVERSE ->
                    op == Op.LOG && is(in(0), Op.DIV)
                            ? exponent(part(in(0), 1)).map(a -> m.sub(log(part(in(0), 0)), a))
                            : none();
                case LOG_OF_PRODUCT -> op == Op.LOG && is(in(0), Op.MUL) ? logOfProduct() : none();
                case LOG_OF_TWO_EXP -> op == Op.LOG ? logOfTwo() : none();
                case LOG_SUM_EXP -> op == Op.LOG ? logSumExp() : none();
                case LOG_OF_CHOSEN -> op == Op.LOG ? logOfChosen() : none();
                case LOG1P -> op == Op.LOG ? log1p() : none();
                case LOG_OF_VIEW -> op == Op.LOG ? logOfView() : none();
                case EXPM1 -> expm1(op);
                case SOFTMAX -> op == Op.DIV ? softmax() : none();
                case TANH -> op == Op.DIV ? tanh() : none();
                case TANH_OF_HALF -> op == Op.DIV ? tanhOfHalf() : none();
                case SIGMOID -> op == Op.DIV ? sigmoid() : none();
                case RATIO_WITH_SIGMOID -> op == Op.DIV ? ratio() : none();
            };
        }

        private static Optional<Value> none() {
            return Optional.empty();
        }

        private Value in(int k) {
            return node.inputs().get(k);
        }

        private boolean is(Value value, Op op) {
            return sight.is(value, op);
        }

        private Value part(Value value, int k) {
            return sight.input(value, k);
        }

        private Value log(Value a) {
            return m.apply(Op.LOG, a);
        }

        private Value exp(Value a) {
            return m.apply(Op.EXP, a);
        }

        private Optional<Value> exponent(Value value) {
            return is(value, Op.EXP) ? Optional.of(part(value, 0)) : none();
        }

        /// `-|a|`, whose exponential cannot overflow: such a formula is careful already.
        private boolean isCareful(Value exponent) {
            return is(exponent, Op.NEG) && is(part(exponent, 0), Op.ABS);
        }

        /// a of `1 + exp(a)`.
        private Optional<Value> onePlusExp(Value value) {
            if (!is(value, Op.ADD)) {
                return none();
            }
            for (int k = 0; k < 2; k++) {
                if (sight.isConstant(part(value, 1 - k), 1)) {
                    return exponent(part(value, k)).filter(a -> !isCareful(a));
                }
            }
            return none();
        }

        private Value tail(Value a) {
            return m.apply(Op.LOG1P, exp(m.neg(m.apply(Op.ABS, a))));
        }

        /// Half of `a + |a|` rather than a maximum: its derivative at 0 is 1/2, as it should be.
        private Value softplus(Value a) {
            return m.add(m.mul(m.add(a, m.apply(Op.ABS, a)), 0.5), tail(a));
        }

        private Value logSigmoid(Value a) {
            return m.sub(m.mul(m.sub(a, m.apply(Op.ABS, a)), 0.5), tail(a));
        }

        private Optional<Value> logOfSoftplus(Op op) {
            return op == Op.LOG
                    ? onePlusExp(in(0)).map(this::softplus)
                    : exponent(in(0)).filter(a -> !isCareful(a)).map(this::softplus);
        }

        private Optional<Value> logOfComplement(Op op) {
            Optional<Value> taken = op == Op.LOG1P && is(in(0), Op.NEG)
                    ? Optional.of(part(in(0), 0))
                    : op == Op.LOG && is(in(0), Op.SUB) && sight.isConstant(part(in(0), 0), 1)
                            ? Optional.of(part(in(0), 1))
                            : none();
            return taken.filter(v -> is(v, Op.SIGMOID)).map(v -> m.neg(softplus(part(v, 0))));
        }

        private Optional<Value> logOfProduct() {
            for (int k = 0; k < 2; k++) {
                var other = part(in(0), 1 - k);
                var a = exponent(part(in(0), k));
                if (a.isPresent()) {
                    return Optional.of(m.add(a.get(), log(other)));
                }
                boolean scaled = is(other, Op.ADD) && twoExponents(other) || isSumOfExp(other);
                if (scaled && sight.constant(part(in(0), k)).orElse(-1) > 0) {
                    return Optional.of(m.add(log(other), log(part(in(0), k))));
                }
            }
            return none();
        }

        private boolean twoExponents(Value sum) {
            return is(part(sum, 0), Op.EXP) && is(part(sum, 1), Op.EXP);
        }

        private boolean isSumOfExp(Value value) {
            return sight.prim(value) instanceof Sum && is(part(value, 0), Op.EXP);
        }

        private Optional<Value> logOfTwo() {
            if (!is(in(0), Op.ADD) || !twoExponents(in(0))) {
                return none();
            }
            var a = part(part(in(0), 0), 0);
            var b = part(part(in(0), 1), 0);
            if (isLess(a) || isLess(b)) {
                return none();
            }
            var most = m.stop(m.apply(Op.MAX, a, b));
            return Optional.of(m.add(most, log(m.add(exp(m.sub(a, most)), exp(m.sub(b, most))))));
        }

        /// Whether a maximum has been taken away already.
        private boolean isLess(Value value) {
            if (!is(value, Op.SUB)) {
                return false;
            }
            var taken = part(value, 1);
            while (sight.prim(taken) instanceof Broadcast
                    || sight.prim(taken) instanceof StopGradient
                    || sight.prim(taken) instanceof Reshape) {
                taken = part(taken, 0);
            }
            return sight.prim(taken) instanceof Max || is(taken, Op.MAX);
        }

        private Optional<Value> logSumExp() {
            if (!isSumOfExp(in(0)) || !(sight.prim(in(0)) instanceof Sum(var axes, var examples))) {
                return none();
            }
            var a = part(part(in(0), 0), 0);
            if (isLess(a)) {
                return none();
            }
            var most = m.stop(m.max(a, axes, examples));
            var shifted = exp(m.sub(a, m.spread(most, sight.type(a), kept(a, axes))));
            return Optional.of(m.add(most, log(m.sum(shifted, axes, examples))));
        }

        private List<Integer> kept(Value value, List<Integer> axes) {
            return m.axes(value).stream().filter(axis -> !axes.contains(axis)).toList();
        }

        private Optional<Value> logOfChosen() {
            if (!(sight.prim(in(0)) instanceof Sum(var axes, var examples)) || examples || axes.size() != 1) {
                return none();
            }
            var product = part(in(0), 0);
            for (int k = 0; is(product, Op.MUL) && k < 2; k++) {
                var chosen = part(product, k);
                var of = part(product, 1 - k);
                boolean ratio = is(of, Op.DIV) && is(part(of, 0), Op.EXP);
                if (ratio && sight.isOneHot(chosen, axes.getFirst())) {
                    return Optional.of(m.sum(m.select(chosen, log(of), m.fill(0)), axes, false));
                }
            }
            return none();
        }

        private Optional<Value> log1p() {
            boolean sum = is(in(0), Op.ADD);
            for (int k = 0; k < 2 && (sum || is(in(0), Op.SUB)); k++) {
                if (sight.isConstant(part(in(0), k), 1) && (sum || k == 0)) {
                    var other = part(in(0), 1 - k);
                    return Optional.of(m.apply(Op.LOG1P, sum ? other : m.neg(other)));
                }
            }
            return none();
        }

        private Optional<Value> logOfView() {
            var of = in(0);
            while (isView(of)) {
                of = part(of, 0);
            }
            boolean listed = is(of, Op.SIGMOID) || is(of, Op.EXP) || is(of, Op.DIV) && is(part(of, 0), Op.EXP);
            boolean through = isView(in(0)) && listed;
            return through
                    ? Optional.of(sight.out().add(sight.prim(in(0)), node.origin(), log(part(in(0), 0))))
                    : none();
        }

        private boolean isView(Value value) {
            var prim = sight.prim(value);
            return prim instanceof Reshape || prim instanceof Slice || prim instanceof Transpose;
        }

        private Optional<Value> expm1(Op op) {
            if (op == Op.SUB && sight.isConstant(in(1), 1) || op == Op.ADD && sight.isConstant(in(1), -1)) {
                return exponent(in(0)).map(a -> m.apply(Op.EXPM1, a));
            }
            if (op == Op.SUB && sight.isConstant(in(0), 1)) {
                return exponent(in(1)).map(a -> m.neg(m.apply(Op.EXPM1, a)));
            }
            return none();
        }

        private Optional<Value> softmax() {
            if (!is(in(0), Op.EXP) || !(sight.prim(in(1)) instanceof Broadcast(var _, var places, var _))) {
                return none();
            }
            var sum = part(in(1), 0);
            var a = part(in(0), 0);
            if (!(sight.prim(sum) instanceof Sum(var axes, var examples))
                    || !part(sum, 0).equals(in(0))
                    || isLess(a)) {
                return none();
            }
            var most = m.stop(m.max(a, axes, examples));
            var shifted = exp(m.sub(a, m.spread(most, node.type(), places)));
            return Optional.of(m.div(shifted, m.spread(m.sum(shifted, axes, examples), node.type(), places)));
        }

        private Optional<Value> tanh() {
            boolean forms = is(in(0), Op.SUB) && is(in(1), Op.ADD);
            if (!forms || !twoExponents(in(0)) || !twoExponents(in(1))) {
                return none();
            }
            var a = part(in(0), 0);
            var b = part(in(0), 1);
            var sum = sight.node(in(1)).inputs();
            boolean same = sum.contains(a) && sum.contains(b) && !a.equals(b);
            boolean opposite = isNegative(part(b, 0), part(a, 0));
            return same && opposite ? Optional.of(m.apply(Op.TANH, part(a, 0))) : none();
        }

        private boolean isNegative(Value a, Value b) {
            if (is(a, Op.NEG) && part(a, 0).equals(b)
                    || is(b, Op.NEG) && part(b, 0).equals(a)) {
                return true;
            }
            return is(a, Op.MUL)
                    && is(b, Op.MUL)
                    && part(a, 0).equals(part(b, 0))
                    && sight.constant(part(a, 1)).isPresent()
                    && sight.isConstant(part(b, 1), -sight.constant(part(a, 1)).getAsDouble());
        }

        private Optional<Value> tanhOfHalf() {
            return onePlusExp(in(1))
                    .filter(a -> is(in(0), Op.EXPM1) && part(in(0), 0).equals(a))
                    .map(a -> m.apply(Op.TANH, m.mul(a, 0.5)));
        }

        private Optional<Value> sigmoid() {
            return onePlusExp(in(1))
                    .filter(a -> is(in(0), Op.EXP) && part(in(0), 0).equals(a))
                    .map(a -> m.apply(Op.SIGMOID, a));
        }

        private Optional<Value> ratio() {
            return onePlusExp(in(1)).map(a -> m.mul(in(0), m.apply(Op.SIGMOID, m.neg(a))));
        }
    }
}
