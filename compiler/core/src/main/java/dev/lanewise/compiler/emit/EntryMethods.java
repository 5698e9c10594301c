package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.Whole;
import dev.lanewise.compiler.graph.Prim.RunScalar;
import dev.lanewise.compiler.loops.LoopProgram;
import dev.lanewise.compiler.loops.LoopProgram.Call;
import dev.lanewise.compiler.loops.LoopProgram.Strips;
import dev.lanewise.compiler.loops.LoopProgram.Turns;
import dev.lanewise.runtime.model.Layout;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// The calls of an entry, in as many methods as are needed; every call stands on the line of the network file that it
/// serves.
final class EntryMethods {
    static final String FRAME = "dev/lanewise/runtime/model/Frame";
    static final String DESCRIPTOR = "(L" + FRAME + ";I)V";
    private static final String TEAM = "dev/lanewise/runtime/team/Team";
    private static final Type DOUBLES = Type.getType("[D");
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
        var chunks = chunks(parts(program.entries().get(entry)));
        var buffers = program.layout().entries().get(entry).buffers();
        var methods = new ArrayList<String>();
        int first = 0;
        for (var chunk : chunks) {
            var method = name(entry) + "_" + methods.size();
            int from = first;
            file.method(Opcodes.ACC_FINAL, method, DESCRIPTOR, code -> new Calls(code, buffers).write(chunk, from));
            methods.add(method);
            first += chunk.stream().mapToInt(part -> part.repeat().size()).sum();
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

    /// Calls that are written together: such as are repeated, or done in turns or strips.
    private record Part(
            Repeat repeat, @Nullable Turns turns, @Nullable Strips strips) {
        /// About how many bytes it takes.
        int length() {
            boolean once = turns == null && strips == null;
            int operand = repeat.count() > 1 || !once ? 24 : 12;
            int length = once ? 0 : 150;
            for (var call : repeat.calls()) {
                length += 70
                        + operand * call.buffers().size()
                        + 10 * call.uniforms().size();
            }
            return length;
        }
    }

    private static List<Part> parts(LoopProgram.Entry entry) {
        var parts = new ArrayList<Part>();
        int at = 0;
        var special = new TreeMap<Integer, Part>();
        var calls = entry.calls();
        for (var turns : entry.turns()) {
            var once = Repeat.once(calls.subList(turns.first(), turns.end()));
            special.put(turns.first(), new Part(once, turns, null));
        }
        for (var strips : entry.strips()) {
            var once = Repeat.once(calls.subList(strips.first(), strips.end()));
            special.put(strips.first(), new Part(once, null, strips));
        }
        for (var next : special.entrySet()) {
            Repeat.of(calls.subList(at, next.getKey())).forEach(r -> parts.add(new Part(r, null, null)));
            parts.add(next.getValue());
            at = next.getKey() + next.getValue().repeat().size();
        }
        Repeat.of(calls.subList(at, calls.size())).forEach(r -> parts.add(new Part(r, null, null)));
        return parts;
    }

    private static List<List<Part>> chunks(List<Part> parts) {
        var chunks = new ArrayList<List<Part>>();
        var chunk = new ArrayList<Part>();
        int length = 0;
        for (var part : parts) {
            if (length + part.length() > CHUNK) {
                chunks.add(List.copyOf(chunk));
                chunk.clear();
                length = 0;
            }
            chunk.add(part);
            length += part.length();
        }
        chunks.add(List.copyOf(chunk));
        return chunks;
    }

    /// The groups that calls work on, from the first of them on, and their examples; which buffers of the examples
    /// begin there.
    private record Batch(Local groups, Local examples, Whole first, IntPredicate moves) {}

    /// The body of one chunk.
    private final class Calls {
        private final Code code;
        private final List<Layout.Buffer> buffers;
        private final Local frame = new Local(1, Type.getObjectType(FRAME));
        private final Local worker = new Local(2, Type.INT_TYPE);
        private final Local arrays;
        private final Local offsets;
        private final Local uniforms;
        private final Batch all;
        private final Local team;
        private final Local workers;
        private final Local kernels;
        private final Local scratch;
        private final Stamps stamps;

        Calls(Code code, List<Layout.Buffer> buffers) {
            this.code = code;
            this.buffers = buffers;
            arrays = field(isDouble() ? "doubles" : "floats", Type.getType("[" + array.getDescriptor()));
            offsets = field("offsets", Type.getType("[I"));
            uniforms = field("uniforms", DOUBLES);
            var groups = field("groups", Type.INT_TYPE);
            all = new Batch(groups, field("examples", Type.INT_TYPE), Whole.ZERO, _ -> false);
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
            stamps = new Stamps(code, file.name(), worker);
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
        void write(List<Part> parts, int first) {
            int place = first;
            for (var part : parts) {
                if (part.turns() != null) {
                    inTurns(part.repeat().calls(), part.turns(), place);
                } else if (part.strips() != null) {
                    inStrips(part.repeat().calls(), part.strips(), place);
                } else {
                    write(part.repeat(), place);
                }
                place += part.repeat().size();
            }
            if (timed) {
                stamps.at(Whole.of(place));
            }
        }

        private void write(Repeat repeat, int first) {
            int length = repeat.calls().size();
            code.loop(Whole.of(repeat.count()), turn -> {
                for (int i = 0; i < length; i++) {
                    var place = turn.times(length).plus(first + i);
                    write(repeat.calls().get(i), repeat.steps().get(i), turn, place, all);
                }
            });
        }

        private void inTurns(List<Call> calls, Turns turns, int first) {
            int mark = code.mark();
            var start = timed ? stamps.begin(first, calls.size()) : worker;
            code.load(workers);
            code.push(turns.groups());
            code.op(Opcodes.IMUL);
            var step = code.keep(Type.INT_TYPE);
            code.push(Whole.of(all.groups()).plus(Whole.of(step)).plus(-1));
            code.load(step);
            code.op(Opcodes.IDIV);
            var count = code.keep(Type.INT_TYPE);
            code.loop(Whole.of(count), turn -> {
                int inner = code.mark();
                code.push(turn);
                code.load(step);
                code.op(Opcodes.IMUL);
                var from = Whole.of(code.keep(Type.INT_TYPE));
                var groups = atMost(Whole.of(all.groups()).plus(from.times(-1)), Whole.of(step));
                var left = Whole.of(all.examples()).plus(from.times(-32));
                var examples = atMost(left, Whole.of(groups).times(32));
                var batch = new Batch(
                        groups,
                        examples,
                        from,
                        b -> buffers.get(b).perExample() && !turns.stay().contains(b));
                var once = Repeat.once(calls);
                for (int i = 0; i < calls.size(); i++) {
                    write(calls.get(i), once.steps().get(i), Whole.ZERO, Whole.of(first + i), batch);
                }
                code.release(inner);
            });
            if (timed) {
                stamps.end(start, first, calls.size());
            }
            code.release(mark);
        }

        /// Each worker has neighbouring strips, the groups one after another.
        private void inStrips(List<Call> calls, Strips strips, int first) {
            int mark = code.mark();
            barrier(calls.getFirst());
            var start = timed ? stamps.begin(first, calls.size()) : worker;
            var all = Whole.of(this.all.groups());
            var active = atMost(Whole.of(workers), all.times(strips.room()));
            var count = Whole.of(code.keep(all.times(strips.count())));
            var from = share(count, Whole.of(worker), active);
            var to = code.smaller(share(count, Whole.of(worker).plus(1), active), count);
            code.loop(from, to, 1, number -> {
                int inner = code.mark();
                var group = divided(number, strips.count(), Opcodes.IDIV);
                var strip = divided(number, strips.count(), Opcodes.IREM);
                for (int i = 0; i < calls.size(); i++) {
                    strip(calls.get(i), strips, strips.distances().get(i), group, strip, first + i);
                }
                code.release(inner);
            });
            if (timed) {
                stamps.end(start, first, calls.size());
            }
            code.release(mark);
        }

        private Whole share(Whole count, Whole part, Local parts) {
            code.push(count);
            code.push(part);
            code.load(parts);
            code.callStatic(Sharing.SHARES, "first", "(III)I");
            return Whole.of(code.keep(Type.INT_TYPE));
        }

        private Whole divided(Whole number, int by, int opcode) {
            code.push(number);
            code.push(by);
            code.op(opcode);
            return Whole.of(code.keep(Type.INT_TYPE));
        }

        /// A call by this worker alone, on one strip of one group.
        private void strip(Call call, Strips strips, List<Integer> distances, Whole group, Whole strip, int place) {
            var signature = Signature.of(program.kernels().get(call.kernel()), isDouble(), 2);
            code.line(call.origin().span().line());
            if (timed) {
                stamps.add(Whole.of(place));
            }
            kernel(call);
            for (int i = 0; i < distances.size(); i++) {
                int buffer = call.buffers().get(i);
                array(Whole.of(buffer));
                var lies = buffers.get(buffer);
                if (strips.stay().contains(buffer)) {
                    code.push(Whole.of(worker).times(distances.get(i)));
                    code.op(Opcodes.IADD);
                } else if (lies.perExample()) {
                    code.push(group.times(Math.toIntExact(lies.size())).plus(strip.times(distances.get(i))));
                    code.op(Opcodes.IADD);
                }
            }
            code.push(1);
            code.push(32);
            code.push(0);
            code.push(1);
            code.callVirtual(base, "k" + call.kernel(), signature.descriptor());
        }

        private Local atMost(Whole number, Whole most) {
            code.push(number);
            code.push(most);
            code.callStatic("java/lang/Math", "min", "(II)I");
            return code.keep(Type.INT_TYPE);
        }

        private void write(Call call, List<Integer> steps, Whole turn, Whole place, Batch batch) {
            var signature = Signature.of(program.kernels().get(call.kernel()), isDouble(), 2);
            code.line(call.origin().span().line());
            barrier(call);
            if (timed && batch.equals(all)) {
                stamps.at(place);
            } else if (timed) {
                stamps.add(place);
            }
            kernel(call);
            for (int i = 0; i < steps.size(); i++) {
                operand(turn.times(steps.get(i)).plus(call.buffers().get(i)), batch);
            }
            for (int uniform : call.uniforms()) {
                code.load(uniforms);
                code.push(uniform);
                code.op(Opcodes.DALOAD);
                if (!isDouble()) {
                    code.op(Opcodes.D2F);
                }
            }
            code.load(batch.groups());
            code.load(batch.examples());
            if (signature.draws()) {
                seedAndStep();
            }
            code.load(worker);
            code.load(workers);
            code.callVirtual(base, "k" + call.kernel(), signature.descriptor());
        }

        private void barrier(Call call) {
            if (call.barrier()) {
                code.load(team);
                code.callInterface(TEAM, "barrier", "()V");
            }
        }

        /// Pushes the kernel.
        private void kernel(Call call) {
            code.load(kernels);
            code.push(call.kernel());
            code.op(Opcodes.AALOAD);
            code.type(Opcodes.CHECKCAST, base);
        }

        /// Pushes the array of a buffer, and where the buffer begins in it.
        private void array(Whole buffer) {
            code.load(arrays);
            code.push(buffer);
            code.op(Opcodes.AALOAD);
            code.load(offsets);
            code.push(buffer);
            code.op(Opcodes.IALOAD);
        }

        private void operand(Whole buffer, Batch batch) {
            if (buffer.isConstant() && buffer.constant() < 0) {
                code.load(scratch);
                code.push(0);
                return;
            }
            array(buffer);
            if (buffer.isConstant() && batch.moves().test(buffer.constant())) {
                code.push(batch.first()
                        .times(Math.toIntExact(buffers.get(buffer.constant()).size())));
                code.op(Opcodes.IADD);
            }
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
