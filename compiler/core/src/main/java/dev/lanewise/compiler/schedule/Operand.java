package dev.lanewise.compiler.schedule;

/// An array that a kernel reads or writes: the value of a node in one of its forms. Runs, turned and copied values
/// have so many `columns` (else 0).
record Operand(int node, Form form, int columns) {

    enum Form {
        /// Examples in the lanes, or a batch-wide value.
        PLAIN,
        /// What is fed, example after example.
        ROWS,
        /// Examples in panels: `Kernel.Panels`.
        PANELS,
        /// For each place of an example all columns of every example of the group: `ExampleProducts`.
        RUNS,
        /// A batch-wide value whose columns lie side by side in whole vectors for each row: `ExampleProducts`.
        TURNED,
        /// 32 partial sums over the examples for each element, which wait for more examples: `TakingTurns`.
        WAITING,
        /// The worker's own numbers: `Kernel.SCRATCH`.
        SCRATCH,
        /// The weight itself, where its new value was stored elsewhere first.
        WEIGHT,
        /// A copy of a weight's value at the start of the step.
        BEFORE
    }

    Operand(int node, Form form) {
        this(node, form, 0);
    }

    static final Operand SCRATCH = new Operand(-1, Form.SCRATCH);

    static Operand of(int node) {
        return new Operand(node, Form.PLAIN);
    }
}
