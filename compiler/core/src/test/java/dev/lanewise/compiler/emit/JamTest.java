package dev.lanewise.compiler.emit;

import static dev.lanewise.compiler.emit.Programs.apply;
import static dev.lanewise.compiler.emit.Programs.index;
import static dev.lanewise.compiler.emit.Programs.number;
import static dev.lanewise.compiler.emit.Programs.temporary;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class JamTest {
    private static final int LANE = 2;
    private static final int DEPTH = 3;

    /// So many rows of a product, 32 examples in the lanes.
    private static Statement.Vector product(int rows, Op op) {
        var neighbours = temporary(rows);
        var steps = new ArrayList<Statement>();
        steps.add(new Statement.Let(rows, new Expression.Load(0, index(0, DEPTH, 32, LANE, 1))));
        var body = new ArrayList<Statement>();
        for (int r = 0; r < rows; r++) {
            body.add(new Statement.Let(r, number(0)));
            var weight = new Expression.Splat(1, index(5 * r, DEPTH, 1));
            steps.add(new Statement.Set(
                    r,
                    op == Op.FMA ? apply(op, neighbours, weight, temporary(r)) : apply(op, neighbours, temporary(r))));
        }
        body.add(new Statement.For(DEPTH, 5, steps));
        for (int r = 0; r < rows; r++) {
            body.add(new Statement.Store(2, index(32 * r, LANE, 1), temporary(r)));
        }
        return new Statement.Vector(LANE, 32, body);
    }

    @Test
    void asManyVectorsAreWorkedOnAsThereAreRegistersForTheirSums() {
        assertEquals(2, Jam.copies(product(10, Op.FMA), 16), "the lanes of a group are two vectors of 512 bits");
        assertEquals(1, Jam.copies(product(10, Op.FMA), 8), "AVX2 has 16 registers");
        assertEquals(2, Jam.copies(product(4, Op.FMA), 8));
        assertEquals(1, Jam.copies(product(20, Op.FMA), 16));
    }

    @Test
    void otherSumsAreMadeSideBySideUntilNoneWaitsForAnother() {
        assertEquals(2, Jam.copies(product(1, Op.ADD), 16));
        assertEquals(4, Jam.copies(product(1, Op.MAX), 8));
        assertEquals(1, Jam.copies(product(4, Op.ADD), 16));
    }

    @Test
    void whatIsTheSameInAllLanesIsLoadedOnceForAllVectors() {
        var body = Jam.body(product(2, Op.FMA), 16, 2, 3);
        int[] splats = new int[1];
        var loads = new ArrayList<Integer>();
        Uses.expressions(body, e -> {
            if (e instanceof Expression.Splat) {
                splats[0]++;
            } else if (e instanceof Expression.Load load) {
                loads.add(load.index().constant());
            }
        });
        assertEquals(2, splats[0]);
        assertEquals(List.of(0, 16), loads);
    }
}
