package dev.lanewise.compiler.emit.code;

import dev.lanewise.compiler.graph.Op;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.objectweb.asm.Type;

/// How the numbers of a statement are held: one in a local, or several neighbours in a vector. Methods named after
/// what they push leave it on the operand stack.
public sealed interface Form permits OneLane, Lanes {

    /// How many neighbours are worked on at once.
    int lanes();

    /// The widest form for at most so many neighbours that is no wider than this one; empty where they fill no
    /// vector.
    default Optional<Form> atMost(int numbers) {
        return Optional.empty();
    }

    /// The type of a local that holds a value of this form.
    Type type();

    /// The type of a local that holds a truth.
    Type truth();

    /// The numbers from `index` on.
    void load(Code code, Local array, Whole index);

    /// The number at `index`, the same for all.
    void splat(Code code, Local array, Whole index);

    void store(Code code, Local array, Whole index, Local value);

    void constant(Code code, double value);

    /// A single number of the program's precision, the same for all.
    void widen(Code code, Local number);

    /// `first`, `first + stride`, ... as numbers.
    void positions(Code code, Whole first, int stride);

    /// Which of `lane`, `lane + 1`, ... are below `count`.
    void below(Code code, Whole lane, Whole count);

    void select(Code code, Local truth, Local a, Local b);

    void fma(Code code, Local a, Local b, Local c);

    /// An operation. `truths` knows for numbers that are 0 or 1 the truth that they were made from; it is read and
    /// added to.
    Local apply(Code code, Op op, List<Local> arguments, Map<Local, Local> truths);
}
