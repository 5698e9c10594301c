package dev.lanewise.compiler.graph;

/// The type of a node: one value for each example, or one for the whole batch.
///
/// All values are numbers of the run's precision. Classes, indices and truth values (0 and 1) are whole numbers among
/// them.
public record Type(boolean perExample, Shape shape) {

    public static Type example(Shape shape) {
        return new Type(true, shape);
    }

    public static Type batch(Shape shape) {
        return new Type(false, shape);
    }

    /// `[10]` for a value of the batch, `n x [10]` for one per example.
    @Override
    public String toString() {
        return (perExample ? "n x " : "") + shape;
    }
}
