package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Prim.Sum;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.optimize.Monomial.Factor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Sums are linear: factors that repeat along the summed axes come out of a sum, and terms that cancel are not summed
/// at all. What deviates from its own mean sums to 0, exactly, where adding up leaves rounding errors. So the
/// derivative of a normalisation needs two sums over the batch, and that of the bias before it none. What is left as
/// a multiple of a sum that is there already is not added up again. After the careful forms have been found, whose
/// patterns have their factors inside.
final class LinearSums implements Rule {
    /// What is left of terms that cancel, by rounding of their coefficients.
    private static final double ROUNDING = 1e-12;

    @Override
    public Optional<Value> apply(Node node, Sight sight) {
        return node.prim() instanceof Sum sum
                ? linear(node, sum, Map.of(), sight)
                        .better()
                        .or(() -> linear(node, sum, known(node, sum, sight), sight)
                                .multiple())
                : Optional.empty();
    }

    private static Linear linear(Node node, Sum sum, Map<Map<Value, Integer>, Monomial> known, Sight sight) {
        return new Linear(
                node, sum, new Monomials(sight, sum, KnownSums.NODES), known, sight, sight.math(node.origin()));
    }

    private static Map<Map<Value, Integer>, Monomial> known(Node node, Sum sum, Sight sight) {
        return sight.knownSums().of(sum, sight.type(node.inputs().getFirst()));
    }

    /// A number, and what was added up to it, without signs.
    private record Coefficient(double sum, double magnitude) {
        Coefficient plus(Coefficient other) {
            return new Coefficient(sum + other.sum, magnitude + other.magnitude);
        }

        boolean isZero() {
            return Math.abs(sum) <= ROUNDING * magnitude;
        }
    }

