package dev.lanewise.compiler.loops;

import dev.lanewise.compiler.graph.Op;
import java.util.List;

/// A value in a loop program: inside a vector loop a vector, outside one number.
public sealed interface Expression {

    record Constant(double value) implements Expression {}

    record Temporary(int number) implements Expression {}

    /// Neighbours along the vector variable, whose stride in the index is 1.
    record Load(int operand, Index index) implements Expression {}

    /// One number for all lanes; the index does not depend on the vector variable.
    record Splat(int operand, Index index) implements Expression {}

    /// A uniform number handed to the kernel.
    record Scalar(int number) implements Expression {}

    /// The value of an affine expression of the loop variables as a number; along the vector variable neighbours
    /// differ by its stride.
    record Position(Index index) implements Expression {}

    record Apply(Op op, List<Expression> arguments) implements Expression {
        public Apply {
            arguments = List.copyOf(arguments);
        }
    }

    /// `value` where lane `lane` of `group` (a variable) holds a real example, else `otherwise`: only in a vector
    /// loop over the 32 lanes, along whose variable the stride of `lane` is 1.
    record WhereReal(int group, Index lane, Expression value, Expression otherwise) implements Expression {}

    /// `value` where the affine `index` lies in [0, below), else 0; loads inside are not made elsewhere unless they
    /// are in bounds anyhow. The index does not depend on the vector variable: padding and borders.
    record Within(Index index, int below, Expression value) implements Expression {}

    /// A random draw of node `number`, a stream of [dev.lanewise.runtime.random.CounterRandom], at the run's seed
    /// and step. The element drawn is `example + element`: `example` is the number of the example times the draws
    /// of one example (zero for a batch-wide draw), `element` the number within it. Uniform in (0, 1), or standard
    /// normal.
    record Draw(boolean normal, int number, Index example, Index element) implements Expression {}

    /// One number from a table: row `row` (a whole number, clamped to the table's `rows`; 0 for NaN) times `stride`
    /// plus `index`, of a batch-wide operand. Element by element in each lane.
    record Gather(int operand, Expression row, int rows, int stride, Index index) implements Expression {}
}
