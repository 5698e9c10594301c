package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.compiler.loops.LoopProgram.Call;
import java.util.ArrayList;
import java.util.List;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// The calls of an entry, in as many methods as are needed; every call stands on the line of the network file that it
/// serves.
final class EntryMethods {
    static final String FRAME = "dev/lanewise/runtime/model/Frame";
    static final String DESCRIPTOR = "(L" + FRAME + ";I)V";
    private static final String TEAM = "dev/lanewise/runtime/team/Team";
    private static final Type DOUBLES = Type.getType("[D");
    static final Type LONGS = Type.getType("[J");
    static final String STAMPS = "stamps";
    /// Calls are gathered into a method until it has about so many bytes.
    private static final int CHUNK = 6000;

    /// One method calls so many others.
    private static final int METHODS = 500;

    private final LoopProgram program;
    private final ClassFile file;
    private final String base;
    private final boolean timed;
    private final Type array;

    /// `timed`: the calls note the time in the field `stamps`.
    EntryMethods(LoopProgram program, ClassFile file, String base, boolean timed) {
        this.program = program;
        this.file = file;
        this.base = base;
        this.timed = timed;
        this.array = Type.getType(program.layout().doublePrecision() ? "[D" : "[F");
    }

    /// The method that runs a whole entry.
    static String name(int entry) {
        return "entry" + entry;
    }

    void write(int entry) {
        var chunks = chunks(program.entries().get(entry).calls());
        var methods = new ArrayList<String>();
        int first = 0;
        for (var chunk : chunks) {
            var method = name(entry) + "_" + methods.size();
            int from = first;
            file.method(Opcodes.ACC_FINAL, method, DESCRIPTOR, code -> new Calls(code).write(chunk, from));
            methods.add(method);
            first += chunk.stream().mapToInt(Repeat::size).sum();
        }
        gather(name(entry), methods);
    }

    /// A method that calls these in order, through others where they are many.
    private void gather(String name, List<String> methods) {
        var called = methods;
        if (methods.size() > METHODS) {
            called = new ArrayList<>();
            for (int first = 0; first < methods.size(); first += METHODS) {
                var part = name + "_from" + first;
                gather(part, methods.subList(first, Math.min(methods.size(), first + METHODS)));
                called.add(part);
            }
        }
        var all = called;
        file.method(Opcodes.ACC_FINAL, name, DESCRIPTOR, code -> {
            for (var method : all) {
                code.load(ClassFile.self());
                code.load(new Local(1, Type.getObjectType(FRAME)));
                code.load(new Local(2, Type.INT_TYPE));
                code.callVirtual(file.name(), method, DESCRIPTOR);
            }
        });
    }

    private static List<List<Repeat>> chunks(List<Call> calls) {
        var chunks = new ArrayList<List<Repeat>>();
        var chunk = new ArrayList<Repeat>();
        int length = 0;
        for (var repeat : Repeat.of(calls)) {
            int next = 0;
            for (var call : repeat.calls()) {
                int operand = repeat.count() > 1 ? 24 : 12;
                next += 70
                        + operand * call.buffers().size()
                        + 10 * call.uniforms().size();
            }
            if (length + next > CHUNK) {
                chunks.add(List.copyOf(chunk));
                chunk.clear();
                length = 0;
            }
            chunk.add(repeat);
            length += next;
        }
        chunks.add(List.copyOf(chunk));
        return chunks;
    }

    /// The body of one chunk.
    private final class Calls {
        private final Code code;
        private final Local frame = new Local(1, Type.getObjectType(FRAME));
        private final Local worker = new Local(2, Type.INT_TYPE);
        private final Local arrays;
        private final Local offsets;
        private final Local uniforms;
        private final Local groups;
        private final Local examples;
        private final Local team;
        private final Local workers;
        private final Local kernels;
        private final Local scratch;

