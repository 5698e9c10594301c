package dev.lanewise.compiler.emit;

import static dev.lanewise.compiler.emit.Programs.apply;
import static dev.lanewise.compiler.emit.Programs.index;
import static dev.lanewise.compiler.emit.Programs.number;
import static dev.lanewise.compiler.emit.Programs.temporary;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.compiler.loops.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

class JavaSourceTest {

    private static LoopProgram program(boolean doubles) {
        var programs = new Programs();
        for (int i = 0; i < 4; i++) {
            programs.perExample(320);
        }
        var place = index(0, Kernel.GROUP, 320, Kernel.UNIT, 32, Kernel.LANE, 1);
        var lane = index(0, Kernel.GROUP, 320, Kernel.UNIT, 32, 7, 1);
        var within = new Expression.Within(index(-1, Kernel.UNIT, 1), 3, new Expression.Load(0, lane));
        var real =
                new Expression.WhereReal(Kernel.GROUP, index(0, 7, 1), temporary(0), number(Double.NEGATIVE_INFINITY));
        var nest = new Statement.Vector(
                7,
                32,
                List.of(
                        new Statement.Let(0, apply(Op.TANH, within)),
                        new Statement.For(8, 3, List.of(new Statement.Set(0, apply(Op.ADD, temporary(0), number(1))))),
                        new Statement.Store(1, lane, apply(Op.MAX, real, new Expression.Position(index(1, 7, 2))))));
        var tree = new Statement.Tree(1, index(0), 0, index(3), 1, true);
        programs.call(new Kernel(2, 0, true, 10, 1, new Kernel.Nest(List.of(nest, tree))), List.of(0, 1));
        var store = List.<Statement>of(new Statement.Store(2, place, apply(Op.NEG, temporary(0))));
        programs.call(
                new Kernel(3, 0, true, 10, 1, new Kernel.LaneTile(4, 4, 1, 320, 32, -1, -1, store)), List.of(0, 1, 2));
        programs.call(new Kernel(3, 0, false, 10, 1, new Kernel.ExampleTile(10, 320, 32)), List.of(0, 1, 2));
        programs.call(
                new Kernel.Rearrange(10, Kernel.Arrangement.LANES, Kernel.Arrangement.PANELS).kernel(), List.of(0, 1));
        programs.call(new Kernel.ToRuns(10, 1).kernel(), List.of(0, 1));
        var row = List.of(new Kernel.Axis(10, 32, 0, 16));
        var depth = List.of(new Kernel.Axis(1, 0, 0, 0), new Kernel.Axis(32, 1, 16, 0));
        programs.call(new Kernel(3, 0, false, 10, 1, new Kernel.RunTile(10, row, depth, 0, 320)), List.of(0, 1, 2));
        programs.call(new Kernel(1, 0, false, 1, 1, new Kernel.ClearPadding(10)), List.of(0));
        return programs.build(doubles);
    }

    @Test
    void kernelsReadAsJava() {
        var text = JavaSource.print(program(false));
        assertTrue(text.contains("FloatVector t0 = tanh("), text);
        assertTrue(text.contains("c9_1 = x9.fma(b1, c9_1);"), text);
        assertTrue(text.contains("t0.neg().intoArray(a2"), text);
        assertTrue(text.contains("static void k4("), text);
    }

    @Test
    void kernelsInDoublePrecisionHaveNoVectors() {
        var text = JavaSource.print(program(true));
        assertTrue(text.contains("double t0 = tanh("), text);
        assertFalse(text.contains("FloatVector"), text);
    }
}
