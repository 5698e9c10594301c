package dev.lanewise.compiler.lint;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import java.util.BitSet;
import java.util.List;

/// Signals whose elements are those of others in other places, and along which axes they differ.
final class SignalViews {
    private final Draws draws;
    private final int samples;

    SignalViews(Draws draws, int samples) {
        this.draws = draws;
        this.samples = samples;
    }

    /// The axes along which all elements of such a value may differ.
    static BitSet varying(Type type) {
        var axes = new BitSet();
        for (int axis = 0; axis < type.shape().rank(); axis++) {
            axes.set(axis, type.shape().extent(axis) > 1);
        }
        axes.set(Signal.EXAMPLES, type.perExample());
        return axes;
    }

    static BitSet without(BitSet varying, List<Integer> axes, boolean overExamples) {
        var left = new BitSet();
        int to = 0;
        for (int axis = 0; axis < Signal.EXAMPLES; axis++) {
            if (!axes.contains(axis)) {
                left.set(to++, varying.get(axis));
            }
        }
        left.clear(Signal.EXAMPLES);
        left.set(Signal.EXAMPLES, varying.get(Signal.EXAMPLES) && !overExamples);
        return left;
    }

    static Signal with(Signal signal, BitSet varying) {
        return new Signal(signal.samples(), signal.mean(), signal.square(), varying);
    }

    /// The same elements, which differ along every axis that there is.
    static Signal spread(Signal signal, Type type) {
        var varying = varying(type);
        varying.set(Signal.EXAMPLES, signal.varying().get(Signal.EXAMPLES));
        return with(signal, varying);
    }

    static Signal broadcast(Signal signal, List<Integer> axes) {
        var varying = new BitSet();
        for (int axis = 0; axis < axes.size(); axis++) {
            varying.set(axes.get(axis), signal.varying().get(axis));
        }
        varying.set(Signal.EXAMPLES, signal.varying().get(Signal.EXAMPLES));
        return with(signal, varying);
    }

    static Signal transposed(Signal signal, List<Integer> order) {
        var varying = new BitSet();
        for (int axis = 0; axis < order.size(); axis++) {
            varying.set(axis, signal.varying().get(order.get(axis)));
        }
        varying.set(Signal.EXAMPLES, signal.varying().get(Signal.EXAMPLES));
        return with(signal, varying);
    }

    static double ratio(Type of, Type to) {
        return (double) size(of) / size(to);
    }

    static long size(Type type) {
        Shape shape = type.shape();
        return Math.max(1, shape.size());
    }

    /// Zeros in the places that are new.
    Signal padded(Signal signal, Type before, Type after) {
        double kept = ratio(before, after);
        double[] chosen = draws.uniform();
        double[] numbers = new double[samples];
        for (int k = 0; k < samples; k++) {
            numbers[k] = chosen[k] < kept ? signal.samples()[k] : 0;
        }
        var varying = varying(after);
        varying.set(Signal.EXAMPLES, signal.varying().get(Signal.EXAMPLES));
        return new Signal(numbers, kept * signal.mean(), kept * signal.square(), varying);
    }

    Signal concat(Graph graph, Node node, List<Signal> in) {
        double[] chosen = draws.uniform();
        double whole = size(node.type());
        double mean = 0;
        double square = 0;
        double[] numbers = new double[samples];
        double from = 0;
        for (int i = 0; i < in.size(); i++) {
            double share = size(graph.type(node.inputs().get(i))) / whole;
            mean += share * in.get(i).mean();
            square += share * in.get(i).square();
            for (int k = 0; k < samples; k++) {
                if (chosen[k] >= from && chosen[k] < from + share) {
                    numbers[k] = in.get(i).samples()[k];
                }
            }
            from += share;
        }
        return new Signal(numbers, mean, square, varying(node.type()));
    }
}
