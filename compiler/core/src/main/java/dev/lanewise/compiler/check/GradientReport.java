package dev.lanewise.compiler.check;

import java.util.List;

/// How gradients compare with differences: a line for each parameter, and one for `all` of them together.
public record GradientReport(List<Line> parameters, Line all) {

    public GradientReport {
        parameters = List.copyOf(parameters);
    }

    /// The largest relative error of a parameter, directions included.
    public double worst() {
        return parameters.stream().mapToDouble(Line::error).max().orElse(0);
    }

    /// Whether no parameter is suspect or wrong.
    public boolean passed() {
        return worst() <= Verdict.GOOD.most;
    }

    /// `relativeError` is |J - J^| / (|J| + |J^|) over the elements that were compared, `directional` the same
    /// along the gradient and three random directions. `index`, `analytic` and `numeric` are those of the element
    /// that differs most; `kinks` counts the elements that had to be tried with smaller steps.
    public record Line(
            String parameter,
            double relativeError,
            double directional,
            int elements,
            int kinks,
            int index,
            double analytic,
            double numeric) {

        /// The larger of the two errors.
        public double error() {
            return Math.max(relativeError, directional);
        }

        public Verdict verdict() {
            return Verdict.of(error());
        }
    }

    /// What a relative error says.
    public enum Verdict {
        GREAT(1e-7),
        GOOD(1e-5),
        SUSPECT(1e-2),
        WRONG(Double.POSITIVE_INFINITY);

        private final double most;

        Verdict(double most) {
            this.most = most;
        }

        /// The largest error that it stands for.
        public double most() {
            return most;
        }

        public static Verdict of(double error) {
            for (var verdict : values()) {
                if (error <= verdict.most) {
                    return verdict;
                }
            }
            return WRONG;
        }
    }
}
