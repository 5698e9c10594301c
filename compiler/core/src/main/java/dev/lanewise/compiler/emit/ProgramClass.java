package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.DoubleNumber;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Metric;
import dev.lanewise.compiler.graph.Node;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.compiler.loops.LoopProgram.Uniform;
import dev.lanewise.runtime.model.Layout;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// The class that implements `Program`: the choice of the kernels' width, the entries, the uniform numbers, the
/// metrics' formulas.
final class ProgramClass {
    private static final String FRAME = "dev/lanewise/runtime/model/Frame";
    private static final String SIMD = "dev/lanewise/runtime/simd/Simd";
    private static final String WARMUP = "dev/lanewise/runtime/simd/Warmup";
    private static final Type WARMUP_TYPE = Type.getObjectType(WARMUP);
    private static final Type FRAME_TYPE = Type.getObjectType(FRAME);
    private static final Type DOUBLES = Type.getType("[D");
    private static final String UNIFORMS = "([D[D)V";
    private static final String METRIC = "([DD)D";
    private static final int UNIFORMS_PER_METHOD = 250;

    /// Characters of one constant; three bytes each fit.
    private static final int CONSTANT = 20_000;

    private static final String FITTING = "dev/lanewise/runtime/train/StagedFitting";
    private static final String STRING = "java/lang/String";

    private final LoopProgram program;
    private final Emitter.Fits fits;
    private final ClassFile file;
    private final String base;
    private final boolean timed;

    ProgramClass(Emitter.Named named, ClassFile file, String base, boolean timed) {
        this.program = named.program();
        this.fits = named.fits();
        this.file = file;
        this.base = base;
        this.timed = timed;
    }

    private Type kernelsType() {
        return Type.getObjectType(base);
    }

    void write(List<Integer> widths, int scratch) {
        file.field(Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL, "warmup", WARMUP_TYPE);
        file.constructor("java/lang/Object", code -> construct(code, widths, scratch));
        file.method(Opcodes.ACC_PUBLIC, "run", "(IL" + FRAME + ";I)V", this::run);
        for (int entry = 0; entry < program.entries().size(); entry++) {
            new EntryMethods(program, file, base, timed && entry == Layout.TRAIN).write(entry);
        }
        if (timed) {
            file.field(Opcodes.ACC_PRIVATE | Opcodes.ACC_FINAL, Stamps.FIELD, Stamps.ARRAY);
            file.method(Opcodes.ACC_PUBLIC, Stamps.FIELD, "()[J", code -> {
                code.load(ClassFile.self());
                code.field(Opcodes.GETFIELD, file.name(), Stamps.FIELD, Stamps.ARRAY);
                code.op(Opcodes.ARETURN);
            });
        }
        uniforms();
        metrics();
        if (!fits.plan().isEmpty()) {
            file.method(Opcodes.ACC_PUBLIC, "fitting", "()Ldev/lanewise/runtime/model/Fitting;", this::fitting);
        }
        file.method(Opcodes.ACC_PUBLIC, "warmup", "()L" + WARMUP + ";", code -> {
            code.load(ClassFile.self());
            code.field(Opcodes.GETFIELD, file.name(), "warmup", WARMUP_TYPE);
            code.op(Opcodes.ARETURN);
        });
    }

    /// Scalar kernels, and those in vectors that fit the machine.
    private void construct(Code code, List<Integer> widths, int scratch) {
        if (timed) {
            code.load(ClassFile.self());
            code.push(program.entries().get(Layout.TRAIN).calls().size() + 1);
            code.newArray(Type.LONG_TYPE);
            code.field(Opcodes.PUTFIELD, file.name(), Stamps.FIELD, Stamps.ARRAY);
        }
        create(code, 0);
        var plain = code.keep(kernelsType());
        code.load(plain);
        var vector = code.keep(kernelsType());
        if (!widths.equals(List.of(0))) {
            code.callStatic(SIMD, "width", "()I");
            var width = code.keep(Type.INT_TYPE);
            for (int bits : widths.subList(0, widths.size() - 1)) {
                var next = code.label();
                code.load(width);
                code.push(bits);
                code.jump(Opcodes.IF_ICMPNE, next);
                create(code, bits);
                code.store(vector);
                code.mark(next);
            }
        }
        code.load(ClassFile.self());
        code.type(Opcodes.NEW, WARMUP);
        code.op(Opcodes.DUP);
        code.load(plain);
        code.load(vector);
        code.push(program.kernels().size());
        code.push(scratch);
        code.push(program.entries().size());
        code.type(Opcodes.ANEWARRAY, STRING);
        for (int entry = 0; entry < program.entries().size(); entry++) {
            code.op(Opcodes.DUP);
            code.push(entry);
            code.push(Heaviest.of(program, program.entries().get(entry)));
            code.op(Opcodes.AASTORE);
        }
        code.construct(WARMUP, "(L" + Emitter.WARM_KERNELS + ";L" + Emitter.WARM_KERNELS + ";II[L" + STRING + ";)V");
        code.field(Opcodes.PUTFIELD, file.name(), "warmup", WARMUP_TYPE);
    }

