package dev.lanewise.compiler.loops;

import java.util.List;

/// A statement of a loop program. Variables are loop counters (numbers from 0: GROUP, UNIT, then the loops' own);
/// temporaries hold a vector (or, in scalar code, one number) and are numbered apart.
public sealed interface Statement {

    /// `variable` runs from 0 to `extent` - 1, in order.
    record For(int variable, int extent, List<Statement> body) implements Statement {
        public For {
            body = List.copyOf(body);
        }
    }

    /// `variable` runs over all groups of the batch, in order.
    record Groups(int variable, List<Statement> body) implements Statement {
        public Groups {
            body = List.copyOf(body);
        }
    }

    /// The vector loop: `variable` runs from 0 to `extent` in steps of the vector's length, the body working on so
    /// many neighbours at once; a remainder (only where `extent` is no multiple of 32) is done one by one by the
    /// same body. Vector loops do not nest. Loops may stand inside.
    record Vector(int variable, int extent, List<Statement> body) implements Statement {
        public Vector {
            body = List.copyOf(body);
        }
    }

    /// The temporary's only definition.
    record Let(int temporary, Expression value) implements Statement {}

    /// A new value for a temporary that a `Let` before this loop introduced: an accumulator.
    record Set(int temporary, Expression value) implements Statement {}

    /// Inside a vector loop: stores the vector at `index` and its neighbours (the index's stride on the vector
    /// variable is 1). Outside: one number.
    record Store(int operand, Index index, Expression value) implements Statement {}

    /// Adds up 32 numbers that lie side by side from `from` in operand `scratch`, in a fixed tree (i and i + 16,
    /// then + 8, 4, 2, 1), and stores the sum at `index`; with `maximum`, their maximum. Then the next 32, whose
    /// sum goes to the next place, `count` times. The scratch is overwritten. Outside of vector loops.
    record Tree(int operand, Index index, int scratch, Index from, int count, boolean maximum) implements Statement {}
}
