package dev.lanewise.compiler.graph;

/// The operations on single numbers. Truth is 1, falsehood 0; any number other than 0 counts as true.
public enum Op {
    NEG(1),
    ABS(1),
    /// -1, 0 or 1; the sign of 0 is 0.
    SIGN(1),
    SQRT(1),
    EXP(1),
    /// `exp(-a)` of a number that is not negative: in single precision no other bits, and fewer operations.
    DECAY(1),
    EXPM1(1),
    LOG(1),
    LOG1P(1),
    SIN(1),
    COS(1),
    TAN(1),
    TANH(1),
    ERF(1),
    SIGMOID(1),
    FLOOR(1),
    NOT(1),
    /// The number, or 0 where its magnitude is below 1e-30 (1e-290 in double precision): keeps moving averages and
    /// vanishing gradients out of the subnormal numbers, which processors handle a hundred times slower.
    FLUSH(1),
    ADD(2),
    SUB(2),
    MUL(2),
    DIV(2),
    /// As `Math.max`; a tie goes to the first operand, which matters to the derivative.
    MAX(2),
    MIN(2),
    /// As `Math.pow` (IEEE 754).
    POW(2),
    LT(2),
    LE(2),
    EQ(2),
    NE(2),
    AND(2),
    OR(2),
    /// `a * b + c`, rounded once.
    FMA(3),
    /// `SELECT(condition, a, b)`: a where the condition is not 0, else b. Never a multiplication: the other branch
    /// may be NaN.
    SELECT(3);

    private final int arity;

    Op(int arity) {
        this.arity = arity;
    }

    public int arity() {
        return arity;
    }
}
