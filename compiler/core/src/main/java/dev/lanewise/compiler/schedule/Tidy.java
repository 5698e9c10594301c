package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Puts what a temporary holds where it is used when that is one place and nothing is stored in between, and numbers
/// temporaries in their order. Kernels that do the same work so become equal.
final class Tidy {
    private final Map<Integer, Integer> uses = new HashMap<>();
    private final Set<Integer> changed = new HashSet<>();
    private final Map<Integer, Integer> numbers = new HashMap<>();
    private final Map<Integer, Expression> pending = new LinkedHashMap<>();

    private Tidy() {}

    /// `given` temporaries, from 0, are defined outside and keep their numbers.
    static List<Statement> statements(List<Statement> statements, int given) {
        var tidy = new Tidy();
        for (int i = 0; i < given; i++) {
            tidy.numbers.put(i, i);
            tidy.changed.add(i);
        }
        tidy.count(statements);
        return tidy.block(statements);
    }

    private void count(List<Statement> statements) {
        for (var statement : statements) {
            switch (statement) {
                case Statement.For(int _, int _, var body) -> count(body);
                case Statement.Groups(int _, var body) -> count(body);
                case Statement.Vector(int _, int _, var body) -> count(body);
                case Statement.Let(int _, var value) -> count(value);
                case Statement.Set(int temporary, var value) -> {
                    changed.add(temporary);
                    count(value);
                }
                case Statement.Store(int _, var _, var value) -> count(value);
                case Statement.Tree _ -> {}
            }
        }
    }

    private void count(Expression expression) {
        switch (expression) {
            case Expression.Temporary(int number) -> uses.merge(number, 1, Integer::sum);
            case Expression.Apply(var _, var arguments) -> arguments.forEach(this::count);
            case Expression.WhereReal(int _, var _, var value, var otherwise) -> {
                count(value);
                count(otherwise);
            }
            case Expression.Within(var _, int _, var value) -> count(value);
            case Expression.Gather(int _, var row, int _, int _, var _) -> count(row);
            case Expression.Constant _,
                    Expression.Load _,
                    Expression.Splat _,
                    Expression.Scalar _,
                    Expression.Position _,
                    Expression.Draw _ -> {}
        }
    }

    private List<Statement> block(List<Statement> statements) {
        var out = new ArrayList<Statement>();
        for (var statement : statements) {
            switch (statement) {
                case Statement.For(int variable, int extent, var body) -> {
                    flush(out);
                    out.add(new Statement.For(variable, extent, block(body)));
                }
                case Statement.Groups(int variable, var body) -> {
                    flush(out);
                    out.add(new Statement.Groups(variable, block(body)));
                }
                case Statement.Vector(int variable, int extent, var body) -> {
                    flush(out);
                    out.add(new Statement.Vector(variable, extent, block(body)));
                }
                case Statement.Let(int temporary, var value) -> let(temporary, value, out);
                case Statement.Set(int temporary, var value) -> {
                    var next = put(value);
                    flush(out);
                    out.add(new Statement.Set(CompilerBug.expect(numbers, temporary), next));
                }
                case Statement.Store(int operand, var index, var value) -> {
                    var stored = put(value);
                    flush(out);
                    out.add(new Statement.Store(operand, index, stored));
                }
                case Statement.Tree tree -> {
                    flush(out);
                    out.add(tree);
                }
            }
        }
        flush(out);
        return out;
    }

    private void let(int temporary, Expression value, List<Statement> out) {
        int count = uses.getOrDefault(temporary, 0);
        if (count == 0 && !changed.contains(temporary)) {
            return;
        }
        var known = put(value);
        if (count == 1 && !changed.contains(temporary)) {
            pending.put(temporary, known);
        } else {
            define(temporary, known, out);
        }
    }

    private void define(int temporary, Expression value, List<Statement> out) {
        int number = numbers.size();
        numbers.put(temporary, number);
        out.add(new Statement.Let(number, value));
    }

    private void flush(List<Statement> out) {
        pending.forEach((temporary, value) -> define(temporary, value, out));
        pending.clear();
    }

    private Expression put(Expression expression) {
        return switch (expression) {
            case Expression.Temporary(int number) -> {
                var value = pending.remove(number);
                yield value != null ? value : new Expression.Temporary(CompilerBug.expect(numbers, number));
            }
            case Expression.Apply(var op, var arguments) ->
                apply(op, arguments.stream().map(this::put).toList());
            case Expression.WhereReal(int group, var lane, var value, var otherwise) ->
                new Expression.WhereReal(group, lane, put(value), put(otherwise));
            case Expression.Within(var index, int below, var value) -> new Expression.Within(index, below, put(value));
            case Expression.Gather(int operand, var row, int rows, int stride, var index) ->
                new Expression.Gather(operand, put(row), rows, stride, index);
            default -> expression;
        };
    }

    /// The factors of a product and the terms of a sum in one order, since theirs makes no difference.
    private static Expression apply(Op op, List<Expression> arguments) {
        boolean symmetric = op == Op.MUL || op == Op.ADD || op == Op.FMA;
        if (!symmetric || rank(arguments.get(0)) <= rank(arguments.get(1))) {
            return new Expression.Apply(op, arguments);
        }
        var ordered = new ArrayList<>(arguments);
        ordered.set(0, arguments.get(1));
        ordered.set(1, arguments.get(0));
        return new Expression.Apply(op, ordered);
    }

    private static int rank(Expression expression) {
        return switch (expression) {
            case Expression.Constant _ -> 4;
            case Expression.Scalar _ -> 3;
            case Expression.Splat _ -> 2;
            case Expression.Load _ -> 1;
            default -> 0;
        };
    }
}
