package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// A number times powers of values, as seen by a sum.
record Monomial(double coefficient, Product product) {

    static final Monomial ONE = new Monomial(1, new Product(Map.of(), Map.of()));

    /// A value that repeats along the summed axes; its axes are the `places` of the sum's result.
    record Factor(Value value, List<Integer> places) implements Comparable<Factor> {
        Factor {
            places = List.copyOf(places);
        }

        /// Whether all axes of the result are there, in order.
        boolean isWhole() {
            for (int i = 0; i < places.size(); i++) {
                if (places.get(i) != i) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public int compareTo(Factor other) {
            int order = Integer.compare(value.node(), other.value.node());
            return order != 0 ? order : places.toString().compareTo(other.places.toString());
        }
    }

    /// What the number is multiplied by, with exponents: what repeats along the summed axes, and what varies.
    record Product(Map<Factor, Integer> factors, Map<Value, Integer> varying) {
        /// The value that varies, where there is just one and nothing is done to it.
        Optional<Value> only() {
            return varying.size() == 1 && varying.containsValue(1)
                    ? Optional.of(varying.keySet().iterator().next())
                    : Optional.empty();
        }
    }

    static Monomial of(double number) {
        return new Monomial(number, ONE.product);
    }

    static Monomial of(Factor factor) {
        return new Monomial(1, new Product(Map.of(factor, 1), Map.of()));
    }

    static Monomial of(Value varying) {
        return new Monomial(1, new Product(Map.of(), Map.of(varying, 1)));
    }

    Monomial times(double number) {
        return new Monomial(coefficient * number, product);
    }

    Monomial times(Monomial other) {
        var factors = new TreeMap<>(product.factors);
        other.product.factors.forEach((f, e) -> factors.merge(f, e, Integer::sum));
        factors.values().removeIf(e -> e == 0);
        var varying = new TreeMap<Value, Integer>((a, b) -> Integer.compare(a.node(), b.node()));
        varying.putAll(product.varying);
        other.product.varying.forEach((v, e) -> varying.merge(v, e, Integer::sum));
        varying.values().removeIf(e -> e == 0);
        return new Monomial(coefficient * other.coefficient, new Product(factors, varying));
    }

    Monomial inverse() {
        var factors = new TreeMap<>(product.factors);
        factors.replaceAll((f, e) -> -e);
        var varying = new TreeMap<Value, Integer>((a, b) -> Integer.compare(a.node(), b.node()));
        varying.putAll(product.varying);
        varying.replaceAll((v, e) -> -e);
        return new Monomial(1 / coefficient, new Product(factors, varying));
    }

    Monomial withoutVarying() {
        return new Monomial(coefficient, new Product(product.factors, Map.of()));
    }
}