        Calls(Code code) {
            this.code = code;
            arrays = field(isDouble() ? "doubles" : "floats", Type.getType("[" + array.getDescriptor()));
            offsets = field("offsets", Type.getType("[I"));
            uniforms = field("uniforms", DOUBLES);
            groups = field("groups", Type.INT_TYPE);
            examples = field("examples", Type.INT_TYPE);
            team = field("team", Type.getObjectType(TEAM));
            code.load(team);
            code.callInterface(TEAM, "workers", "()I");
            workers = code.keep(Type.INT_TYPE);
            kernels = field("kernels", Type.getType("[L" + Emitter.WARM_KERNELS + ";"));
            code.load(frame);
            code.field(
                    Opcodes.GETFIELD,
                    FRAME,
                    isDouble() ? "doubleScratch" : "floatScratch",
                    Type.getType("[" + array.getDescriptor()));
            code.load(worker);
            code.op(Opcodes.AALOAD);
            scratch = code.keep(array);
        }

        private boolean isDouble() {
            return program.layout().doublePrecision();
        }

        private Local field(String name, Type type) {
            code.load(frame);
            code.field(Opcodes.GETFIELD, FRAME, name, type);
            return code.keep(type);
        }

        /// The calls from number `first` of the entry on.
        void write(List<Repeat> repeats, int first) {
            int place = first;
            for (var repeat : repeats) {
                write(repeat, place);
                place += repeat.size();
            }
            if (timed) {
                stamp(Whole.of(place));
            }
        }

        private void write(Repeat repeat, int first) {
            int length = repeat.calls().size();
            code.loop(Whole.of(repeat.count()), turn -> {
                for (int i = 0; i < length; i++) {
                    write(
                            repeat.calls().get(i),
                            repeat.steps().get(i),
                            turn,
                            turn.times(length).plus(first + i));
                }
            });
        }

        /// Worker 0 notes the time.
        private void stamp(Whole place) {
            var others = code.label();
            code.load(worker);
            code.jump(Opcodes.IFNE, others);
            code.load(ClassFile.self());
            code.field(Opcodes.GETFIELD, file.name(), STAMPS, LONGS);
            code.push(place);
            code.callStatic("java/lang/System", "nanoTime", "()J");
            code.op(Opcodes.LASTORE);
            code.mark(others);
        }

        private void write(Call call, List<Integer> steps, Whole turn, Whole place) {
            var signature = Signature.of(program.kernels().get(call.kernel()), isDouble(), 2);
            code.line(call.origin().span().line());
            if (call.barrier()) {
                code.load(team);
                code.callInterface(TEAM, "barrier", "()V");
            }
            if (timed) {
                stamp(place);
            }
            code.load(kernels);
            code.push(call.kernel());
            code.op(Opcodes.AALOAD);
            code.type(Opcodes.CHECKCAST, base);
            for (int i = 0; i < steps.size(); i++) {
                operand(turn.times(steps.get(i)).plus(call.buffers().get(i)));
            }
            for (int uniform : call.uniforms()) {
                code.load(uniforms);
                code.push(uniform);
                code.op(Opcodes.DALOAD);
                if (!isDouble()) {
                    code.op(Opcodes.D2F);
                }
            }
            code.load(groups);
            code.load(examples);
            if (signature.draws()) {
                seedAndStep();
            }
            code.load(worker);
            code.load(workers);
            code.callVirtual(base, "k" + call.kernel(), signature.descriptor());
        }

        private void operand(Whole buffer) {
            if (buffer.isConstant() && buffer.constant() < 0) {
                code.load(scratch);
                code.push(0);
                return;
            }
            code.load(arrays);
            code.push(buffer);
            code.op(Opcodes.AALOAD);
            code.load(offsets);
            code.push(buffer);
            code.op(Opcodes.IALOAD);
        }

        private void seedAndStep() {
            code.load(frame);
            code.field(Opcodes.GETFIELD, FRAME, "seed", Type.LONG_TYPE);
            code.load(frame);
            code.field(Opcodes.GETFIELD, FRAME, "run", DOUBLES);
            code.push(RunScalar.STEP.ordinal());
            code.op(Opcodes.DALOAD);
            code.op(Opcodes.D2I);
        }
    }
}