    private void create(Code code, int bits) {
        var name = Emitter.kernels(base, bits);
        code.type(Opcodes.NEW, name);
        code.op(Opcodes.DUP);
        code.construct(name, "()V");
        code.type(Opcodes.CHECKCAST, base);
    }

    private void fitting(Code code) {
        code.type(Opcodes.NEW, FITTING);
        code.op(Opcodes.DUP);
        code.type(Opcodes.NEW, fits.program());
        code.op(Opcodes.DUP);
        code.construct(fits.program(), "()V");
        code.push("");
        for (int at = 0; at < fits.plan().length(); at += CONSTANT) {
            code.push(fits.plan().substring(at, Math.min(fits.plan().length(), at + CONSTANT)));
            code.callVirtual(STRING, "concat", "(L" + STRING + ";)L" + STRING + ";");
        }
        code.construct(FITTING, "(Ldev/lanewise/runtime/model/Program;L" + STRING + ";)V");
        code.op(Opcodes.ARETURN);
    }

    private static final Local ENTRY_NUMBER = new Local(1, Type.INT_TYPE);

    private void run(Code code) {
        var frame = new Local(2, FRAME_TYPE);
        for (int i = 0; i < program.uniforms().size(); i += UNIFORMS_PER_METHOD) {
            // Every worker computes them: all write the same numbers to the same places, and need not wait.
            code.load(frame);
            code.field(Opcodes.GETFIELD, FRAME, "uniforms", DOUBLES);
            code.load(frame);
            code.field(Opcodes.GETFIELD, FRAME, "run", DOUBLES);
            code.callStatic(file.name(), "uniforms" + i, UNIFORMS);
        }
        code.load(ENTRY_NUMBER);
        code.choose(program.entries().size(), entry -> {
            code.load(ClassFile.self());
            code.load(frame);
            code.load(new Local(3, Type.INT_TYPE));
            code.callVirtual(file.name(), EntryMethods.name(entry), EntryMethods.DESCRIPTOR);
            code.op(Opcodes.RETURN);
        });
    }

    // Uniform numbers and metrics, in double precision

    private void uniforms() {
        for (int first = 0; first < program.uniforms().size(); first += UNIFORMS_PER_METHOD) {
            int from = first;
            int to = Math.min(program.uniforms().size(), first + UNIFORMS_PER_METHOD);
            file.method(Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC, "uniforms" + first, UNIFORMS, code -> {
                for (int i = from; i < to; i++) {
                    uniform(code, i);
                }
            });
        }
    }

    private void uniform(Code code, int number) {
        var values = new Local(0, DOUBLES);
        code.load(values);
        code.push(number);
        switch (program.uniforms().get(number)) {
            case Uniform.Number constant -> code.push(constant.value());
            case Uniform.Run run ->
                element(code, new Local(1, DOUBLES), run.scalar().ordinal());
            case Uniform.Apply apply -> {
                for (int argument : apply.arguments()) {
                    element(code, values, argument);
                }
                DoubleNumber.apply(code, apply.op());
            }
        }
        code.op(Opcodes.DASTORE);
    }

    private static void element(Code code, Local array, int index) {
        code.load(array);
        code.push(index);
        code.op(Opcodes.DALOAD);
    }

    private void metrics() {
        file.method(Opcodes.ACC_PUBLIC, "metric", "(I[DD)D", code -> {
            code.load(ENTRY_NUMBER);
            code.choose(program.metrics().size(), i -> {
                code.load(new Local(2, DOUBLES));
                code.load(new Local(3, Type.DOUBLE_TYPE));
                code.callStatic(file.name(), "metric" + i, METRIC);
                code.op(Opcodes.DRETURN);
            });
            code.push(Double.NaN);
            code.op(Opcodes.DRETURN);
        });
        for (int i = 0; i < program.metrics().size(); i++) {
            var metric = program.metrics().get(i);
            file.method(Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC, "metric" + i, METRIC, code -> formula(code, metric));
        }
    }

    private static void formula(Code code, Metric metric) {
        var graph = metric.formula();
        var values = new ArrayList<Local>();
        for (int i = 0; i < graph.nodes().size(); i++) {
            node(code, metric, graph, i, values);
            values.add(code.keep(Type.DOUBLE_TYPE));
        }
        code.load(values.get(graph.results().getFirst().value().node()));
        code.op(Opcodes.DRETURN);
    }

    private static void node(Code code, Metric metric, Graph graph, int number, List<Local> values) {
        Node node = graph.nodes().get(number);
        switch (node.prim()) {
            case Prim.Input(var name) ->
                element(code, new Local(0, DOUBLES), metric.sums().indexOf(name));
            case Prim.Run _ -> code.load(new Local(1, Type.DOUBLE_TYPE));
            case Prim.Fill(var value) -> code.push(value);
            case Prim.Elementwise(var op) -> {
                node.inputs().forEach(input -> code.load(values.get(input.node())));
                DoubleNumber.apply(code, op);
            }
            default -> throw CompilerBug.at(graph, number, "not the formula of a metric");
        }
    }
}
