package dev.lanewise.compiler.lint;

import dev.lanewise.runtime.model.DoubleMath;

/// Evenly spread draws, independent of each other as far as few samples can be: draw number j takes the multiples of
/// the root of the j-th prime, less their whole parts. Any two of them fill the unit square evenly (Kronecker's
/// sequence), so that sums and products of independent signals have the right variance with a thousand samples.
final class Draws {
    private static final double[] QUANTILES = quantiles(1024);

    private final int samples;
    private int prime = 1;

    Draws(int samples) {
        this.samples = samples;
    }

    /// In (0, 1).
    double[] uniform() {
        prime = nextPrime(prime);
        double step = StrictMath.sqrt(prime);
        double[] draws = new double[samples];
        for (int k = 0; k < samples; k++) {
            double x = (k + 0.5) * step;
            draws[k] = Math.clamp(x - Math.floor(x), 1e-9, 1 - 1e-9);
        }
        return draws;
    }

    /// With mean 0 and mean square 1, both exact.
    double[] normal() {
        double[] draws = uniform();
        double sum = 0;
        for (int k = 0; k < samples; k++) {
            draws[k] = quantile(draws[k]);
            sum += draws[k];
        }
        double mean = sum / samples;
        double squares = 0;
        for (int k = 0; k < samples; k++) {
            draws[k] -= mean;
            squares += draws[k] * draws[k];
        }
        double scale = squares == 0 ? 0 : Math.sqrt(samples / squares);
        for (int k = 0; k < samples; k++) {
            draws[k] *= scale;
        }
        return draws;
    }

    /// Whole numbers below `count`, all equally often.
    double[] whole(int count) {
        double[] draws = uniform();
        for (int k = 0; k < samples; k++) {
            draws[k] = Math.floor(draws[k] * count);
        }
        return draws;
    }

    private double quantile(double probability) {
        double place = probability * QUANTILES.length - 0.5;
        int low = Math.clamp((int) Math.floor(place), 0, QUANTILES.length - 2);
        return QUANTILES[low] + (place - low) * (QUANTILES[low + 1] - QUANTILES[low]);
    }

    /// The middles of `count` (even) parts of the normal distribution that are equally likely.
    private static double[] quantiles(int count) {
        double[] quantiles = new double[count];
        for (int k = count / 2; k < count; k++) {
            double probability = (k + 0.5) / count;
            double low = 0;
            double high = 8;
            for (int i = 0; i < 36; i++) {
                double middle = (low + high) / 2;
                if (0.5 * (1 + DoubleMath.erf(middle / StrictMath.sqrt(2))) < probability) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            quantiles[k] = low;
            quantiles[count - 1 - k] = -low;
        }
        return quantiles;
    }

    private static int nextPrime(int after) {
        int candidate = after + 1;
        for (int divisor = 2; divisor * divisor <= candidate; divisor++) {
            if (candidate % divisor == 0) {
                candidate++;
                divisor = 1;
            }
        }
        return candidate;
    }
}
