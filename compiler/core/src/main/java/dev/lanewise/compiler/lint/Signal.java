package dev.lanewise.compiler.lint;

import java.util.Arrays;
import java.util.BitSet;

/// What the elements of one value look like, taken together over its units and all examples: samples of a typical
/// element, its mean and its mean square. Element k of two signals belongs together, so that functions of one source
/// stay functions of it.
///
/// `varying` are the axes along which elements differ, [#EXAMPLES] among them when examples do; along the others they
/// repeat.
record Signal(double[] samples, double mean, double square, BitSet varying) {

    /// Stands for the axis of the examples.
    static final int EXAMPLES = 31;

    static Signal of(double[] samples, BitSet varying) {
        double sum = 0;
        double squares = 0;
        for (double x : samples) {
            sum += x;
            squares += x * x;
        }
        return new Signal(samples, sum / samples.length, squares / samples.length, varying);
    }

    static Signal constant(double value, int samples) {
        double[] all = new double[samples];
        Arrays.fill(all, value);
        return new Signal(all, value, value * value, new BitSet());
    }

    double variance() {
        return Math.max(0, square - mean * mean);
    }

    double deviation() {
        return Math.sqrt(variance());
    }

    boolean isConstant() {
        return varying.isEmpty();
    }
}
