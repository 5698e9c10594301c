package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.emit.code.Whole;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// Writes the times at which calls begin into an array of the program, for who measures them: those of the first
/// worker.
final class Stamps {
    static final Type ARRAY = Type.getType("[J");
    static final String FIELD = "stamps";

    private final Code code;
    private final String owner;
    private final Local worker;

    Stamps(Code code, String owner, Local worker) {
        this.code = code;
        this.owner = owner;
        this.worker = worker;
    }

    /// Worker 0 notes the time.
    void at(Whole place) {
        byFirst(() -> set(place, this::now));
    }

    /// In turns, it adds up the times at which a call begins: the differences between calls are what all
    /// turns of one take. Afterwards they are moved to where the turns began.
    void add(Whole place) {
        byFirst(() -> set(place, () -> {
            read(place);
            now();
            code.op(Opcodes.LADD);
        }));
    }

    /// Calls that are done in turns begin: their times count from 0.
    Local begin(int first, int count) {
        now();
        var start = code.keep(Type.LONG_TYPE);
        byFirst(() -> code.loop(
                Whole.of(count),
                i -> set(i.plus(first), () -> {
                    code.push(0);
                    code.op(Opcodes.I2L);
                })));
        return start;
    }

    /// Calls in turns, which began at `start`, have ended.
    void end(Local start, int first, int count) {
        byFirst(() -> {
            code.load(start);
            read(Whole.of(first));
            code.op(Opcodes.LSUB);
            var shift = code.keep(Type.LONG_TYPE);
            code.loop(
                    Whole.of(count),
                    i -> set(i.plus(first), () -> {
                        read(i.plus(first));
                        code.load(shift);
                        code.op(Opcodes.LADD);
                    }));
        });
    }

    /// What the first worker alone does.
    private void byFirst(Runnable work) {
        var others = code.label();
        code.load(worker);
        code.jump(Opcodes.IFNE, others);
        work.run();
        code.mark(others);
    }

    private void now() {
        code.callStatic("java/lang/System", "nanoTime", "()J");
    }

    private void array() {
        code.load(ClassFile.self());
        code.field(Opcodes.GETFIELD, owner, FIELD, ARRAY);
    }

    private void read(Whole place) {
        array();
        code.push(place);
        code.op(Opcodes.LALOAD);
    }

    private void set(Whole place, Runnable value) {
        array();
        code.push(place);
        value.run();
        code.op(Opcodes.LASTORE);
    }
}
