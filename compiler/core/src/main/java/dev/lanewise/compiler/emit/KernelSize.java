package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.Statement;
import dev.lanewise.compiler.scalar.Recipes;
import java.util.List;

/// How large a kernel's method becomes, before it is written.
public final class KernelSize {
    /// What a method can hold: vector operations, each about 12 bytes of the 8,000 that HotSpot compiles, less what
    /// loops and parameters take.
    public static final int MOST = 500;

    /// Work so light that waiting for sums and leaving out padded examples is a good part of it; heavier work
    /// written twice costs more in registers and in the compiler of the JVM.
    static final int LIGHT = 100;

    /// Work that may be written twice: what is heavier takes the compiler of the JVM long enough once.
    static final int TWICE = 150;

    private KernelSize() {}

    /// The operations of a nest's statements, each counted once, whatever the loops around it. Tiles make
    /// themselves as small as is needed.
    public static int estimate(Kernel kernel) {
        return estimate(Uses.statements(kernel));
    }

    static int estimate(List<Statement> statements) {
        int[] size = new int[1];
        Uses.expressions(statements, e -> size[0] += operations(e));
        Uses.each(statements, s -> size[0] += s instanceof Statement.Store || s instanceof Statement.Tree ? 2 : 1);
        return size[0];
    }

    private static int operations(Expression expression) {
        return switch (expression) {
            case Expression.Apply apply -> Recipes.of(apply.op()).steps().size();
            case Expression.Load _, Expression.Splat _, Expression.Position _ -> 3;
            case Expression.WhereReal _ -> 2;
            case Expression.Within _, Expression.Gather _ -> 4;
            case Expression.Draw _ -> 20;
            case Expression.Constant _, Expression.Temporary _, Expression.Scalar _ -> 1;
        };
    }
}
