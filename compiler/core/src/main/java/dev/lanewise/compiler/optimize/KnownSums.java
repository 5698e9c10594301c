package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Prim.Sum;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.optimize.Monomial.Factor;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/// The sums that a graph holds so far, by what varies in them: each is taken apart once, however many come after it.
final class KnownSums {
    /// What is looked at for one sum.
    static final int NODES = 200;

    /// Sums that may be multiples of each other.
    private record Kind(Sum sum, Type summed) {}

    private final Sight sight;
    private final Map<Kind, Map<Map<Value, Integer>, Monomial>> sums = new HashMap<>();
    private int examined;

    KnownSums(Sight sight) {
        this.sight = sight;
    }

    /// What a sum of the same kind comes to, for what varies in it.
    Map<Map<Value, Integer>, Monomial> of(Sum sum, Type summed) {
        for (; examined < sight.out().size(); examined++) {
            var value = new Value(examined);
            if (sight.prim(value) instanceof Sum own) {
                note(value, own);
            }
        }
        return sums.getOrDefault(new Kind(sum, summed), Map.of());
    }

    private void note(Value value, Sum sum) {
        var input = sight.input(value, 0);
        var monomials = new Monomials(sight, sum, NODES);
        var monomial = monomials.of(input);
        var varying = monomial.product().varying();
        if (!monomials.isExhausted() && !varying.isEmpty()) {
            int rank = sight.type(value).shape().rank();
            var places = IntStream.range(0, rank).boxed().toList();
            var total = Monomial.of(new Factor(value, places));
            sums.computeIfAbsent(new Kind(sum, sight.type(input)), _ -> new HashMap<>())
                    .putIfAbsent(varying, total.times(monomial.withoutVarying().inverse()));
        }
    }
}
