package dev.lanewise.compiler.interpret;

/// Sums of products in runs of rows that share their factors: a filter and all positions of a picture, a cotangent
/// and all inputs of its unit. The other operand's numbers, the same for each run, are laid side by side once, so
/// that HotSpot makes vectors of the additions; each sum has its order.
record SharedFactors(
        double[] factors, int[] factorRows, int[] factorPlaces, double[] others, int[] otherRows, int[] otherPlaces) {

    /// A shorter run does not pay.
    private static final int SHORTEST = 16;
    /// As few runs do not pay for laying numbers side by side.
    private static final int FEWEST = 4;
    /// The numbers side by side stay in the cache.
    private static final int NUMBERS = 1 << 16;

    /// The length of the runs, 0 where the rows are not of this form: `factorRows` stays the same within a run, and
    /// `otherRows` is the same in all of them.
    static int run(int[] factorRows, int[] otherRows) {
        int run = 0;
        while (run < factorRows.length && factorRows[run] == factorRows[0]) {
            run++;
        }
        if (run < SHORTEST || factorRows.length < FEWEST * run || factorRows.length % run != 0) {
            return 0;
        }
        for (int i = run; i < factorRows.length; i++) {
            int first = i - i % run;
            if (factorRows[i] != factorRows[first] || otherRows[i] != otherRows[i - first]) {
                return 0;
            }
        }
        return run;
    }

    /// Adds to `data[to]` and what follows, where the factors begin at `factor` and the others at `other`.
    void add(int run, int factor, int other, double[] data, int to) {
        int products = factorPlaces.length;
        int block = Math.clamp(NUMBERS / Math.max(1, products), SHORTEST, run);
        for (int first = 0; first < run; first += block) {
            int width = Math.min(block, run - first);
            double[][] beside = beside(other, first, width);
            double[] sums = new double[width];
            for (int row = 0; row < factorRows.length; row += run) {
                System.arraycopy(data, to + row + first, sums, 0, width);
                int k = 0;
                for (; k + 4 <= products; k += 4) {
                    addFour(
                            new double[] {
                                factor(factor, row, k),
                                factor(factor, row, k + 1),
                                factor(factor, row, k + 2),
                                factor(factor, row, k + 3)
                            },
                            beside[k],
                            beside[k + 1],
                            beside[k + 2],
                            beside[k + 3],
                            sums);
                }
                for (; k < products; k++) {
                    addOne(factor(factor, row, k), beside[k], sums);
                }
                System.arraycopy(sums, 0, data, to + row + first, width);
            }
        }
    }

    private double factor(int factor, int row, int k) {
        return factors[factor + factorRows[row] + factorPlaces[k]];
    }

    private double[][] beside(int other, int first, int width) {
        double[][] beside = new double[otherPlaces.length][width];
        for (int k = 0; k < beside.length; k++) {
            int at = other + otherPlaces[k];
            double[] line = beside[k];
            for (int i = 0; i < width; i++) {
                line[i] = others[at + otherRows[first + i]];
            }
        }
        return beside;
    }

    private static void addFour(double[] by, double[] a, double[] b, double[] c, double[] d, double[] sums) {
        double first = by[0];
        double second = by[1];
        double third = by[2];
        double fourth = by[3];
        for (int i = 0; i < sums.length; i++) {
            double sum = Math.fma(second, b[i], Math.fma(first, a[i], sums[i]));
            sums[i] = Math.fma(fourth, d[i], Math.fma(third, c[i], sum));
        }
    }

    private static void addOne(double by, double[] from, double[] sums) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = Math.fma(by, from[i], sums[i]);
        }
    }
}
