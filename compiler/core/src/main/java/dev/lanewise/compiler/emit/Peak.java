package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Form;
import dev.lanewise.compiler.emit.code.Lanes;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.SingleNumber;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.graph.CompilerBug;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// What a processor can do at most: twelve chains of fused multiply-adds in registers that do not wait for each
/// other. For one thread; whoever calls it holds the clock.
public final class Peak {
    private static final int CHAINS = 12;
    private static final String NAME = "dev/lanewise/compiler/emit/PeakLoop";
    private static final String DESCRIPTOR = "(IFF[F)V";

    private final MethodHandle loop;
    private final int lanes;
    private final float[] results;

    private Peak(MethodHandle loop, int lanes) {
        this.loop = loop;
        this.lanes = lanes;
        this.results = new float[CHAINS * lanes];
    }

    /// For vectors of so many bits; 0 for code without vectors.
    public static Peak of(int width) {
        try {
            var type = MethodHandles.lookup().defineHiddenClass(bytes(width), true);
            var loop = type.findStatic(
                    type.lookupClass(),
                    "run",
                    MethodType.methodType(void.class, int.class, float.class, float.class, float[].class));
            return new Peak(loop, form(width).lanes());
        } catch (ReflectiveOperationException e) {
            throw new CompilerBug("the loop that measures the peak does not load: " + e);
        }
    }

    /// The same loop for another thread.
    public Peak another() {
        return new Peak(loop, lanes);
    }

    /// Goes round the loop and gives the number of floating-point operations, two for a multiply-add.
    public long run(int rounds) {
        try {
            loop.invokeExact(rounds, 1.0f, 1e-3f, results);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
        return 2L * CHAINS * lanes * rounds;
    }

    private static Form form(int width) {
        return width == 0 ? new SingleNumber() : Lanes.of(width, NAME);
    }

    static byte[] bytes(int width) {
        var file = new ClassFile(NAME, "java/lang/Object", Opcodes.ACC_FINAL, "Peak");
        file.method(Opcodes.ACC_STATIC, "run", DESCRIPTOR, code -> write(code, form(width)));
        return file.bytes();
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
