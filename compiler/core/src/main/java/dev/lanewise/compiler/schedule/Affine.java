package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.loops.Index;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Arithmetic on affine places. Terms stand in the order of their variables and are never 0, so equal places are
/// equal records.
final class Affine {
    static final Index ZERO = new Index(0, List.of());

    private Affine() {}

    static Index constant(int value) {
        return value == 0 ? ZERO : new Index(value, List.of());
    }

    static Index variable(int variable) {
        return new Index(0, List.of(new Index.Term(variable, 1)));
    }

    static Index plus(Index a, Index b) {
        if (a.terms().isEmpty() && a.constant() == 0) {
            return b;
        }
        if (b.terms().isEmpty()) {
            return b.constant() == 0 ? a : new Index(Math.addExact(a.constant(), b.constant()), a.terms());
        }
        var strides = new TreeMap<Integer, Integer>();
        for (var terms : List.of(a.terms(), b.terms())) {
            for (var term : terms) {
                strides.merge(term.variable(), term.stride(), Math::addExact);
            }
        }
        var terms = new ArrayList<Index.Term>();
        strides.forEach((variable, stride) -> {
            if (stride != 0) {
                terms.add(new Index.Term(variable, stride));
            }
        });
        return new Index(Math.addExact(a.constant(), b.constant()), terms);
    }

    static Index plus(Index a, int constant) {
        return plus(a, constant(constant));
    }

    static Index times(Index a, int factor) {
        if (factor == 0) {
            return ZERO;
        }
        if (factor == 1) {
            return a;
        }
        var terms = a.terms().stream()
                .map(t -> new Index.Term(t.variable(), Math.multiplyExact(t.stride(), factor)))
                .toList();
        return new Index(Math.multiplyExact(a.constant(), factor), terms);
    }

    static int stride(Index a, int variable) {
        for (var term : a.terms()) {
            if (term.variable() == variable) {
                return term.stride();
            }
        }
        return 0;
    }

    /// The row-major place of `coordinates` in `extents`.
    static Index linear(List<Index> coordinates, List<Integer> extents) {
        var place = ZERO;
        for (int axis = 0; axis < extents.size(); axis++) {
            place = plus(times(place, extents.get(axis)), extents.get(axis) == 1 ? ZERO : coordinates.get(axis));
        }
        return place;
    }
}
