package dev.lanewise.compiler.optimize;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Prim.Broadcast;
import dev.lanewise.compiler.graph.Prim.Elementwise;
import dev.lanewise.compiler.graph.Prim.Fill;
import dev.lanewise.compiler.graph.Prim.Reshape;
import dev.lanewise.compiler.graph.Prim.Run;
import dev.lanewise.compiler.graph.Prim.StopGradient;
import dev.lanewise.compiler.graph.Prim.Transpose;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Predicate;

/// What a rule sees: the graph that is being built, and what is known of its values.
final class Sight {

    private final Graph.Builder out;
    /// How often values were read before, by the pass's copy; 0 for what it has added.
    private int[] uses = new int[64];
    private final BitSet uniform = new BitSet();
    private int examined;
    private final KnownSums knownSums = new KnownSums(this);
    private int changes;

    Sight(Graph.Builder out) {
        this.out = out;
    }

    Graph.Builder out() {
        return out;
    }

    Arithmetic math(Origin origin) {
        return new Arithmetic(out, origin);
    }

    Node node(Value value) {
        return out.node(value);
    }

    Prim prim(Value value) {
        return out.node(value).prim();
    }

    Type type(Value value) {
        return out.type(value);
    }

    boolean is(Value value, Op op) {
        return prim(value) instanceof Elementwise(var own) && own == op;
    }

    Value input(Value value, int k) {
        return out.node(value).inputs().get(k);
    }

    /// The number that stands in every element, where it is known.
    OptionalDouble constant(Value value) {
        var at = value;
        while (isView(prim(at))) {
            at = input(at, 0);
        }
        return prim(at) instanceof Fill(var number) ? OptionalDouble.of(number) : OptionalDouble.empty();
    }

    private static boolean isView(Prim prim) {
        return prim instanceof Broadcast
                || prim instanceof Reshape
                || prim instanceof Transpose
                || prim instanceof StopGradient;
    }

    boolean isConstant(Value value, double number) {
        var known = constant(value);
        return known.isPresent() && known.getAsDouble() == number;
    }

    /// Without a stream: it is asked of every node.
    boolean all(List<Value> values, Predicate<Value> test) {
        for (int i = 0; i < values.size(); i++) {
            if (!test.test(values.get(i))) {
                return false;
            }
        }
        return true;
    }

    boolean isConstant(Value value) {
        return constant(value).isPresent();
    }

    /// The scalar that a value repeats; the value itself when it repeats none.
    Value repeated(Value value) {
        return prim(value) instanceof Broadcast && type(input(value, 0)).shape().rank() == 0 ? input(value, 0) : value;
    }

    /// Whether all elements are one number that depends on the run alone.
    boolean isUniform(Value value) {
        var scalar = repeated(value);
        for (; examined <= scalar.node(); examined++) {
            uniform.set(examined, uniform(out.node(new Value(examined))));
        }
        return uniform.get(scalar.node());
    }

    private boolean uniform(Node node) {
        if (node.type().perExample() || node.type().shape().rank() > 0) {
            return false;
        }
        return switch (node.prim()) {
            case Fill _, Run _ -> true;
            case Elementwise _ -> all(node.inputs(), v -> uniform.get(v.node()));
            default -> false;
        };
    }

    KnownSums knownSums() {
        return knownSums;
    }

    /// How often the value was read before this pass; 1 for what the pass has added.
    int uses(Value value) {
        return value.node() < uses.length ? Math.max(1, uses[value.node()]) : 1;
    }

    void noteUses(Value value, int count) {
        if (value.node() >= uses.length) {
            uses = Arrays.copyOf(uses, Math.max(value.node() + 1, 2 * uses.length));
        }
        uses[value.node()] += count;
    }

    void noteChange() {
        changes++;
    }

    /// Whether no rule has applied, and no two nodes have become one.
    boolean unchanged(int nodes) {
        return changes == 0 && out.size() == nodes;
    }

    /// Whether a value is 1 at one index along `axis` and 0 elsewhere: `one_hot` of a class of the data, whose
    /// reader has seen that it is in range.
    boolean isOneHot(Value value, int axis) {
        return is(value, Op.EQ)
                && (isPositions(input(value, 0), axis) && isClass(input(value, 1), axis)
                        || isPositions(input(value, 1), axis) && isClass(input(value, 0), axis));
    }

    /// The class of a one-hot value of one axis, for each example.
    Value index(Value oneHot) {
        int k = isPositions(input(oneHot, 0), 0) ? 1 : 0;
        return math(node(oneHot).origin()).broadcast(input(input(oneHot, k), 0), Type.example(Shape.of()));
    }

    private boolean isClass(Value value, int axis) {
        var source = value;
        while (isView(prim(source))) {
            source = input(source, 0);
        }
        double number = constant(source).orElse(-1);
        boolean known = number >= 0
                && number == Math.rint(number)
                && number < type(value).shape().extent(axis);
        return isConstantAlong(value, axis) && (known || prim(source) instanceof Prim.Input);
    }

    private boolean isPositions(Value value, int axis) {
        return switch (prim(value)) {
            case Prim.Positions(var own) -> own == axis;
            case Broadcast(var _, var axes, var _) ->
                axes.contains(axis) && isPositionsSource(input(value, 0), axes.indexOf(axis));
            default -> false;
        };
    }

    private boolean isPositionsSource(Value value, int axis) {
        return prim(value) instanceof Prim.Positions(var own) && own == axis;
    }

    /// Whether a value repeats itself along an axis.
    boolean isConstantAlong(Value value, int axis) {
        return prim(value) instanceof Broadcast(var _, List<Integer> axes, var _) && !axes.contains(axis);
    }
}
