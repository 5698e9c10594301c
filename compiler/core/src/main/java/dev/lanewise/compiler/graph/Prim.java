package dev.lanewise.compiler.graph;

import java.util.List;

/// What a node computes. Closed under differentiation; a new form makes every switch over them fail to compile, and
/// those places are its to-do list.
public sealed interface Prim {

    // Leaves

    /// An input or target of the network, by name; in an update rule, the gradient.
    record Input(String name) implements Prim {}

    /// A learned array, batch-wide.
    record Parameter(String name) implements Prim {}

    /// An array that lives from step to step, batch-wide; its value at the start of the step. Fitted values are
    /// states too.
    record State(String name) implements Prim {}

    /// The same number everywhere, batch-wide.
    record Fill(double value) implements Prim {}

    /// A written-out batch-wide array, in row-major order.
    record Literal(List<Double> values) implements Prim {
        public Literal {
            values = List.copyOf(values);
        }
    }

    /// A number that the run supplies, batch-wide and scalar.
    record Run(RunScalar scalar) implements Prim {}

    /// A fresh draw for each element (and example, when the node is per example) and step: uniform in (0, 1), or
    /// standard normal. `number` keeps two draws apart; it is part of what the drawn numbers are a function of.
    record Random(boolean normal, int number) implements Prim {}

    /// The index along an axis of the node's own shape, batch-wide.
    record Positions(int axis) implements Prim {}

    // Work

    /// Element by element; all inputs have the shape of the result and are per example when it is. Broadcasts are
    /// nodes of their own.
    record Elementwise(Op op) implements Prim {}

    record Contract(Contraction spec) implements Prim {}

    /// The sum over these axes, which vanish, and over the examples when asked. Order of adding: see `Interpreter`.
    record Sum(List<Integer> axes, boolean examples) implements Prim {
        public Sum {
            axes = List.copyOf(axes);
        }
    }

    /// `SumOfProducts(a, b)`: the sum over the examples and these axes of `a * b`, each product added in one
    /// rounding. Put in by the optimiser, after differentiation.
    record SumOfProducts(List<Integer> axes) implements Prim {
        public SumOfProducts {
            axes = List.copyOf(axes);
        }
    }

    record Max(List<Integer> axes, boolean examples) implements Prim {
        public Max {
            axes = List.copyOf(axes);
        }
    }

    /// The place of the first maximum in the row-major order of these axes, which vanish.
    record ArgMax(List<Integer> axes) implements Prim {
        public ArgMax {
            axes = List.copyOf(axes);
        }
    }

    // Views

    /// The value in a larger shape: axis i of the input is axis `axes[i]` of the result (increasing), the other
    /// axes are new and repeat it. With `examples`, a batch-wide value is repeated for every example.
    record Broadcast(Shape shape, List<Integer> axes, boolean examples) implements Prim {
        public Broadcast {
            axes = List.copyOf(axes);
        }
    }

    record Reshape(Shape shape) implements Prim {}

    /// Axis i of the result is axis `order[i]` of the input.
    record Transpose(List<Integer> order) implements Prim {
        public Transpose {
            order = List.copyOf(order);
        }
    }

    /// Elements `from`, `from + step`, ... below `to` of an axis.
    record Slice(int axis, int from, int to, int step) implements Prim {}

    /// Zeros before, after and between (`gap` zeros after each element but the last) the elements of an axis: the
    /// adjoint of a slice.
    record Pad(int axis, int before, int after, int gap) implements Prim {}

    record Concat(int axis) implements Prim {}

    /// Patches along one axis: extent n becomes two axes [positions, kernel] in its place; element (p, k) is the
    /// input's `p * stride + k * dilation`. With a negative dilation the patches are read backwards: what would be
    /// last stands first. Padding is a node of its own, before it.
    record Windows(int axis, int kernel, int stride, int dilation) implements Prim {
        /// Where the first element of a patch lies within it.
        public static int first(int kernel, int dilation) {
            return Math.max(0, (1 - kernel) * dilation);
        }

        /// From one end of a patch to the other.
        public static int reach(int kernel, int dilation) {
            return (kernel - 1) * Math.abs(dilation);
        }
    }

    /// The adjoint of `Windows`: adds every patch back to where it was taken from, giving an axis of `extent`.
    record Fold(int axis, int extent, int stride, int dilation) implements Prim {}

    // Tables

    /// `Gather(table [v, w...], index [n...])`: rows of a table by number, `[n..., w...]`.
    record Gather() implements Prim {}

    /// `ScatterAdd(index [n...], rows [n..., w...])`: the adjoint of `Gather`, summed over the examples when
    /// `examples`: `[v, w...]`.
    record ScatterAdd(int rows, boolean examples) implements Prim {}

    // Before training

    /// What is computed of a matrix once, for first and fitted values: only the interpreter knows it, and it has no
    /// derivative.
    record Decompose(Decomposition to) implements Prim {}

    // Differentiation

    /// The value itself, through which no cotangent flows.
    record StopGradient() implements Prim {}

    /// `Gradient(y, x)`: the derivative of y by x; autodiff replaces it.
    record Gradient() implements Prim {}

    enum Decomposition {
        /// The rows (the columns, when they are fewer) made orthogonal and of length 1, one after another, each
        /// keeping its direction as far as it may. The axes behind the first count as one.
        ORTHONORMAL,
        /// The eigenvectors of a symmetric matrix as rows, that of the largest eigenvalue first; the first of
        /// the largest components of each is positive.
        EIGENVECTORS
    }

    /// Numbers that the run supplies.
    enum RunScalar {
        /// The step that is being made, from 1.
        STEP,
        /// The steps of the whole run.
        STEPS,
        /// The epoch that is being made, from 1.
        EPOCH,
        /// The last validation loss; infinite before the first.
        VALIDATION_LOSS,
        /// The number of examples of this batch; in a metric's last formula, of the data set.
        EXAMPLES
    }
}
