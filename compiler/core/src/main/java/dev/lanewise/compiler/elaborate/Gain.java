package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.compiler.scalar.SingleNode;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;

/// By how much weights of variance 1 / fan_in must be larger before an activation, so that layer after layer has mean
/// square 1: the gain g with E f(g z)^2 = 1 for standard normal z. That is the root of 2 for relu (He et al. 2015)
/// and 1 for the identity. Of a function that never reaches 1, such as tanh, the values before it keep the variance 1
/// instead: g = 1 / sqrt(E f(z)^2).
final class Gain {
    /// Beyond eight deviations lies less than a double can tell of.
    private static final double WIDEST = 8;

    private static final int POINTS_PER_UNIT = 64;
    private static final double LARGEST = 8;

    private final Graph graph;
    private final Value input;
    private final Value output;
    private final Map<String, Double> learned;
    private final BitSet needed = new BitSet();

    private Gain(Graph graph, Value input, Value output, Map<String, Double> learned) {
        this.graph = graph;
        this.input = input;
        this.output = output;
        this.learned = learned;
    }

    /// Of the function that makes `output` of `input`, element by element; learned arguments are given. Nothing
    /// where it is another kind of function, or one that has no such gain.
    static Optional<Double> of(Graph graph, Value input, Value output, Map<String, Double> learned) {
        return new Gain(graph, input, output, learned).gain();
    }

    private Optional<Double> gain() {
        needed.set(output.node());
        for (int i = output.node(); i >= 0; i--) {
            if (!needed.get(i) || i == input.node()) {
                continue;
            }
            var node = graph.nodes().get(i);
            if (!isElementwise(node)) {
                return Optional.empty();
            }
            node.inputs().forEach(each -> needed.set(each.node()));
        }
        double low = LARGEST;
        for (double gain = 1 / LARGEST; gain <= LARGEST; gain *= 1.25) {
            if (meanSquare(gain) >= 1) {
                return meanSquare(gain / 1.25) < 1 ? Optional.of(between(gain / 1.25, gain)) : plain();
            }
            low = gain;
        }
        return meanSquare(LARGEST) >= 1 ? Optional.of(between(low, LARGEST)) : plain();
    }

    /// The gain whose mean square is 1.
    private double between(double below, double above) {
        double low = below;
        double high = above;
        for (int i = 0; i < 50; i++) {
            double middle = (low + high) / 2;
            if (meanSquare(middle) < 1) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    private Optional<Double> plain() {
        double gain = 1 / Math.sqrt(meanSquare(1));
        return Double.isFinite(gain) && gain > 0 ? Optional.of(gain) : Optional.empty();
    }

    /// E f(gain z)^2.
    private double meanSquare(double gain) {
        double square = 0;
        double weight = 0;
        double[] values = new double[output.node() + 1];
        for (int k = (int) (-WIDEST * POINTS_PER_UNIT); k <= WIDEST * POINTS_PER_UNIT; k++) {
            double z = (double) k / POINTS_PER_UNIT;
            double density = StrictMath.exp(-z * z / 2);
            double value = at(gain * z, values);
            square += density * value * value;
            weight += density;
        }
        return square / weight;
    }

    private static boolean isElementwise(Node node) {
        return switch (node.prim()) {
            case Prim.Elementwise _,
                    Prim.Fill _,
                    Prim.Random _,
                    Prim.Parameter _,
                    Prim.Broadcast _,
                    Prim.Reshape _,
                    Prim.StopGradient _ -> true;
            default -> false;
        };
    }

    private double at(double z, double[] values) {
        for (int i = needed.nextSetBit(0); i >= 0; i = needed.nextSetBit(i + 1)) {
            values[i] = i == input.node() ? z : value(graph.nodes().get(i), values);
        }
        return values[output.node()];
    }

    private double value(Node node, double[] values) {
        return node.prim() instanceof Prim.Parameter(var name)
                ? learned.getOrDefault(name, 1.0)
                : SingleNode.value(node, input -> values[input.node()]);
    }
}