    private record Linear(
            Node node,
            Sum sum,
            Monomials monomials,
            Map<Map<Value, Integer>, Monomial> known,
            Sight sight,
            Arithmetic m) {

        Optional<Value> better() {
            var terms = new LinkedHashMap<Monomial.Product, Coefficient>();
            var input = node.inputs().getFirst();
            int before = add(monomials.of(input), sight.type(input), terms);
            terms.values().removeIf(Coefficient::isZero);
            if (monomials.isExhausted()) {
                return Optional.empty();
            }
            if (terms.isEmpty()) {
                return Optional.of(m.fill(0, node.type()));
            }
            if (terms.size() > 1) {
                return outside();
            }
            var only = terms.firstEntry();
            var product = only.getKey();
            boolean shorter = before > 1 || product.factors().keySet().stream().anyMatch(f -> !isUniform(f));
            return shorter && !product.varying().isEmpty()
                    ? Optional.of(build(product, only.getValue().sum(), sight.type(input)))
                    : outside();
        }

        /// Numbers of the run that all terms are multiplied by come out, where nothing else needs the products.
        private Optional<Value> outside() {
            var factors = Factors.of(node.inputs().getFirst(), sight);
            var numbers = factors.stream().filter(sight::isUniform).toList();
            var others = factors.stream().filter(f -> !sight.isUniform(f)).toList();
            if (numbers.isEmpty() || others.isEmpty() || sight.prim(others.getFirst()) instanceof Sum) {
                return Optional.empty();
            }
            var value = m.sum(Factors.product(others, m), sum.axes(), sum.examples());
            for (var number : numbers) {
                value = m.mul(value, m.broadcast(sight.repeated(number), node.type()));
            }
            return Optional.of(value);
        }

        /// The sum as a multiple of one that is known.
        Optional<Value> multiple() {
            if (known.isEmpty()) {
                return Optional.empty();
            }
            var terms = new LinkedHashMap<Monomial.Product, Coefficient>();
            var input = node.inputs().getFirst();
            add(monomials.of(input), sight.type(input), terms);
            terms.values().removeIf(Coefficient::isZero);
            if (monomials.isExhausted() || terms.size() != 1) {
                return Optional.empty();
            }
            var only = terms.firstEntry();
            return only.getKey().varying().isEmpty()
                    ? Optional.of(scaled(m.fill(only.getValue().sum(), node.type()), only.getKey()))
                    : Optional.empty();
        }

        private boolean isUniform(Factor factor) {
            return sight.isUniform(factor.value());
        }

        /// Adds the terms of a sum of `monomial`, and tells how many there were.
        private int add(Monomial monomial, Type type, Map<Monomial.Product, Coefficient> terms) {
            var total = known.get(monomial.product().varying());
            if (total != null) {
                return note(monomial.withoutVarying().times(total), terms);
            }
            var only = monomial.product().only();
            if (only.isPresent()) {
                var value = only.get();
                boolean difference = sight.is(value, Op.SUB);
                if (difference || sight.is(value, Op.ADD)) {
                    var rest = monomial.withoutVarying();
                    var right = difference ? rest.times(-1) : rest;
                    return add(rest.times(monomials.of(sight.input(value, 0))), type, terms)
                            + add(right.times(monomials.of(sight.input(value, 1))), type, terms);
                }
            }
            if (!monomial.product().varying().isEmpty()) {
                return note(monomial, terms);
            }
            // Repeated along the axes of the sum, perhaps a sum over the same ones itself.
            var counted = counted(monomial, type);
            for (var factor : counted.product().factors().entrySet()) {
                var source = factor.getKey().value();
                if (factor.getValue() == 1 && isSameSum(source, factor.getKey(), type)) {
                    var rest = counted.times(Monomial.of(factor.getKey()).inverse());
                    return add(rest.times(monomials.of(sight.input(source, 0))), type, terms);
                }
            }
            return note(counted, terms);
        }

        private static int note(Monomial monomial, Map<Monomial.Product, Coefficient> terms) {
            var one = new Coefficient(monomial.coefficient(), Math.abs(monomial.coefficient()));
            terms.merge(monomial.product(), one, Coefficient::plus);
            return 1;
        }

        private boolean isSameSum(Value value, Factor factor, Type type) {
            return sight.prim(value).equals(sum)
                    && sight.type(sight.input(value, 0)).equals(type)
                    && factor.isWhole();
        }

        /// So many times as the sum has terms.
        private Monomial counted(Monomial monomial, Type type) {
            double count = 1;
            for (int axis : sum.axes()) {
                count *= type.shape().extent(axis);
            }
            var times = monomial.times(count);
            return sum.examples() ? times.times(Monomial.of(new Factor(m.run(RunScalar.EXAMPLES), List.of()))) : times;
        }

        private Value build(Monomial.Product product, double coefficient, Type type) {
            Value summed = power(product.varying(), type);
            var value = scaled(m.sum(summed, sum.axes(), sum.examples()), product);
            return coefficient == 1 ? value : m.mul(value, coefficient);
        }

        private Value scaled(Value first, Monomial.Product product) {
            var value = first;
            for (var factor : product.factors().entrySet()) {
                var repeated = m.spread(
                        factor.getKey().value(), node.type(), factor.getKey().places());
                for (int i = 0; i < Math.abs(factor.getValue()); i++) {
                    value = factor.getValue() > 0 ? m.mul(value, repeated) : m.div(value, repeated);
                }
            }
            return value;
        }

        private Value power(Map<Value, Integer> varying, Type type) {
            Optional<Value> product = Optional.empty();
            for (var factor : varying.entrySet()) {
                for (int i = 0; i < factor.getValue(); i++) {
                    product = Optional.of(product.isEmpty() ? factor.getKey() : m.mul(product.get(), factor.getKey()));
                }
            }
            var value = product.orElseGet(() -> m.fill(1, type));
            for (var factor : varying.entrySet()) {
                for (int i = 0; i < -factor.getValue(); i++) {
                    value = m.div(value, factor.getKey());
                }
            }
            return value;
        }
    }
}
