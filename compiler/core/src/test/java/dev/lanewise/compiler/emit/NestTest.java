package dev.lanewise.compiler.emit;

import static dev.lanewise.compiler.emit.Programs.apply;
import static dev.lanewise.compiler.emit.Programs.index;
import static dev.lanewise.compiler.emit.Programs.number;
import static dev.lanewise.compiler.emit.Programs.temporary;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram.Uniform;
import dev.lanewise.compiler.loops.Statement;
import dev.lanewise.compiler.scalar.Float32;
import dev.lanewise.compiler.scalar.Float64;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NestTest {
    private static final int L = 7;

    /// A nest over `[5][32]` blocks of groups, a row a unit; far too dear to stay with one worker.
    private static Kernel rows(int operands, int scalars, Statement... body) {
        return new Kernel(operands, scalars, true, 5, 1e9, new Kernel.Nest(List.of(body)));
    }

    private static Statement lanes(Statement... body) {
        return new Statement.Vector(L, 32, List.of(body));
    }

    private static Expression load(int operand) {
        return new Expression.Load(operand, index(0, Kernel.GROUP, 160, Kernel.UNIT, 32, L, 1));
    }

    private static Statement store(int operand, Expression value) {
        return new Statement.Store(operand, index(0, Kernel.GROUP, 160, Kernel.UNIT, 32, L, 1), value);
    }

    /// Runs at every width with one, two and three workers: all bits are the same.
    private static float[][] everywhere(Programs programs, int examples) throws ReflectiveOperationException {
        var loaded = new Loaded(programs.build(false));
        assertEquals("", loaded.check());
        var expected = loaded.run("scalar", 1, examples);
        for (var vector : List.of("scalar", "128", "256", "512")) {
            for (int workers = 1; workers <= 3; workers++) {
                var found = loaded.run(vector, workers, examples);
                for (int b = 0; b < expected.length; b++) {
                    assertArrayEquals(expected[b], found[b], vector + " bits, " + workers + " workers, buffer " + b);
                }
            }
        }
        return expected;
    }

    @ParameterizedTest
    @EnumSource(Op.class)
    void everyOperationIsThatOfSinglePrecision(Op op) throws ReflectiveOperationException {
        var programs = new Programs();
        for (int i = 0; i < 4; i++) {
            programs.perExample(160);
        }
        var arguments = new ArrayList<Expression>();
        for (int i = 0; i < op.arity(); i++) {
            arguments.add(load(i));
        }
        programs.call(rows(4, 0, lanes(store(3, new Expression.Apply(op, arguments)))), Programs.operands(4));
        var loaded = new Loaded(programs.build(false));
        var before = new float[4][];
        var frame = new dev.lanewise.runtime.model.Frame(Threads.of(1), 1, false);
        loaded.fill(frame, 33);
        for (int i = 0; i < 4; i++) {
            before[i] = frame.floats[i].clone();
        }
        var after = everywhere(programs, 33);
        for (int i = 0; i < 320; i++) {
            float expected = Float32.apply(op, before[0][3 + i], before[1][4 + i], before[2][5 + i]);
            assertEquals(expected, after[3][6 + i], op.name());
        }
    }

    @ParameterizedTest
    @EnumSource(Op.class)
    void everyOperationIsThatOfDoublePrecision(Op op) throws ReflectiveOperationException {
        var programs = new Programs();
        for (int i = 0; i < 4; i++) {
            programs.perExample(160);
        }
        var arguments = new ArrayList<Expression>();
        for (int i = 0; i < op.arity(); i++) {
            arguments.add(load(i));
        }
        programs.call(rows(4, 0, lanes(store(3, new Expression.Apply(op, arguments)))), Programs.operands(4));
        var loaded = new Loaded(programs.build(true));
        assertEquals("", loaded.check());
        var frame = new dev.lanewise.runtime.model.Frame(Threads.of(2), 1, true);
        loaded.fill(frame, 33);
        frame.kernels = loaded.forms("");
        var instance = loaded.instance("");
        frame.team.run(worker -> instance.run(0, frame, worker));
        for (int i = 0; i < 320; i++) {
            var in = frame.doubles;
            assertEquals(Float64.apply(op, in[0][3 + i], in[1][4 + i], in[2][5 + i]), in[3][6 + i], op.name());
        }
    }

    @Test
    void temporariesLoopsAndAccumulatorsKeepTheirOrder() throws ReflectiveOperationException {
        var programs = new Programs();
        programs.perExample(160);
        programs.perExample(160);
        programs.batch(40);
        var sum = new Statement.Vector(
                L,
                32,
                List.of(
                        new Statement.Let(0, number(0)),
                        new Statement.For(
                                8,
                                5,
                                List.of(new Statement.Set(
                                        0,
                                        apply(
                                                Op.FMA,
                                                new Expression.Load(0, index(0, Kernel.GROUP, 160, 8, 32, L, 1)),
                                                new Expression.Splat(2, index(1, Kernel.UNIT, 5, 8, 1)),
                                                temporary(0))))),
                        store(1, temporary(0))));
        programs.call(rows(3, 0, sum), Programs.operands(3));
        var after = everywhere(programs, 70);
        for (int g = 0; g < 3; g++) {
            for (int u = 0; u < 5; u++) {
                for (int l = 0; l < 32; l++) {
                    float expected = 0;
                    for (int k = 0; k < 5; k++) {
                        expected = Math.fma(after[0][3 + g * 160 + k * 32 + l], after[2][5 + 1 + u * 5 + k], expected);
                    }
                    assertEquals(expected, after[1][4 + g * 160 + u * 32 + l]);
                }
            }
        }
    }

    /// More constants than registers: those of products are read from memory, one of them twice.
    @Test
    void manyConstantsAreThoseOfFew() throws ReflectiveOperationException {
        var programs = new Programs();
        programs.perExample(160);
        programs.perExample(160);
        var erf = apply(Op.ERF, apply(Op.MUL, load(0), number(0.75)));
        var decay = apply(Op.DECAY, apply(Op.MUL, erf, erf));
        var sum = apply(Op.FMA, apply(Op.SUB, decay, number(0.3)), number(1.7), number(0.75));
        programs.call(rows(2, 0, lanes(store(1, sum))), Programs.operands(2));
        var loaded = new Loaded(programs.build(false));
        var frame = new dev.lanewise.runtime.model.Frame(Threads.of(1), 1, false);
        loaded.fill(frame, 33);
        var before = frame.floats[0].clone();
        var after = everywhere(programs, 33);
        for (int i = 0; i < 320; i++) {
            float e = Float32.apply(Op.ERF, before[3 + i] * 0.75f, 0, 0);
            float expected = Math.fma(Float32.apply(Op.DECAY, e * e, 0, 0) - 0.3f, 1.7f, 0.75f);
            assertEquals(expected, after[1][4 + i]);
        }
    }

    @Test
    void aMaximumOfManyIsThatInAnyOrder() throws ReflectiveOperationException {
        var programs = new Programs();
        programs.perExample(160);
        programs.perExample(160);
        programs.batch(45);
        var element =
                new Statement.Let(1, apply(Op.MUL, load(0), new Expression.Splat(2, index(3, 9, 2, Kernel.UNIT, 1))));
        var greater = new Statement.Set(0, apply(Op.MAX, temporary(0), apply(Op.SUB, temporary(1), number(0.5))));
        var search = new Statement.For(9, 11, List.of(element, greater));
        assertTrue(Chains.pays(search));
        programs.call(
                rows(3, 0, lanes(new Statement.Let(0, number(-9)), search, store(1, temporary(0)))),
                Programs.operands(3));
        var after = everywhere(programs, 64);
        for (int i = 0; i < 320; i++) {
            int unit = i / 32 % 5;
            float most = -9;
            for (int k = 0; k < 11; k++) {
                most = Math.max(most, after[0][3 + i] * after[2][5 + 3 + 2 * k + unit] - 0.5f);
            }
            assertEquals(most, after[1][4 + i]);
        }
    }

    @Test
    void paddedExamplesAreReplaced() throws ReflectiveOperationException {
        var programs = new Programs();
        programs.perExample(160);
        programs.perExample(160);
        programs.call(
                rows(
                        2,
                        0,
                        lanes(store(1, new Expression.WhereReal(Kernel.GROUP, index(0, L, 1), load(0), number(-3))))),
                Programs.operands(2));
        var after = everywhere(programs, 41);
        for (int e = 0; e < 64; e++) {
            int at = e / 32 * 160 + e % 32;
            assertEquals(e < 41 ? after[0][3 + at] : -3, after[1][4 + at]);
        }
    }

    @Test
    void bordersPositionsScalarsAndOuterTemporaries() throws ReflectiveOperationException {
        var programs = new Programs();
        programs.perExample(160);
        programs.perExample(160);
        int step = programs.uniform(new Uniform.Run(RunScalar.STEP));
        int half = programs.uniform(new Uniform.Number(0.5));
        int rate = programs.uniform(new Uniform.Apply(Op.EXP, List.of(half)));
        var border = new Expression.Within(
                index(-1, Kernel.UNIT, 1),
                3,
                new Expression.Load(0, index(-32, Kernel.GROUP, 160, Kernel.UNIT, 32, L, 1)));
        var place = apply(
                Op.ADD,
                new Expression.Position(index(2, Kernel.UNIT, 10, L, 3)),
                new Expression.Position(index(0, Kernel.GROUP, 1)));
        programs.call(
                rows(
                        2,
                        2,
                        new Statement.Let(0, apply(Op.MUL, new Expression.Scalar(0), new Expression.Scalar(1))),
                        lanes(
                                new Statement.Let(1, apply(Op.LT, border, number(0.25))),
                                store(1, apply(Op.SELECT, temporary(1), apply(Op.ADD, temporary(0), place), border)))),
                Programs.operands(2),
                step,
                rate);
        var after = everywhere(programs, 64);
        float scalar = 1f * (float) StrictMath.exp(0.5);
        for (int g = 0; g < 2; g++) {
            for (int u = 0; u < 5; u++) {
                for (int l = 0; l < 32; l++) {
                    float inside = u >= 1 && u < 4 ? after[0][3 + g * 160 + (u - 1) * 32 + l] : 0;
                    float expected = inside < 0.25f ? scalar + (2 + u * 10 + l * 3 + g) : inside;
                    assertEquals(expected, after[1][4 + g * 160 + u * 32 + l]);
                }
            }
        }
    }

    @Test
    void vectorLoopsHaveRemaindersAndSumsOverExamplesATree() throws ReflectiveOperationException {
        var programs = new Programs();
        programs.perExample(160);
        programs.batch(5);
        programs.batch(45);
        programs.batch(45);
        var sum = new Statement.Vector(
                L,
                32,
                List.of(
                        new Statement.Let(0, number(0)),
                        new Statement.Groups(
                                9,
                                List.of(new Statement.Set(
                                        0,
                                        apply(
                                                Op.ADD,
                                                temporary(0),
                                                new Expression.WhereReal(
                                                        9,
                                                        index(0, L, 1),
                                                        new Expression.Load(0, index(0, 9, 160, Kernel.UNIT, 32, L, 1)),
                                                        number(0)))))),
                        new Statement.Store(2, index(0, L, 1), temporary(0))));
        var tree = new Statement.Tree(1, index(0, Kernel.UNIT, 1), 2, index(0), 1, false);
        programs.call(new Kernel(3, 0, false, 5, 1e9, new Kernel.Nest(List.of(sum, tree))), List.of(0, 1, -1));
        var scale = new Statement.Vector(
                L,
                45,
                List.of(new Statement.Store(
                        1, index(0, L, 1), apply(Op.MUL, new Expression.Load(0, index(0, L, 1)), number(3)))));
        programs.call(new Kernel(2, 0, false, 1, 1, new Kernel.Nest(List.of(scale))), List.of(2, 3));
        var after = everywhere(programs, 90);
        for (int u = 0; u < 5; u++) {
            float[] lane = new float[32];
            for (int e = 0; e < 90; e++) {
                lane[e % 32] += after[0][3 + e / 32 * 160 + u * 32 + e % 32];
            }
            for (int half = 16; half > 0; half /= 2) {
                for (int i = 0; i < half; i++) {
                    lane[i] += lane[i + half];
                }
            }
            assertEquals(lane[0], after[1][4 + u]);
        }
        for (int i = 0; i < 45; i++) {
            assertEquals(after[2][5 + i] * 3, after[3][6 + i]);
        }
    }

    @Test
    void drawsInVectorsAreThoseOfTheStream() throws ReflectiveOperationException {
        var programs = new Programs();
        programs.perExample(160);
        var draw = new Expression.Draw(false, 3, index(0, Kernel.GROUP, 160, L, 5), index(0, Kernel.UNIT, 1));
        programs.call(rows(1, 0, lanes(store(0, draw))), Programs.operands(1));
        var after = everywhere(programs, 50);
        var stream = dev.lanewise.runtime.random.CounterRandom.of(7, 3, 1);
        for (int e = 0; e < 64; e++) {
            for (int unit = 0; unit < 5; unit++) {
                int at = e / 32 * 160 + unit * 32 + e % 32;
                assertEquals(stream.uniformFloat(e * 5 + unit), after[0][3 + at]);
            }
        }
    }

    @Test
    void drawsAndTablesAreTheSameAtEveryWidth() throws ReflectiveOperationException {
        var programs = new Programs();
        programs.perExample(160);
        programs.perExample(160);
        programs.batch(12);
        var element = index(0, Kernel.UNIT, 1);
        var example = index(0, Kernel.GROUP, 160, L, 5);
        var draw = apply(
                Op.ADD,
                new Expression.Draw(false, 3, example, element),
                new Expression.Draw(true, 4, example, element));
        var row = new Expression.Gather(2, apply(Op.FLOOR, load(0)), 4, 3, index(1));
        programs.call(rows(3, 0, lanes(store(1, apply(Op.ADD, draw, row)))), Programs.operands(3));
        var after = everywhere(programs, 50);
        var uniform = dev.lanewise.runtime.random.CounterRandom.of(7, 3, 1);
        var normal = dev.lanewise.runtime.random.CounterRandom.of(7, 4, 1);
        for (int e = 0; e < 64; e++) {
            int at = e / 32 * 160 + 2 * 32 + e % 32;
            int table = Math.clamp((int) Math.floor(after[0][3 + at]), 0, 3);
            float expected =
                    uniform.uniformFloat(e * 5 + 2) + (float) normal.normal(e * 5 + 2) + after[2][5 + table * 3 + 1];
            assertEquals(expected, after[1][4 + at]);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, false", "3, false", "5, true", "8, false", "11, false", "32, true", "32, false"})
    void treesAreTheSameBesideOthers(int count, boolean maximum) throws ReflectiveOperationException {
        var programs = new Programs();
        programs.batch(2 * 32 * count);
        programs.batch(2 * count);
        var copy = new Statement.For(
                8,
                count,
                List.of(new Statement.Vector(
                        L,
                        32,
                        List.of(new Statement.Store(
                                2,
                                index(0, 8, 32, L, 1),
                                new Expression.Load(0, index(0, Kernel.UNIT, 32 * count, 8, 32, L, 1)))))));
        var trees = new Statement.Tree(1, index(0, Kernel.UNIT, count), 2, index(0), count, maximum);
        programs.call(new Kernel(3, 0, false, 2, 1e9, new Kernel.Nest(List.of(copy, trees))), List.of(0, 1, -1));
        var after = everywhere(programs, 40);
        for (int i = 0; i < 2 * count; i++) {
            float[] rest = Arrays.copyOfRange(after[0], 3 + 32 * i, 3 + 32 * i + 32);
            for (int half = 16; half > 0; half /= 2) {
                for (int k = 0; k < half; k++) {
                    rest[k] = maximum ? Math.max(rest[k], rest[k + half]) : rest[k] + rest[k + half];
                }
            }
            assertEquals(rest[0], after[1][4 + i]);
        }
    }
}
