package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.Statement;
import dev.lanewise.compiler.scalar.Basic;
import dev.lanewise.compiler.scalar.Recipe;
import dev.lanewise.compiler.scalar.Recipes;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/// What statements use.
final class Uses {
    /// Of the narrowest vectors.
    private static final int LEAST_LANES = 4;

    private static final Set<Basic> FROM_MEMORY = Set.of(Basic.ADD, Basic.SUB, Basic.MUL, Basic.DIV, Basic.FMA);

    private Uses() {}

    /// The statements of a kernel; a tile's are those of its store.
    static List<Statement> statements(Kernel kernel) {
        return switch (kernel.work()) {
            case Kernel.Nest nest -> nest.body();
            case Kernel.LaneTile tile -> tile.store();
            case Kernel.PatchTile _,
                    Kernel.ExampleTile _,
                    Kernel.RunTile _,
                    Kernel.RowTile _,
                    Kernel.Rearrange _,
                    Kernel.ToRuns _,
                    Kernel.ClearPadding _ -> List.of();
        };
    }

    /// Every statement, those inside others after them.
    static void each(List<Statement> statements, Consumer<Statement> visit) {
        for (var statement : statements) {
            visit.accept(statement);
            switch (statement) {
                case Statement.For loop -> each(loop.body(), visit);
                case Statement.Groups loop -> each(loop.body(), visit);
                case Statement.Vector loop -> each(loop.body(), visit);
                case Statement.Let _, Statement.Set _, Statement.Store _, Statement.Tree _ -> {}
            }
        }
    }

    /// Every expression, those inside others after them.
    static void expressions(List<Statement> statements, Consumer<Expression> visit) {
        each(statements, statement -> {
            switch (statement) {
                case Statement.Let let -> expressions(let.value(), visit);
                case Statement.Set set -> expressions(set.value(), visit);
                case Statement.Store store -> expressions(store.value(), visit);
                case Statement.For _, Statement.Groups _, Statement.Vector _, Statement.Tree _ -> {}
            }
        });
    }

    private static void expressions(Expression expression, Consumer<Expression> visit) {
        visit.accept(expression);
        switch (expression) {
            case Expression.Apply apply -> apply.arguments().forEach(a -> expressions(a, visit));
            case Expression.WhereReal where -> {
                expressions(where.value(), visit);
                expressions(where.otherwise(), visit);
            }
            case Expression.Within within -> expressions(within.value(), visit);
            case Expression.Gather gather -> expressions(gather.row(), visit);
            case Expression.Constant _,
                    Expression.Temporary _,
                    Expression.Load _,
                    Expression.Splat _,
                    Expression.Scalar _,
                    Expression.Position _,
                    Expression.Draw _ -> {}
        }
    }

    /// Whether there is work that is done number by number at every width.
    static boolean singly(List<Statement> statements) {
        var found = new LinkedHashSet<Expression>();
        expressions(statements, e -> {
            if (e instanceof Expression.Draw draw && draw.normal() || e instanceof Expression.Gather) {
                found.add(e);
            }
        });
        return !found.isEmpty();
    }

    /// Whether a loop over the groups leaves padded examples out.
    static boolean leavesOut(Statement.Groups loop) {
        boolean[] found = {false};
        expressions(
                loop.body(),
                e -> found[0] |= e instanceof Expression.WhereReal where && where.group() == loop.variable());
        return found[0];
    }

    /// Whether a kernel has vectors at any width.
    static boolean vectors(Kernel kernel) {
        return switch (kernel.work()) {
            case Kernel.LaneTile _,
                    Kernel.PatchTile _,
                    Kernel.ExampleTile _,
                    Kernel.RunTile _,
                    Kernel.RowTile _,
                    Kernel.Rearrange _,
                    Kernel.ToRuns _ -> true;
            case Kernel.ClearPadding _ -> false;
            case Kernel.Nest nest -> {
                var found = new ArrayList<Statement>();
                each(nest.body(), s -> {
                    if (s instanceof Statement.Tree
                            || s instanceof Statement.Vector loop
                                    && loop.extent() >= LEAST_LANES
                                    && !singly(loop.body())) {
                        found.add(s);
                    }
                });
                yield !found.isEmpty();
            }
        };
    }

