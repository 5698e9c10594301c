package dev.lanewise.compiler.emit.code;

import java.util.ArrayList;
import java.util.List;

/// A whole number of the method that is written: a constant plus multiples of locals.
public record Whole(int constant, List<Term> terms) {

    public static final Whole ZERO = new Whole(0, List.of());

    public Whole {
        terms = List.copyOf(terms);
    }

    public record Term(Local local, int factor) {}

    public static Whole of(int constant) {
        return new Whole(constant, List.of());
    }

    public static Whole of(Local local) {
        return new Whole(0, List.of(new Term(local, 1)));
    }

    public Whole plus(int number) {
        return new Whole(constant + number, terms);
    }

    public Whole plus(Whole other) {
        var sum = new ArrayList<>(terms);
        for (var term : other.terms) {
            add(sum, term);
        }
        return new Whole(constant + other.constant, sum);
    }

    private static void add(List<Term> sum, Term term) {
        for (int i = 0; i < sum.size(); i++) {
            if (sum.get(i).local().equals(term.local())) {
                sum.set(i, new Term(term.local(), sum.get(i).factor() + term.factor()));
                return;
            }
        }
        sum.add(term);
    }

    public Whole times(int factor) {
        if (factor == 0) {
            return ZERO;
        }
        return new Whole(
                constant * factor,
                terms.stream()
                        .map(t -> new Term(t.local(), t.factor() * factor))
                        .toList());
    }

    public boolean isConstant() {
        return terms.isEmpty();
    }
}
