package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.runtime.model.Frame;
import dev.lanewise.runtime.model.Program;
import dev.lanewise.runtime.simd.Warmup;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.SplittableRandom;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.util.CheckClassAdapter;

/// An emitted program, checked and loaded, and runs of one entry whose buffers are arrays of their own.
final class Loaded extends ClassLoader {
    private final Map<String, byte[]> classes;
    private final LoopProgram program;

    Loaded(LoopProgram program) {
        super(Loaded.class.getClassLoader());
        this.program = program;
        this.classes = Emitter.emit(program, "made", "test.net");
    }

    Map<String, byte[]> classes() {
        return classes;
    }

    /// What ASM's verifier finds wrong.
    String check() {
        var text = new StringWriter();
        classes.values().forEach(c -> CheckClassAdapter.verify(new ClassReader(c), this, false, new PrintWriter(text)));
        return text.toString();
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte[] bytes = classes.get(name.replace('.', '/'));
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }

    Program instance(String vector) throws ReflectiveOperationException {
        System.setProperty("lanewise.vector", vector);
        try {
            return (Program) loadClass("made.Program").getDeclaredConstructor().newInstance();
        } finally {
            System.clearProperty("lanewise.vector");
        }
    }

    /// Runs entry 0 on buffers filled with seeded numbers, and gives them as they are then.
    float[][] run(String vector, int workers, int examples) throws ReflectiveOperationException {
        var instance = instance(vector);
        var frame =
                new Frame(Threads.of(workers), Math.max(1, program.uniforms().size()), false);
        fill(frame, examples);
        frame.kernels = forms(vector);
        frame.team.run(worker -> instance.run(0, frame, worker));
        return frame.floats;
    }

    Warmup.Kernels[] forms(String vector) {
        return Forms.of(this, vector, program.kernels().size());
    }

    void fill(Frame frame, int examples) {
        var random = new SplittableRandom(5);
        var buffers = program.layout().entries().getFirst().buffers();
        frame.groups = (examples + 31) / 32;
        frame.examples = examples;
        frame.seed = 7;
        for (int i = 0; i < frame.run.length; i++) {
            frame.run[i] = i + 1;
        }
        frame.offsets = new int[buffers.size()];
        frame.floats = new float[buffers.size()][];
        frame.doubles = new double[buffers.size()][];
        for (int b = 0; b < buffers.size(); b++) {
            int size = (int) buffers.get(b).size() * (buffers.get(b).perExample() ? frame.groups : 1);
            frame.offsets[b] = 3 + b;
            frame.floats[b] = new float[size + 3 + b];
            frame.doubles[b] = new double[size + 3 + b];
            for (int i = 0; i < size; i++) {
                double value = random.nextDouble(-2, 2);
                frame.floats[b][3 + b + i] = (float) value;
                frame.doubles[b][3 + b + i] = value;
            }
        }
    }
}
