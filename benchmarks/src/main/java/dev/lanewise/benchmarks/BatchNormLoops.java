package dev.lanewise.benchmarks;

import static dev.lanewise.benchmarks.VectorMath.LANES;
import static dev.lanewise.benchmarks.VectorMath.SPECIES;
import static dev.lanewise.benchmarks.VectorMath.load;
import static dev.lanewise.benchmarks.VectorMath.splat;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// `mean((batch_norm((w + x)^2) - y)^2)`: each unit by itself in four passes over its batch, the sums of one being
/// what the next needs: mean; variance; the loss and the two sums of the backward pass; the gradient of `w`.
record BatchNormLoops(
        float[] x,
        float[] y,
        float[] weight,
        float rate,
        float[] scale,
        float[] shift,
        float[] means,
        float[] variances)
        implements FusedLoops {

    BatchNormLoops(float[] x, float[] y, float[] weight, float rate) {
        this(x, y, weight, rate, ones(weight.length), zeros(weight), zeros(weight), ones(weight.length));
    }

    private static float[] zeros(float[] like) {
        return new float[like.length];
    }

    private static float[] ones(int size) {
        var ones = new float[size];
        Arrays.fill(ones, 1);
        return ones;
    }

    @Override
    public double step() {
        double loss = 0;
        for (int u = 0; u < weight.length; u++) {
            loss += unit(u);
        }
        return loss / ((double) x.length * weight.length);
    }

    private double unit(int u) {
        int n = x.length;
        var w = splat(weight[u]);
        float mean = sum(w) / n;
        float variance = squares(w, mean) / n;
        means[u] = 0.9f * means[u] + 0.1f * mean;
        variances[u] = 0.9f * variances[u] + 0.1f * variance * n / (n - 1);
        float inverse = (float) (1 / Math.sqrt(variance + 1e-5));

        var steep = splat(scale[u] * inverse);
        var low = splat(shift[u] - mean * scale[u] * inverse);
        var loss = FloatVector.zero(SPECIES);
        var shifts = FloatVector.zero(SPECIES);
        var scales = FloatVector.zero(SPECIES);
        for (int i = 0; i < n; i += LANES) {
            var z = w.add(load(x, i));
            var square = z.mul(z);
            var r = square.fma(steep, low).sub(load(y, i));
            loss = r.fma(r, loss);
            shifts = shifts.add(r);
            scales = r.fma(square.sub(mean), scales);
        }
        float outer = 2f / ((float) n * weight.length);
        float ofShift = outer * shifts.reduceLanes(VectorOperators.ADD);
        float ofScale = outer * inverse * scales.reduceLanes(VectorOperators.ADD);
        float gradient = gradient(w, y, steep, low, outer, mean, inverse, ofShift / n, ofScale / n);
        weight[u] -= rate * 2 * scale[u] * inverse * gradient;
        shift[u] -= rate * ofShift;
        scale[u] -= rate * ofScale;
        return loss.reduceLanes(VectorOperators.ADD);
    }

    private float sum(FloatVector w) {
        var sum = FloatVector.zero(SPECIES);
        for (int i = 0; i < x.length; i += LANES) {
            var z = w.add(load(x, i));
            sum = z.fma(z, sum);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    private float squares(FloatVector w, float mean) {
        var sum = FloatVector.zero(SPECIES);
        for (int i = 0; i < x.length; i += LANES) {
            var z = w.add(load(x, i));
            var distance = z.fma(z, splat(-mean));
            sum = distance.fma(distance, sum);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }

    /// The sum of `(w + x) (r - mean(r) - d mean(r d))`, d the normalised value.
    private float gradient(
            FloatVector w,
            float[] y,
            FloatVector steep,
            FloatVector low,
            float outer,
            float mean,
            float inverse,
            float meanShift,
            float meanScale) {
        var a = splat(-meanScale * inverse);
        var b = splat(meanScale * inverse * mean - meanShift);
        var sum = FloatVector.zero(SPECIES);
        for (int i = 0; i < x.length; i += LANES) {
            var z = w.add(load(x, i));
            var square = z.mul(z);
            var r = square.fma(steep, low).sub(load(y, i));
            sum = z.fma(r.fma(splat(outer), square.fma(a, b)), sum);
        }
        return sum.reduceLanes(VectorOperators.ADD);
    }
}
