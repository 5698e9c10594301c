package dev.lanewise.benchmarks;

import static dev.lanewise.benchmarks.VectorMath.LANES;
import static dev.lanewise.benchmarks.VectorMath.load;
import static dev.lanewise.benchmarks.VectorMath.splat;

import java.util.Arrays;
import jdk.incubator.vector.VectorOperators;

/// `cross_entropy((w + x)^2, y)`: a few examples at a time, whose exponentials stay in the nearest memory, and whose
/// gradients are added up there; the true class is one number of an example and is looked up.
record SoftmaxLoops(
        float[] x,
        int[] classes,
        float[] weight,
        float rate,
        float[] exponentials,
        float[] gradients,
        float[] highest,
        float[] sums)
        implements FusedLoops {

    SoftmaxLoops(float[] x, int[] classes, float[] weight, float rate) {
        this(
                x,
                classes,
                weight,
                rate,
                new float[weight.length * LANES],
                new float[weight.length * LANES],
                new float[LANES],
                new float[LANES]);
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

    /// Of the examples that one vector holds, from `i` on. Its parts hand on arrays: a vector that comes from
    /// elsewhere is an object.
    private double examples(int i) {
        findHighest(i);
        exponentiate(i);
        backward(i);
        double loss = 0;
        for (int lane = 0; lane < LANES; lane++) {
            int own = classes[i + lane];
            float z = weight[own] + x[i + lane];
            gradients[own * LANES + lane] -= z;
            loss += Math.log(sums[lane]) + highest[lane] - z * z;
        }
        return loss;
    }

    /// Two at a time, as one comparison waits for the one before it.
    private void findHighest(int i) {
        var xs = load(x, i);
        var even = splat(0);
        var odd = even;
        for (int u = 0; u < weight.length; u += 2) {
            var first = xs.add(splat(weight[u]));
            var second = xs.add(splat(weight[u + 1]));
            even = VectorMath.larger(even, first.mul(first));
            odd = VectorMath.larger(odd, second.mul(second));
        }
        VectorMath.larger(even, odd).intoArray(highest, 0);
    }

    private void exponentiate(int i) {
        var xs = load(x, i);
        var lowered = load(highest, 0).neg();
        var sum = splat(0);
        for (int u = 0; u < weight.length; u++) {
            var z = xs.add(splat(weight[u]));
            var e = VectorMath.expOfNegative(z.fma(z, lowered));
            sum = sum.add(e);
            e.intoArray(exponentials, u * LANES);
        }
        sum.intoArray(sums, 0);
    }

    private void backward(int i) {
        var xs = load(x, i);
        var share = splat(1).div(load(sums, 0));
        for (int u = 0; u < weight.length; u++) {
            var z = xs.add(splat(weight[u])).mul(share);
            z.fma(load(exponentials, u * LANES), load(gradients, u * LANES)).intoArray(gradients, u * LANES);
        }
    }
}
