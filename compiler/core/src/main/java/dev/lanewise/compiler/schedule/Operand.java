package dev.lanewise.compiler.schedule;

/// An array that a kernel reads or writes: the value of a node in one of its forms.
record Operand(int node, Form form) {

    enum Form {
        /// Examples in the lanes, or a batch-wide value.
        PLAIN,
        /// Examples in panels: `Kernel.Panels`.
        PANELS,
        /// The worker's own 64 numbers.
        SCRATCH,
        /// The weight itself, where its new value was stored elsewhere first.
        WEIGHT,
        /// A copy of a weight's value at the start of the step.
        BEFORE
    }

    static final Operand SCRATCH = new Operand(-1, Form.SCRATCH);

    static Operand of(int node) {
        return new Operand(node, Form.PLAIN);
    }
}
