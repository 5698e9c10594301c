package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Form;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.runtime.model.Arena;
import dev.lanewise.runtime.team.Team;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import org.objectweb.asm.Type;

/// What the memory gives at most: on each thread `c = a * s + b` over arrays that have so many bytes together, again
/// and again. What is small comes from a cache, what is large from memory, as it is with the values of a step.
/// Whoever calls it holds the clock.
public final class Bandwidth implements AutoCloseable {
    private static final String DESCRIPTOR = "([FIIF)V";
    private static final int ARRAYS = 3;
    /// Vectors in one pass of the loop.
    private static final int UNROLLED = 4;
    /// Numbers that the passes of every width fill.
    private static final int CHUNK = 64;
    /// So much a thread goes over in a run at least, passing again and again: else handing out work would be
    /// measured.
    private static final int LEAST_BYTES = 1 << 22;

    private final MethodHandle loop;
    private final Team team;
    private final Arena[] arenas;
    private final int count;
    private final int passes;

    private Bandwidth(MethodHandle loop, Team team, int count) {
        this.loop = loop;
        this.team = team;
        this.count = count;
        this.passes = (int) Math.max(1, LEAST_BYTES / ((long) ARRAYS * count * Float.BYTES));
        this.arenas = new Arena[team.workers()];
        Arrays.setAll(arenas, _ -> Arena.of(false, true, ARRAYS * (long) count, "the arrays to measure the memory"));
    }

    /// For vectors of so many bits, 0 for code without vectors; about `bytes` in all, divided among the threads.
    public static Bandwidth of(int width, int threads, long bytes) {
        long chunks = bytes / threads / (ARRAYS * CHUNK * Float.BYTES);
        int count = CHUNK * Math.clamp(chunks, 1, (Integer.MAX_VALUE >> 2) / (ARRAYS * CHUNK));
        return new Bandwidth(MachineLoop.load(bytes(width), DESCRIPTOR), Team.of(threads), count);
    }

    /// The bytes of the arrays of all threads.
    public long bytes() {
        return (long) ARRAYS * count * Float.BYTES * team.workers();
    }

    /// The bytes that a run reads and writes on all threads.
    public long moved() {
        return bytes() * passes;
    }

    /// Goes over the arrays on every thread, several times where they are small.
    public void run() {
        team.run(worker -> {
            try {
                for (int pass = 0; pass < passes; pass++) {
                    loop.invokeExact(arenas[worker].floats(), arenas[worker].element(0), count, 0.5f);
                }
            } catch (Throwable e) {
                throw MachineLoop.unchecked(e);
            }
        });
    }

    @Override
    public void close() {
        team.close();
    }

    static byte[] bytes(int width) {
        return MachineLoop.bytes(width, DESCRIPTOR, Bandwidth::write);
    }

    private static void write(Code code, Form form) {
        var array = new Local(0, Type.getType("[F"));
        var first = Whole.of(new Local(1, Type.INT_TYPE));
        var count = Whole.of(new Local(2, Type.INT_TYPE));
        form.widen(code, new Local(3, Type.FLOAT_TYPE));
        var factor = code.keep(form.type());
        var a = Whole.of(code.keep(first));
        var b = Whole.of(code.keep(a.plus(count)));
        var c = Whole.of(code.keep(b.plus(count)));
        code.loop(Whole.ZERO, count, UNROLLED * form.lanes(), i -> {
            for (int v = 0; v < UNROLLED; v++) {
                var at = i.plus(v * form.lanes());
                int mark = code.mark();
                form.load(code, array, a.plus(at));
                var x = code.keep(form.type());
                form.load(code, array, b.plus(at));
                var y = code.keep(form.type());
                form.fma(code, x, factor, y);
                form.store(code, array, c.plus(at), code.keep(form.type()));
                code.release(mark);
            }
        });
    }
}