    /// The numbers of the random draws.
    static Set<Integer> draws(List<Statement> statements) {
        var numbers = new LinkedHashSet<Integer>();
        expressions(statements, e -> {
            if (e instanceof Expression.Draw draw) {
                numbers.add(draw.number());
            }
        });
        return numbers;
    }

    /// The bits of every constant that stands in a vector.
    static Set<Integer> constants(List<Statement> statements) {
        var bits = new LinkedHashSet<Integer>();
        expressions(statements, e -> {
            switch (e) {
                case Expression.Constant constant -> bits.add(bits(constant.value()));
                case Expression.Within _ -> bits.add(0);
                case Expression.Apply apply ->
                    Recipes.of(apply.op()).steps().stream()
                            .filter(s -> s.operation() == Basic.CONSTANT)
                            .forEach(s -> bits.add(s.bits()));
                default -> {}
            }
        });
        return bits;
    }

    /// The bits of the constants that are used once, as second operands that an operation takes from memory.
    static Set<Integer> operands(List<Statement> statements) {
        var uses = new ArrayList<Integer>();
        var operands = new LinkedHashSet<Integer>();
        expressions(statements, e -> {
            if (e instanceof Expression.Constant constant) {
                uses.add(bits(constant.value()));
            } else if (e instanceof Expression.Apply apply) {
                var recipe = Recipes.of(apply.op());
                for (var step : recipe.steps()) {
                    recipe.constants(step).forEach(uses::add);
                    if (FROM_MEMORY.contains(step.operation())) {
                        constant(apply, recipe, step.b()).ifPresent(operands::add);
                    }
                }
            }
        });
        operands.removeIf(bits -> uses.indexOf(bits) != uses.lastIndexOf(bits));
        return operands;
    }

    private static Optional<Integer> constant(Expression.Apply apply, Recipe recipe, int register) {
        if (register >= recipe.arguments()) {
            return recipe.constant(register);
        }
        return apply.arguments().get(register) instanceof Expression.Constant(double value)
                ? Optional.of(bits(value))
                : Optional.empty();
    }

    private static int bits(double value) {
        return Float.floatToRawIntBits((float) value);
    }

    /// The uniform numbers that are used.
    static Set<Integer> scalars(List<Statement> statements) {
        var numbers = new LinkedHashSet<Integer>();
        expressions(statements, e -> {
            if (e instanceof Expression.Scalar scalar) {
                numbers.add(scalar.number());
            }
        });
        return numbers;
    }

    /// Temporaries that are read, or set, but not introduced.
    static Set<Integer> outer(List<Statement> statements) {
        var numbers = new LinkedHashSet<Integer>();
        expressions(statements, e -> {
            if (e instanceof Expression.Temporary temporary) {
                numbers.add(temporary.number());
            }
        });
        each(statements, s -> {
            if (s instanceof Statement.Let let) {
                numbers.remove(let.temporary());
            }
        });
        return numbers;
    }

    /// Temporaries that are introduced.
    static Set<Integer> introduced(List<Statement> statements) {
        var numbers = new LinkedHashSet<Integer>();
        each(statements, s -> {
            if (s instanceof Statement.Let let) {
                numbers.add(let.temporary());
            }
        });
        return numbers;
    }

    /// Whether there are values that are not there for every element, or made one by one.
    static boolean guarded(List<Statement> statements) {
        boolean[] found = {false};
        expressions(
                statements,
                e -> found[0] |= e instanceof Expression.WhereReal
                        || e instanceof Expression.Within
                        || e instanceof Expression.Draw
                        || e instanceof Expression.Gather);
        return found[0];
    }

    /// The first number from which on no temporary is introduced.
    static int temporaries(List<Statement> statements) {
        int[] free = {1};
        each(statements, s -> {
            if (s instanceof Statement.Let let) {
                free[0] = Math.max(free[0], let.temporary() + 1);
            }
        });
        return free[0];
    }

    static int stride(Index index, int variable) {
        return index.terms().stream()
                .filter(t -> t.variable() == variable)
                .mapToInt(Index.Term::stride)
                .sum();
    }
}
