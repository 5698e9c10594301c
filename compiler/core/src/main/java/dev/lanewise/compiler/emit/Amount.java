package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.compiler.loops.Statement;
import dev.lanewise.compiler.scalar.Basic;
import dev.lanewise.compiler.scalar.Recipes;
import dev.lanewise.runtime.model.Layout;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a call has to do at least: floating-point operations (a multiply-add is two, a function such as `exp` those
/// that it is made of) and the bytes that it has to read or write once each, whatever caches there are. Lanes without
/// an example do not count.
public record Amount(double operations, double bytes) {

    public static Amount of(LoopProgram program, int entry, LoopProgram.Call call, int examples) {
        var layout = program.layout();
        var kernel = program.kernels().get(call.kernel());
        var count = new Count(examples / 32.0);
        count.kernel(kernel, call.times());
        double numbers = 0;
        for (int i = 0; i < call.buffers().size(); i++) {
            int buffer = call.buffers().get(i);
            if (buffer >= 0) {
                double size = size(layout.entries().get(entry).buffers().get(buffer), count.groups);
                numbers += Math.min(size, count.reads.getOrDefault(i, 0.0));
                numbers += Math.min(size, count.writes.getOrDefault(i, 0.0));
            }
        }
        return new Amount(count.operations, numbers * (layout.doublePrecision() ? Double.BYTES : Float.BYTES));
    }

    private static double size(Layout.Buffer buffer, double groups) {
        return buffer.perExample() ? buffer.size() * groups : buffer.size();
    }

    /// Counts what is done and how often each operand is touched.
    private static final class Count {
        private final double groups;
        private double operations;
        private final Map<Integer, Double> reads = new HashMap<>();
        private final Map<Integer, Double> writes = new HashMap<>();

        Count(double groups) {
            this.groups = groups;
        }

        void kernel(Kernel kernel, int times) {
            double units = (double) times * kernel.unitsPerGroup() * (kernel.perGroup() ? groups : 1);
            switch (kernel.work()) {
                case Kernel.Nest nest -> all(nest.body(), units);
                case Kernel.LaneTile tile -> {
                    product(units * 32 * tile.depth());
                    all(tile.store(), units * 32);
                }
                case Kernel.ExampleTile tile -> {
                    product(units * tile.columns() * 32 * groups);
                    writes.put(2, units * tile.columns());
                }
                case Kernel.RunTile tile -> {
                    product(units
                            * tile.columns()
                            * tile.places()
                            * tile.inner().extent()
                            * groups);
                    writes.put(2, units * tile.columns());
                }
                case Kernel.PatchTile tile -> {
                    double results = units * tile.row().extent() * 32;
                    product(results * tile.products());
                    writes.put(2, results);
                }
                case Kernel.RowTile tile -> {
                    double results = units * tile.row().extent() * tile.columns();
                    product(results
                            * tile.depth().stream()
                                    .mapToDouble(Kernel.Axis::extent)
                                    .reduce(1, (a, b) -> a * b));
                    writes.put(2, results);
                }
                case Kernel.Rearrange(int size, var _, var _) -> {
                    reads.put(0, size * 32 * groups);
                    writes.put(1, size * 32 * groups);
                }
                case Kernel.ToRuns move -> {
                    reads.put(0, 32.0 * move.places() * move.columns() * groups);
                    writes.put(1, 32.0 * move.places() * move.runs().length() * groups);
                }
                case Kernel.ClearPadding _ -> {}
            }
        }

        private void product(double multiplyAdds) {
            operations += 2 * multiplyAdds;
            reads.put(0, multiplyAdds);
            reads.put(1, multiplyAdds);
        }

        private void all(List<Statement> statements, double times) {
            statements.forEach(statement -> statement(statement, times));
        }

        private void statement(Statement statement, double times) {
            switch (statement) {
                case Statement.For loop -> all(loop.body(), times * loop.extent());
                case Statement.Vector loop -> all(loop.body(), times * loop.extent());
                case Statement.Groups loop -> all(loop.body(), times * groups);
                case Statement.Let let -> expression(let.value(), times);
                case Statement.Set set -> expression(set.value(), times);
                case Statement.Store store -> {
                    expression(store.value(), times);
                    writes.merge(store.operand(), times, Double::sum);
                }
                case Statement.Tree tree -> {
                    operations += 31 * times * tree.count();
                    writes.merge(tree.operand(), times * tree.count(), Double::sum);
                }
            }
        }

        private void expression(Expression expression, double times) {
            switch (expression) {
                case Expression.Apply apply -> {
                    operations += times
                            * Recipes.of(apply.op()).steps().stream()
                                    .mapToInt(step -> weight(step.operation()))
                                    .sum();
                    apply.arguments().forEach(argument -> expression(argument, times));
                }
                case Expression.Load load -> reads.merge(load.operand(), times, Double::sum);
                case Expression.Splat splat -> reads.merge(splat.operand(), times, Double::sum);
                case Expression.Gather gather -> {
                    reads.merge(gather.operand(), times, Double::sum);
                    expression(gather.row(), times);
                }
                case Expression.WhereReal where -> expression(where.value(), times);
                case Expression.Within within -> expression(within.value(), times);
                case Expression.Constant _,
                        Expression.Temporary _,
                        Expression.Scalar _,
                        Expression.Position _,
                        Expression.Draw _ -> {}
            }
        }

        private static int weight(Basic operation) {
            return switch (operation) {
                case CONSTANT, TO_BITS, FROM_BITS -> 0;
                case FMA -> 2;
                default -> 1;
            };
        }
    }
}
