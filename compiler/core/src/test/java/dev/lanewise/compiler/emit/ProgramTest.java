package dev.lanewise.compiler.emit;

import static dev.lanewise.compiler.emit.Programs.apply;
import static dev.lanewise.compiler.emit.Programs.index;
import static dev.lanewise.compiler.emit.Programs.number;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Metric;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.loops.Expression;
import dev.lanewise.compiler.loops.Kernel;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.compiler.loops.Statement;
import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.runtime.model.Frame;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProgramTest {

    /// Adds 1 to every number of a batch-wide array.
    private static Kernel addOne(int size) {
        var value = apply(Op.ADD, new Expression.Load(0, index(0, 7, 1)), number(1));
        var body = new Statement.Vector(7, size, List.of(new Statement.Store(0, index(0, 7, 1), value)));
        return new Kernel(1, 0, false, 1, 1, new Kernel.Nest(List.of(body)));
    }

    @Test
    void thousandsOfCallsAreCutIntoMethods() throws ReflectiveOperationException {
        var programs = new Programs();
        programs.batch(40);
        var random = new SplittableRandom(1); // without an order that a loop could have
        for (int i = 0; i < 40_000; i++) {
            programs.call(addOne(20 + random.nextInt(20)), List.of(0));
        }
        var loaded = new Loaded(programs.build(false));
        var once = new Programs();
        once.batch(40);
        float before = new Loaded(once.build(false)).run("scalar", 1, 32)[0][10];
        float after = loaded.run("scalar", 1, 32)[0][10];
        assertEquals(before + 40_000, after, 0.1);
    }

    @Test
    void callsOnOneArrayAfterTheOtherAreALoop() throws ReflectiveOperationException {
        var programs = new Programs();
        for (int i = 0; i < 900; i++) {
            programs.batch(40);
        }
        for (int i = 0; i < 300; i++) {
            programs.call(addOne(40), List.of(3 * i)).call(addOne(30), List.of(899 - 2 * i));
        }
        var loaded = new Loaded(programs.build(false));
        int length = loaded.classes().get("made/Program").length;
        assertTrue(length < 8000, () -> "the class has " + length + " bytes");
        var frame = new Frame(Threads.of(1), 1, false);
        loaded.fill(frame, 32);
        var after = loaded.run("scalar", 1, 32);
        for (int i = 0; i < 900; i++) {
            int first = frame.offsets[i];
            int last = first + 39;
            int whole = i % 3 == 0 ? 1 : 0;
            int part = i > 299 && i % 2 == 1 ? 1 : 0;
            assertEquals(whole + part, after[i][first] - frame.floats[i][first], 1e-5);
            assertEquals(whole, after[i][last] - frame.floats[i][last], 1e-5);
        }
    }

    @Test
    void aMethodBeyondTheLimitIsRefused() {
        var programs = new Programs();
        programs.batch(40);
        Expression value = new Expression.Load(0, index(0, 7, 1));
        for (int i = 0; i < 60; i++) {
            value = apply(Op.TAN, value);
        }
        var body = new Statement.Vector(7, 40, List.of(new Statement.Store(0, index(0, 7, 1), value)));
        var kernel = new Kernel(1, 0, false, 1, 1, new Kernel.Nest(List.of(body)));
        programs.call(kernel, List.of(0));
        assertTrue(KernelSize.estimate(kernel) > KernelSize.MOST);
        assertThrows(CompilerBug.class, () -> Emitter.emit(programs.build(false), "made", "test.net"));
    }

    @Test
    void stackTracesNameLinesOfTheNetworkFile() throws ReflectiveOperationException {
        var source = new Source("test.net", "first\nsecond\nthird\n");
        var program = new Programs().call(addOne(64), List.of(0)).build(false);
        var origin = new Origin("dense", "", new Span(source, 14, 16));
        var call = new LoopProgram.Call(0, List.of(0), List.of(), false, origin);
        var moved = new LoopProgram(
                program.layout(),
                program.kernels(),
                List.of(),
                List.of(new LoopProgram.Entry(List.of(call))),
                List.of());
        var loaded = new Loaded(moved);
        var instance = loaded.instance("scalar");
        var frame = new Frame(Threads.of(1), 0, false);
        frame.kernels = loaded.forms("scalar");
        frame.offsets = new int[1];
        frame.floats = new float[1][10];
        var error = assertThrows(ArrayIndexOutOfBoundsException.class, () -> instance.run(0, frame, 0));
        assertTrue(Arrays.stream(error.getStackTrace())
                .anyMatch(e -> e.getMethodName().startsWith("entry")
                        && "test.net".equals(e.getFileName())
                        && e.getLineNumber() == 3));
    }

    @Test
    void metricsAreFormulasOfTheirSums() throws ReflectiveOperationException {
        var out = Graph.builder();
        var scalar = Type.batch(Shape.SCALAR);
        var a = out.leaf(new Prim.Input("b"), scalar, Origin.UNKNOWN);
        var b = out.leaf(new Prim.Input("a"), scalar, Origin.UNKNOWN);
        var n = out.leaf(new Prim.Run(RunScalar.EXAMPLES), scalar, Origin.UNKNOWN);
        var two = out.leaf(new Prim.Fill(2), scalar, Origin.UNKNOWN);
        var power = out.add(new Prim.Elementwise(Op.POW), Origin.UNKNOWN, b, two);
        var value = out.add(new Prim.Elementwise(Op.SUB), Origin.UNKNOWN, a, power);
        out.result(Role.VALUE, "m", out.add(new Prim.Elementwise(Op.DIV), Origin.UNKNOWN, value, n));
        var metric = new Metric("m", List.of("a", "b"), out.build());
        var program = new Programs().build(false);
        var with = new LoopProgram(program.layout(), List.of(), List.of(), program.entries(), List.of(metric));
        assertEquals((7 - 9) / 4.0, new Loaded(with).instance("scalar").metric(0, new double[] {3, 7}, 4));
    }

    @Test
    void theSameProgramGivesTheSameBytes() {
        var programs = new Programs();
        programs.batch(64);
        programs.call(addOne(64), List.of(0));
        var first = Emitter.emit(programs.build(false), "made", "test.net");
        var second = Emitter.emit(programs.build(false), "made", "test.net");
        assertEquals(List.copyOf(first.keySet()), List.copyOf(second.keySet()));
        first.forEach((name, bytes) -> assertArrayEquals(bytes, second.get(name)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"512", "256", "128", "scalar"})
    void warmingUpCallsKernelsOnScratchData(String vector) throws ReflectiveOperationException, InterruptedException {
        var programs = new Programs();
        programs.batch(8 * 40);
        programs.perExample(40 * 32);
        programs.perExample(8 * 32);
        programs.perExample(64 * 32);
        programs.batch(8 * 40);
        var place = index(0, Kernel.GROUP, 256, Kernel.UNIT, 32, Kernel.LANE, 1);
        var store = List.<Statement>of(new Statement.Store(2, place, Programs.temporary(0)));
        programs.call(
                new Kernel(3, 0, true, 8, 1e4, new Kernel.LaneTile(40, 40, 1, 1280, 32, -1, -1, store)),
                List.of(0, 1, 2));
        programs.call(new Kernel(1, 0, false, 1, 40, new Kernel.ClearPadding(40)), List.of(1));
        programs.call(
                new Kernel.Rearrange(40, Kernel.Arrangement.LANES, Kernel.Arrangement.PANELS).kernel(), List.of(1, 3));
        programs.call(new Kernel(3, 0, false, 8, 1e4, new Kernel.ExampleTile(40, 256, 32)), List.of(2, 3, 4));
        programs.call(addOne(64), List.of(0));
        var warmup = new Loaded(programs.build(false)).instance(vector).warmup();
        // The second kernel has no vectors.
        assertEquals(vector.equals("scalar") ? 0 : 4, warmup.scalar(0).length());
        var before = warmup.forms();
        warmup.warm(0, true);
        // Beside much other work the JVM's compiler may need longer; what was not warm in time is looked at again.
        for (int wait = 0; wait < 200 && !warmup.scalar(0).isEmpty(); wait++) {
            Thread.sleep(100);
        }
        assertEquals("", warmup.scalar(0));
        var after = warmup.forms();
        assertSame(before[1], after[1]);
        for (int kernel : List.of(0, 2, 3, 4)) {
            assertEquals(vector.equals("scalar"), before[kernel] == after[kernel]);
        }
    }

    @Test
    void kernelsInDifferentFormsComputeTheSameBits() throws ReflectiveOperationException {
        var programs = new Programs();
        programs.perExample(64);
        programs.call(addOne(64), List.of(0));
        var loaded = new Loaded(programs.build(false));
        var instance = loaded.instance("512");
        var frame = new Frame(Threads.of(1), 1, false);
        loaded.fill(frame, 64);
        frame.kernels = loaded.forms("scalar");
        instance.run(0, frame, 0);
        assertArrayEquals(loaded.run("512", 1, 64)[0], frame.floats[0]);
    }

    @Test
    void nothingOfTheVectorModuleStandsInTheClassesThatAreLoadedWithoutIt() {
        var programs = new Programs();
        programs.batch(64);
        programs.call(addOne(64), List.of(0));
        var classes = Emitter.emit(programs.build(false), "made", "test.net");
        for (var name : List.of("made/Program", "made/Kernels", "made/KernelsScalar")) {
            var text = new String(classes.get(name), java.nio.charset.StandardCharsets.ISO_8859_1);
            assertFalse(text.contains("jdk/incubator"), name);
        }
    }
}
