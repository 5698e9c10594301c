package dev.lanewise.compiler.scalar;

/// What a processor does with a single precision number in one or a few instructions, the same in a vector's lane and
/// alone.
///
/// A register of a [Recipe] holds a number, its 32 bits as a whole number, or the outcome of a comparison.
public enum Basic {
    CONSTANT(Kind.NUMBER, 0),
    ADD(Kind.NUMBER, 2),
    SUB(Kind.NUMBER, 2),
    MUL(Kind.NUMBER, 2),
    DIV(Kind.NUMBER, 2),
    /// `a * b + c`, rounded once.
    FMA(Kind.NUMBER, 3),
    /// As `Math.max` and `Math.min`.
    MAX(Kind.NUMBER, 2),
    MIN(Kind.NUMBER, 2),
    NEG(Kind.NUMBER, 1),
    ABS(Kind.NUMBER, 1),
    SQRT(Kind.NUMBER, 1),
    LESS(Kind.TRUTH, 2),
    LESS_OR_EQUAL(Kind.TRUTH, 2),
    EQUAL(Kind.TRUTH, 2),
    NOT_EQUAL(Kind.TRUTH, 2),
    BOTH(Kind.TRUTH, 2),
    EITHER(Kind.TRUTH, 2),
    /// `a` is a truth: b where it holds, else c.
    SELECT(Kind.NUMBER, 3),
    /// The number's bits, and back.
    TO_BITS(Kind.BITS, 1),
    FROM_BITS(Kind.NUMBER, 1),
    /// With a constant whole number.
    ADD_BITS(Kind.BITS, 1),
    AND_BITS(Kind.BITS, 1),
    OR_BITS(Kind.BITS, 1),
    SHIFT_LEFT(Kind.BITS, 1),
    /// Keeps the sign.
    SHIFT_RIGHT(Kind.BITS, 1),
    /// Of two registers.
    SUB_BITS(Kind.BITS, 2),
    XOR_BITS(Kind.BITS, 2);

    /// What a register holds.
    public enum Kind {
        NUMBER,
        BITS,
        TRUTH
    }

    private final Kind result;
    private final int arity;

    Basic(Kind result, int arity) {
        this.result = result;
        this.arity = arity;
    }

    public Kind result() {
        return result;
    }

    public int arity() {
        return arity;
    }
}
