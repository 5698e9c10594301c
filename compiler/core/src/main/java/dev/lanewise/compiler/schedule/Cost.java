package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim;

/// What work weighs, in basic operations of vectors as the emitter counts them: limits the size of kernels, and tells
/// what may be computed twice.
final class Cost {
    /// The most that one kernel may hold, so that its method, with its loads, stores and loops, stays below the
    /// 8,000 bytes that HotSpot compiles.
    static final int KERNEL = 300;
    /// The most values that one kernel may compute.
    static final int MEMBERS = 150;
    /// The most that may stand in the store of a tile, whose registers are full already.
    static final int STORE = 40;
    /// The most arrays that kernels touch which are joined.
    static final int OPERANDS = 14;

    private Cost() {}

    static int of(Op op) {
        return switch (op) {
            case NEG, ABS, ADD, SUB, MUL, MAX, MIN, FMA -> 1;
            case DIV, SQRT, NOT, FLUSH, LT, LE, EQ, NE, SELECT -> 4;
            case AND, OR, SIGN -> 7;
            case FLOOR -> 15;
            case EXP, DECAY, EXPM1, TANH, ERF -> 40;
            case SIN, COS, TAN, SIGMOID -> 50;
            case LOG, LOG1P -> 70;
            case POW -> 160;
        };
    }

    static int of(Node node) {
        return switch (node.prim()) {
            case Prim.Elementwise(var op) -> of(op);
            case Prim.Random(boolean normal, int _) -> normal ? 160 : 20;
            case Prim.Gather _ -> 10;
            case Prim.Sum _, Prim.SumOfProducts _, Prim.Max _, Prim.Pad _ -> 2;
            default -> 0;
        };
    }

    /// May be computed again where it is read a second time.
    static boolean cheap(Node node) {
        return switch (node.prim()) {
            case Prim.Elementwise(var op) -> of(op) <= 7 && op != Op.DIV && op != Op.SQRT;
            case Prim.Random _, Prim.Gather _, Prim.Sum _, Prim.SumOfProducts _, Prim.Max _, Prim.Pad _ -> false;
            default -> true;
        };
    }

    /// May stand in the store of a tile.
    static boolean storable(Node node) {
        return of(node) <= 7;
    }

    /// The time of `numbers` results of vector code, in nanoseconds: a pass over memory, and the work.
    static double nanos(double numbers, int weight) {
        return numbers * (0.2 + 0.01 * weight);
    }
}
