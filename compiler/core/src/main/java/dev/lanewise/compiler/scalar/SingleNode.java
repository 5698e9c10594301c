package dev.lanewise.compiler.scalar;

import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Value;
import java.util.function.ToDoubleFunction;

/// Nodes as functions of single numbers, in double precision: for whoever asks what a formula does to one number,
/// whatever the shapes are.
public final class SingleNode {

    private SingleNode() {}

    /// The number that the node makes of those of its inputs. A draw counts as its mean; a view, a sum and the like
    /// as what they are of. What other leaves are, the caller knows.
    public static double value(Node node, ToDoubleFunction<Value> numbers) {
        var in = node.inputs();
        return switch (node.prim()) {
            case Prim.Fill(double number) -> number;
            case Prim.Random(boolean normal, int _) -> normal ? 0 : 0.5;
            case Prim.Elementwise(var op) -> {
                double a = numbers.applyAsDouble(in.get(0));
                double b = in.size() > 1 ? numbers.applyAsDouble(in.get(1)) : a;
                yield Float64.apply(op, a, b, in.size() > 2 ? numbers.applyAsDouble(in.get(2)) : a);
            }
            default -> in.isEmpty() ? Double.NaN : numbers.applyAsDouble(in.getFirst());
        };
    }
}
