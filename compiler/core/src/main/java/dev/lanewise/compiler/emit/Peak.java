package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Form;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.runtime.team.Team;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import org.objectweb.asm.Type;

/// What the processor can do at most: on each thread twelve chains of fused multiply-adds in registers that do not
/// wait for each other. Whoever calls it holds the clock.
public final class Peak implements AutoCloseable {
    private static final int CHAINS = 12;
    private static final String DESCRIPTOR = "(IFF[F)V";

    private final MethodHandle loop;
    private final int lanes;
    private final Team team;
    private final float[][] results;

    private Peak(MethodHandle loop, int lanes, Team team) {
        this.loop = loop;
        this.lanes = lanes;
        this.team = team;
        this.results = new float[team.workers()][CHAINS * lanes];
    }

    /// For vectors of so many bits, 0 for code without vectors, on so many threads.
    public static Peak of(int width, int threads) {
        var loop = MachineLoop.load(bytes(width), DESCRIPTOR);
        return new Peak(loop, MachineLoop.form(width).lanes(), Team.of(threads));
    }

    /// The floating-point operations in a round of all threads, two for a multiply-add.
    public long operations() {
        return 2L * CHAINS * lanes * team.workers();
    }

    /// Goes round the loop on every thread.
    public void run(int rounds) {
        team.run(worker -> {
            try {
                loop.invokeExact(rounds, 1.0f, 1e-3f, results[worker]);
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
        return MachineLoop.bytes(width, DESCRIPTOR, Peak::write);
    }

    private static void write(Code code, Form form) {
        form.widen(code, new Local(1, Type.FLOAT_TYPE));
        var x = code.keep(form.type());
        form.widen(code, new Local(2, Type.FLOAT_TYPE));
        var y = code.keep(form.type());
        var sums = new ArrayList<Local>();
        for (int i = 0; i < CHAINS; i++) {
            form.constant(code, i);
            sums.add(code.keep(form.type()));
        }
        code.loop(Whole.of(new Local(0, Type.INT_TYPE)), _ -> {
            for (var sum : sums) {
                form.fma(code, x, y, sum);
                code.store(sum);
            }
        });
        for (int i = 0; i < CHAINS; i++) {
            form.store(code, new Local(3, Type.getType("[F")), Whole.of(i * form.lanes()), sums.get(i));
        }
    }
}
