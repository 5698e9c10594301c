package dev.lanewise.benchmarks;

/// A training step as a person writes it who knows the formula, the machine and the Vector API: the passes that the
/// mathematics asks for and no more, whatever can be in registers there. Examples lie side by side in memory, as for
/// a compiled network; exp and erf are the compiler's polynomials, without what the formula at hand does not need of
/// them.
interface FusedLoops {
    /// One step on the whole batch; the loss before the update.
    double step();

    /// The weight `w`, as learned so far.
    float[] weight();
}
