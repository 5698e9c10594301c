package dev.lanewise.benchmarks;

import static dev.lanewise.benchmarks.VectorMath.LANES;
import static dev.lanewise.benchmarks.VectorMath.SPECIES;
import static dev.lanewise.benchmarks.VectorMath.load;
import static dev.lanewise.benchmarks.VectorMath.splat;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// `cross_entropy((w + x)^2, y)`: a few examples at a time, whose exponentials stay in the nearest memory, and whose
/// gradients are added up there; the true class is one number of an example and is looked up.
record SoftmaxLoops(float[] x, int[] classes, float[] weight, float rate, float[] exponentials, float[] gradients)
        implements FusedLoops {

    SoftmaxLoops(float[] x, int[] classes, float[] weight, float rate) {
        this(x, classes, weight, rate, new float[weight.length * LANES], new float[weight.length * LANES]);
    }

    @Override
    public double step() {
        Arrays.fill(gradients, 0);
        double loss = 0;
        for (int i = 0; i < x.length; i += LANES) {
            loss += examples(i);
        }
        for (int u = 0; u < weight.length; u++) {
            weight[u] -= rate * (2f / x.length) * load(gradients, u * LANES).reduceLanes(VectorOperators.ADD);
        }
        return loss / x.length;
    }

    /// Of the examples that one vector holds, from `i` on.
    private double examples(int i) {
        var xs = load(x, i);
        var highest = highest(xs);
        var sum = exponentials(xs, highest);
        backward(xs, splat(1).div(sum));
        double loss = sum.lanewise(VectorOperators.LOG).add(highest).reduceLanes(VectorOperators.ADD);
        for (int lane = 0; lane < LANES; lane++) {
            int own = classes[i + lane];
            float z = weight[own] + x[i + lane];
            gradients[own * LANES + lane] -= z;
            loss -= z * z;
        }
        return loss;
    }

    /// Two at a time, as one comparison waits for the one before it.
    private FloatVector highest(FloatVector xs) {
        var even = splat(Float.NEGATIVE_INFINITY);
        var odd = even;
        for (int u = 0; u < weight.length; u += 2) {
            var first = xs.add(weight[u]);
            var second = xs.add(weight[u + 1]);
            even = VectorMath.larger(even, first.mul(first));
            odd = VectorMath.larger(odd, second.mul(second));
        }
        return VectorMath.larger(even, odd);
    }

    private FloatVector exponentials(FloatVector xs, FloatVector highest) {
        var sum = FloatVector.zero(SPECIES);
        var negative = highest.neg();
        for (int u = 0; u < weight.length; u++) {
            var z = xs.add(weight[u]);
            var e = VectorMath.expOfNegative(z.fma(z, negative));
            sum = sum.add(e);
            e.intoArray(exponentials, u * LANES);
        }
        return sum;
    }

    private void backward(FloatVector xs, FloatVector share) {
        for (int u = 0; u < weight.length; u++) {
            var z = xs.add(weight[u]).mul(share);
            z.fma(load(exponentials, u * LANES), load(gradients, u * LANES)).intoArray(gradients, u * LANES);
        }
    }
}
