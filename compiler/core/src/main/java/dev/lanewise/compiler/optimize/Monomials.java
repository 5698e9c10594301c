package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.Fill;
import dev.lanewise.compiler.graph.Prim.Sum;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.optimize.Monomial.Factor;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// Values taken apart into factors, for a sum over the axes of `sum`. At most so many nodes are looked at.
final class Monomials {
    private final Sight sight;
    private final Sum sum;
    private int left;

    Monomials(Sight sight, Sum sum, int nodes) {
        this.sight = sight;
        this.sum = sum;
        this.left = nodes;
    }

    /// Whether the nodes were too many: what was given out may be too coarse.
    boolean isExhausted() {
        return left < 0;
    }

    /// A value of the type that is summed.
    Monomial of(Value value) {
        if (--left < 0) {
            return Monomial.of(value);
        }
        return switch (sight.prim(value)) {
            case Fill(var number) when isFactor(number) -> Monomial.of(number);
            case Elementwise(var op) ->
                switch (op) {
                    case MUL -> opened(value, of(sight.input(value, 0)).times(of(sight.input(value, 1))));
                    case DIV ->
                        opened(
                                value,
                                of(sight.input(value, 0))
                                        .times(of(sight.input(value, 1)).inverse()));
                    case NEG -> of(sight.input(value, 0)).times(-1);
                    default -> Monomial.of(value);
                };
            case Broadcast(var shape, var axes, var examples)
            when axes.stream().noneMatch(sum.axes()::contains) && (examples || !sum.examples()) -> {
                var kept = IntStream.range(0, shape.rank())
                        .filter(axis -> !sum.axes().contains(axis))
                        .boxed()
                        .toList();
                yield repeated(
                        sight.input(value, 0), axes.stream().map(kept::indexOf).toList());
            }
            default -> Monomial.of(value);
        };
    }

    /// A product stays whole where that hides nothing.
    private Monomial opened(Value value, Monomial monomial) {
        var product = monomial.product();
        boolean plain = product.factors().keySet().stream().allMatch(f -> sight.isUniform(f.value()));
        return plain && product.varying().size() > 1 ? Monomial.of(value) : monomial;
    }

    /// A value whose axes are the `places` of the sum's result.
    private Monomial repeated(Value value, List<Integer> places) {
        if (--left < 0) {
            return Monomial.of(new Factor(value, places));
        }
        return switch (sight.prim(value)) {
            case Fill(var number) when isFactor(number) -> Monomial.of(number);
            case Elementwise(var op)
            when op == Op.MUL || op == Op.DIV -> {
                var a = repeated(sight.input(value, 0), places);
                var b = repeated(sight.input(value, 1), places);
                yield a.times(op == Op.MUL ? b : b.inverse());
            }
            case Elementwise(var op)
            when op == Op.NEG -> repeated(sight.input(value, 0), places).times(-1);
            case Broadcast(var _, var axes, var _) -> {
                var outer = new ArrayList<Integer>();
                axes.forEach(axis -> outer.add(places.get(axis)));
                yield repeated(sight.input(value, 0), outer);
            }
            default -> Monomial.of(new Factor(value, places));
        };
    }

    private static boolean isFactor(double number) {
        return number != 0 && Double.isFinite(number);
    }
}
