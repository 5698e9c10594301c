package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;

/// What work weighs, in simple operations: limits the size of kernels, and tells what may be computed twice.
final class Cost {
    /// The most that one kernel may hold, so that its method stays far below the 8,000 bytes that HotSpot compiles.
    static final int KERNEL = 150;
    /// The most that may stand in the store of a tile, whose registers are full already.
    static final int STORE = 24;
    /// The most arrays that one kernel touches.
    static final int OPERANDS = 14;

    private Cost() {}

    static int of(Op op) {
        return switch (op) {
            case EXP, EXPM1, LOG, LOG1P, SIN, COS, TAN, TANH, ERF, SIGMOID -> 15;
            case POW -> 40;
            case DIV, SQRT -> 4;
            case NEG, ABS, SIGN, FLOOR, NOT, FLUSH, ADD, SUB, MUL, MAX, MIN, LT, LE, EQ, NE, AND, OR, FMA, SELECT -> 1;
        };
    }

    static int of(Node node) {
        return switch (node.prim()) {
            case Prim.Elementwise(var op) -> of(op);
            case Prim.Random _ -> 40;
            case Prim.Gather _ -> 4;
            case Prim.Sum _, Prim.Max _, Prim.Pad _ -> 2;
            default -> 0;
        };
    }

    /// May be computed again where it is read a second time.
    static boolean cheap(Node node) {
        return of(node) <= 1;
    }

    /// May stand in the store of a tile.
    static boolean storable(Node node) {
        return of(node) <= 4;
    }
}
