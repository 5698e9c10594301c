package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.List;

/// Products as lists of their factors.
final class Factors {
    /// The most factors that are looked for.
    private static final int MOST = 8;

    private Factors() {}

    /// The factors of a product, numbers of the run last. What is read elsewhere too stays whole, but for a number
    /// that the product itself is multiplied by.
    static List<Value> of(Value product, Sight sight) {
        var open = new ArrayList<>(List.of(product));
        var factors = new ArrayList<Value>();
        var numbers = new ArrayList<Value>();
        while (!open.isEmpty()) {
            var at = open.removeLast();
            boolean opens = sight.is(at, Op.MUL) && (sight.uses(at) == 1 || at.equals(product) && scales(at, sight));
            if (opens && open.size() + factors.size() + numbers.size() < MOST) {
                open.add(sight.input(at, 1));
                open.add(sight.input(at, 0));
            } else {
                (sight.isUniform(at) ? numbers : factors).add(at);
            }
        }
        factors.addAll(numbers);
        return factors;
    }

    private static boolean scales(Value product, Sight sight) {
        return sight.isUniform(sight.input(product, 0)) != sight.isUniform(sight.input(product, 1));
    }

    static Value product(List<Value> factors, Arithmetic m) {
        var product = factors.getFirst();
        for (var factor : factors.subList(1, factors.size())) {
            product = m.mul(product, factor);
        }
        return product;
    }
}
