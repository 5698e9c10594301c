package dev.lanewise.benchmarks;

import static dev.lanewise.benchmarks.VectorMath.DENSITY;
import static dev.lanewise.benchmarks.VectorMath.HALF;
import static dev.lanewise.benchmarks.VectorMath.LANES;
import static dev.lanewise.benchmarks.VectorMath.ROOT_HALF;
import static dev.lanewise.benchmarks.VectorMath.SPECIES;
import static dev.lanewise.benchmarks.VectorMath.load;
import static dev.lanewise.benchmarks.VectorMath.splat;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/// `mean((gelu(w + x) - y)^2)`: value and derivative share the two functions, so that one pass in registers does it
/// all.
record GeluLoops(float[] x, float[] y, float[] weight, float rate) implements FusedLoops {

    @Override
    public double step() {
        double loss = 0;
        for (int u = 0; u < weight.length; u++) {
            loss += unit(u);
        }
        return loss / ((double) x.length * weight.length);
    }

    private double unit(int u) {
        var w = splat(weight[u]);
        var loss = FloatVector.zero(SPECIES);
        var gradient = FloatVector.zero(SPECIES);
        for (int i = 0; i < x.length; i += LANES) {
            var z = w.add(load(x, i));
            var root = z.mul(ROOT_HALF);
            var square = root.mul(root);
            var below = VectorMath.erf(root, square).fma(HALF, HALF);
            var density = VectorMath.decay(square).mul(DENSITY);
            var r = z.mul(below).sub(load(y, i));
            loss = r.fma(r, loss);
            gradient = r.fma(z.fma(density, below), gradient);
        }
        float scale = 2f / (x.length * weight.length);
        weight[u] -= rate * scale * gradient.reduceLanes(VectorOperators.ADD);
        return loss.reduceLanes(VectorOperators.ADD);
    }
}
