package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Index;
import dev.lanewise.compiler.loops.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Several neighbouring vectors in one round of a vector loop with sums of products (unroll and jam): what is loaded
/// for all lanes and the loops inside serve them all, and there are enough sums on the way to hide how long each
/// addition takes.
final class Jam {
    /// Vectors that a method can hold without going to memory: AVX-512 has 32, AVX2 16.
    private static final int REGISTERS = 16;
    /// Sums on the way at once, none waiting for another, which keep the adders busy.
    private static final int CHAINS = 4;
    private static final Set<Op> ACCUMULATING = Set.of(Op.FMA, Op.ADD, Op.MAX);

    private final Statement.Vector loop;
    private final int lanes;
    private final int copies;
    private final Set<Integer> varying = new HashSet<>();
    private final int distance;
    private int free;

    private Jam(Statement.Vector loop, int lanes, int copies, int free) {
        this.loop = loop;
        this.lanes = lanes;
        this.copies = copies;
        this.distance = free;
        this.free = copies * free;
    }

    /// How many vectors of `lanes` numbers are worked on at once: the loop must hold sums of products, and there
    /// must be registers for all of them.
    static int copies(Statement.Vector loop, int lanes) {
        var sums = new HashSet<Integer>();
        boolean[] fits = {true};
        boolean[] products = {true};
        Uses.each(loop.body(), s -> {
            if (s instanceof Statement.Set set) {
                sums.add(set.temporary());
                fits[0] &=
                        accumulated(set.value()) instanceof Expression.Apply(Op op, var _) && ACCUMULATING.contains(op);
                products[0] &= set.value() instanceof Expression.Apply(Op op, var _) && op == Op.FMA;
            }
        });
        Uses.expressions(loop.body(), e -> {
            switch (e) {
                case Expression.Within _, Expression.Draw _, Expression.Gather _ -> fits[0] = false;
                case Expression.WhereReal _,
                        Expression.Constant _,
                        Expression.Temporary _,
                        Expression.Load _,
                        Expression.Splat _,
                        Expression.Scalar _,
                        Expression.Position _,
                        Expression.Apply _ -> {}
            }
        });
        if (sums.isEmpty() || !fits[0]) {
            return 1;
        }
        int registers = lanes == 16 ? 2 * REGISTERS : REGISTERS;
        int size = KernelSize.estimate(loop.body());
        int chains = products[0] ? registers : CHAINS;
        int most = products[0] ? KernelSize.MOST : KernelSize.LIGHT;
        int copies = 1;
        while (loop.extent() % (2 * copies * lanes) == 0
                && 2 * copies * (sums.size() + 1) + 2 <= registers
                && 2 * copies * size <= most
                && copies * sums.size() < chains) {
            copies *= 2;
        }
        return copies;
    }

    /// What becomes of a sum where there is an example.
    private static Expression accumulated(Expression value) {
        return value instanceof Expression.WhereReal where ? where.value() : value;
    }

    /// The body of `loop` for so many vectors; temporaries from `free` on are not used anywhere.
    static List<Statement> body(Statement.Vector loop, int lanes, int copies, int free) {
        var jam = new Jam(loop, lanes, copies, free);
        var set = new HashSet<Integer>();
        Uses.each(loop.body(), s -> {
            if (s instanceof Statement.Set each) {
                set.add(each.temporary());
            }
        });
        Uses.each(loop.body(), s -> {
            if (s instanceof Statement.Let let && (set.contains(let.temporary()) || jam.varies(let.value()))) {
                jam.varying.add(let.temporary());
            }
        });
        return jam.all(loop.body());
    }

    /// Whether a value differs from vector to vector.
    private boolean varies(Expression expression) {
        return switch (expression) {
            case Expression.Load _ -> true;
            case Expression.Position position -> Uses.stride(position.index(), loop.variable()) != 0;
            case Expression.Temporary(int number) -> varying.contains(number);
            case Expression.Apply apply -> apply.arguments().stream().anyMatch(this::varies);
            case Expression.Constant _, Expression.Splat _, Expression.Scalar _ -> false;
            case Expression.WhereReal where -> varies(where.value()) || varies(where.otherwise());
            case Expression.Within _, Expression.Draw _, Expression.Gather _ ->
                throw new CompilerBug("a vector of its own: " + expression);
        };
    }

    private List<Statement> all(List<Statement> body) {
        var out = new ArrayList<Statement>();
        for (var statement : body) {
            switch (statement) {
                case Statement.For each -> out.add(new Statement.For(each.variable(), each.extent(), all(each.body())));
                case Statement.Groups each -> out.add(new Statement.Groups(each.variable(), all(each.body())));
                case Statement.Let let when !varying.contains(let.temporary()) -> out.add(let);
                case Statement.Let let -> {
                    var value = shared(let.value(), out);
                    for (int copy = 0; copy < copies; copy++) {
                        out.add(new Statement.Let(renamed(let.temporary(), copy), copy(value, copy)));
                    }
                }
                case Statement.Set set -> {
                    var value = shared(set.value(), out);
                    for (int copy = 0; copy < copies; copy++) {
                        out.add(new Statement.Set(renamed(set.temporary(), copy), copy(value, copy)));
                    }
                }
                case Statement.Store store -> {
                    var value = shared(store.value(), out);
                    for (int copy = 0; copy < copies; copy++) {
                        out.add(new Statement.Store(store.operand(), moved(store.index(), copy), copy(value, copy)));
                    }
                }
                case Statement.Vector _, Statement.Tree _ -> throw new CompilerBug("in a vector loop: " + statement);
            }
        }
        return out;
    }

    /// The value with what is repeated in every lane taken from a temporary, which is introduced once for all
    /// vectors.
    private Expression shared(Expression value, List<Statement> out) {
        return switch (value) {
            case Expression.Splat splat -> {
                int temporary = free++;
                out.add(new Statement.Let(temporary, splat));
                yield new Expression.Temporary(temporary);
            }
            case Expression.Apply apply ->
                new Expression.Apply(
                        apply.op(),
                        apply.arguments().stream().map(a -> shared(a, out)).toList());
            case Expression.WhereReal(int group, var lane, var inner, var otherwise) ->
                new Expression.WhereReal(group, lane, shared(inner, out), shared(otherwise, out));
            default -> value;
        };
    }

    private Expression copy(Expression value, int copy) {
        return switch (value) {
            case Expression.Temporary(int number)
            when varying.contains(number) -> new Expression.Temporary(renamed(number, copy));
            case Expression.Load load -> new Expression.Load(load.operand(), moved(load.index(), copy));
            case Expression.Position position -> new Expression.Position(moved(position.index(), copy));
            case Expression.Apply apply ->
                new Expression.Apply(
                        apply.op(),
                        apply.arguments().stream().map(a -> copy(a, copy)).toList());
            case Expression.WhereReal(int group, var lane, var inner, var otherwise) ->
                new Expression.WhereReal(group, moved(lane, copy), copy(inner, copy), copy(otherwise, copy));
            default -> value;
        };
    }

    private int renamed(int temporary, int copy) {
        return temporary + copy * distance;
    }

    private Index moved(Index index, int copy) {
        int by = Math.multiplyExact(Uses.stride(index, loop.variable()), copy * lanes);
        return new Index(Math.addExact(index.constant(), by), index.terms());
    }
}
