package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A loop that finds one maximum, as several loops side by side: each comparison takes long and waits for the one
/// before it, and a maximum is the same in any order.
final class Chains {
    private static final int COUNT = 4;
    /// Temporaries of the chains, which no kernel has.
    private static final int NAMES = -1;

    private final Statement.For loop;
    private final Set<Integer> own;

    private Chains(Statement.For loop) {
        this.loop = loop;
        this.own = Uses.introduced(loop.body());
    }

    /// Whether all that the loop does is to find one maximum of elements that are made from memory.
    static boolean pays(Statement.For loop) {
        return loop.extent() >= 2 * COUNT
                && KernelSize.estimate(loop.body()) * COUNT <= KernelSize.LIGHT
                && loop.body().getLast() instanceof Statement.Set(int most, Expression.Apply(var op, var of))
                && op == Op.MAX
                && of.getFirst().equals(new Expression.Temporary(most))
                && loop.body().stream()
                                .filter(s -> !(s instanceof Statement.Let))
                                .count()
                        == 1
                && !Uses.guarded(loop.body());
    }

    static List<Statement> of(Statement.For loop) {
        return new Chains(loop).all();
    }

    private List<Statement> all() {
        var out = new ArrayList<Statement>();
        var most = ((Statement.Set) loop.body().getLast()).temporary();
        for (int chain = 1; chain < COUNT; chain++) {
            out.add(new Statement.Let(name(most, chain), new Expression.Temporary(most)));
        }
        var body = new ArrayList<Statement>();
        for (int chain = 0; chain < COUNT; chain++) {
            add(body, most, chain, COUNT, chain);
        }
        out.add(new Statement.For(loop.variable(), loop.extent() / COUNT, body));
        for (int rest = loop.extent() / COUNT * COUNT; rest < loop.extent(); rest++) {
            add(out, most, 0, 0, rest);
        }
        for (int chain = 1; chain < COUNT; chain++) {
            var both = List.<Expression>of(new Expression.Temporary(most), new Expression.Temporary(name(most, chain)));
            out.add(new Statement.Set(most, new Expression.Apply(Op.MAX, both)));
        }
        return out;
    }

    /// What the loop does at `times` its variable and `plus`, for the maximum of a chain.
    private void add(List<Statement> out, int most, int chain, int times, int plus) {
        for (var statement : loop.body()) {
            switch (statement) {
                case Statement.Let(int temporary, var value) ->
                    out.add(new Statement.Let(name(temporary, chain), at(value, most, chain, times, plus)));
                case Statement.Set(int temporary, var value) ->
                    out.add(new Statement.Set(name(temporary, chain), at(value, most, chain, times, plus)));
                default -> throw new IllegalArgumentException("no loop of one maximum: " + statement);
            }
        }
    }

    private static int name(int temporary, int chain) {
        return chain == 0 ? temporary : NAMES - temporary * COUNT - chain;
    }

    private Expression at(Expression value, int most, int chain, int times, int plus) {
        return switch (value) {
            case Expression.Temporary(int number) ->
                new Expression.Temporary(number == most || own.contains(number) ? name(number, chain) : number);
            case Expression.Load(int operand, var index) -> new Expression.Load(operand, at(index, times, plus));
            case Expression.Splat(int operand, var index) -> new Expression.Splat(operand, at(index, times, plus));
            case Expression.Position(var index) -> new Expression.Position(at(index, times, plus));
            case Expression.Apply(var op, var arguments) ->
                new Expression.Apply(
                        op,
                        arguments.stream()
                                .map(a -> at(a, most, chain, times, plus))
                                .toList());
            default -> value;
        };
    }

    private Index at(Index index, int times, int plus) {
        int stride = Uses.stride(index, loop.variable());
        var terms = new ArrayList<Index.Term>();
        for (var term : index.terms()) {
            if (term.variable() != loop.variable()) {
                terms.add(term);
            } else if (times != 0) {
                terms.add(new Index.Term(term.variable(), term.stride() * times));
            }
        }
        return new Index(index.constant() + stride * plus, terms);
    }
}
