package dev.lanewise.cli;

import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.scalar.Float64;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/// A function that a search tries: its formula in x, in the notation of the language, and what it computes.
record Candidate(String formula, int operations, DoubleUnaryOperator function) {
    private static final int PLACES = 201;
    private static final double REACH = 8;
    /// Beyond this no function is useful so near to 0.
    private static final double LARGEST = 1e4;

    private static final List<Candidate> UNARY = List.of(
            new Candidate("x", 0, x -> x),
            new Candidate("-x", 1, x -> -x),
            new Candidate("abs(x)", 1, Math::abs),
            new Candidate("x ^ 2", 1, x -> x * x),
            new Candidate("max(x, 0)", 1, x -> Math.max(x, 0)),
            new Candidate("sigmoid(x)", 1, of(Op.SIGMOID)),
            new Candidate("tanh(x)", 1, of(Op.TANH)),
            new Candidate("erf(x)", 1, of(Op.ERF)),
            new Candidate("sin(x)", 1, of(Op.SIN)),
            new Candidate("exp(-x)", 2, x -> StrictMath.exp(-x)),
            new Candidate("sqrt(abs(x))", 2, x -> Math.sqrt(Math.abs(x))),
            new Candidate("log(1 + exp(x))", 3, x -> StrictMath.log1p(StrictMath.exp(x))));

    private static DoubleUnaryOperator of(Op op) {
        return x -> Float64.apply(op, x, 0, 0);
    }

    /// How two functions become one.
    private enum Binary {
        PRODUCT,
        GATE,
        LARGER,
        SMALLER,
        SUM
    }

    /// All different functions that one or two unary functions and a binary one make, the simplest first: no
    /// straight lines, nothing infinite. Turned around or upside down a function is the same, since weights have
    /// both signs.
    static List<Candidate> all() {
        var composed = new ArrayList<>(UNARY);
        for (var binary : Binary.values()) {
            for (var a : UNARY) {
                for (var b : UNARY) {
                    composed.add(compose(binary, a, b));
                }
            }
        }
        composed.sort(Comparator.comparingInt(Candidate::operations));
        var seen = new HashSet<List<Long>>();
        return composed.stream()
                .filter(candidate -> candidate.isCurved() && seen.add(candidate.family()))
                .toList();
    }

    private static Candidate compose(Binary binary, Candidate a, Candidate b) {
        var left = a.formula.startsWith("-") ? "(" + a.formula + ")" : a.formula;
        var right = b.formula.startsWith("-") ? "(" + b.formula + ")" : b.formula;
        var f = a.function;
        var g = b.function;
        int operations = a.operations + b.operations + 1;
        return switch (binary) {
            case PRODUCT ->
                new Candidate(left + " * " + right, operations, x -> f.applyAsDouble(x) * g.applyAsDouble(x));
            case GATE ->
                new Candidate(
                        left + " * sigmoid(" + b.formula + ")",
                        operations + 1,
                        x -> f.applyAsDouble(x) * Float64.apply(Op.SIGMOID, g.applyAsDouble(x), 0, 0));
            case LARGER ->
                new Candidate(
                        "max(" + a.formula + ", " + b.formula + ")",
                        operations,
                        x -> Math.max(f.applyAsDouble(x), g.applyAsDouble(x)));
            case SMALLER ->
                new Candidate(
                        "min(" + a.formula + ", " + b.formula + ")",
                        operations,
                        x -> Math.min(f.applyAsDouble(x), g.applyAsDouble(x)));
            case SUM ->
                new Candidate(
                        a.formula + (b.formula.startsWith("-") ? " - " + b.formula.substring(1) : " + " + b.formula),
                        operations,
                        x -> f.applyAsDouble(x) + g.applyAsDouble(x));
        };
    }

    private static double place(int i) {
        return REACH * (2.0 * i / (PLACES - 1) - 1);
    }

    private boolean isCurved() {
        double bend = 0;
        double largest = 0;
        for (int i = 0; i < PLACES; i++) {
            double value = function.applyAsDouble(place(i));
            if (!(Math.abs(value) <= LARGEST)) {
                return false;
            }
            largest = Math.max(largest, Math.abs(value));
            if (i > 1) {
                double between = function.applyAsDouble(place(i - 1));
                bend = Math.max(bend, Math.abs(function.applyAsDouble(place(i - 2)) - 2 * between + value));
            }
        }
        return bend > 1e-9 * largest;
    }

    /// What a function has in common with those that it becomes when x or the value changes its sign.
    private List<Long> family() {
        var own = signature();
        var forms = new ArrayList<List<Long>>();
        for (var form : List.of(own, own.reversed())) {
            forms.add(form);
            forms.add(form.stream().map(value -> -value).toList());
        }
        return forms.stream().min(Candidate::order).orElse(own);
    }

    private static int order(List<Long> a, List<Long> b) {
        for (int i = 0; i < a.size(); i++) {
            int order = Long.compare(a.get(i), b.get(i));
            if (order != 0) {
                return order;
            }
        }
        return 0;
    }

    /// What functions that are the same have in common: values, to nine digits behind the point.
    List<Long> signature() {
        return signature(function);
    }

    static List<Long> signature(DoubleUnaryOperator function) {
        var values = new ArrayList<Long>();
        for (int i = 0; i < PLACES; i++) {
            values.add(Math.round(function.applyAsDouble(place(i)) * 1e9));
        }
        return values;
    }
}
