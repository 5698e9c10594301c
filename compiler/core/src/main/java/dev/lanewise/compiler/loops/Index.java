package dev.lanewise.compiler.loops;

import java.util.List;

/// An affine place in an operand, relative to its first element: `constant + sum of stride * variable`.
public record Index(int constant, List<Term> terms) {
    public Index {
        terms = List.copyOf(terms);
    }

    public record Term(int variable, int stride) {}
}
