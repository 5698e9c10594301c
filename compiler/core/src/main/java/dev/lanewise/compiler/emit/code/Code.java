package dev.lanewise.compiler.emit.code;

import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// The body of one method, written from top to bottom. Methods named after what they push leave it on the operand
/// stack.
public final class Code {
    private final MethodVisitor out;
    private int free;

    /// `free` is the number of the first local that no parameter takes.
    public Code(MethodVisitor out, int free) {
        this.out = out;
        this.free = free;
        out.visitCode();
    }

    /// Ends the method and gives its length in bytes.
    public int end() {
        var end = new Label();
        out.visitLabel(end);
        out.visitMaxs(0, 0);
        out.visitEnd();
        return end.getOffset();
    }

    public void line(int line) {
        if (line > 0 && line < 65536) {
            var here = new Label();
            out.visitLabel(here);
            out.visitLineNumber(line, here);
        }
    }

    // Locals

    public Local local(Type type) {
        var local = new Local(free, type);
        free += type.getSize();
        return local;
    }

    /// Where the locals end now; [#release] gives back those made since.
    public int mark() {
        return free;
    }

    public void release(int mark) {
        free = mark;
    }

    public void load(Local local) {
        out.visitVarInsn(local.type().getOpcode(Opcodes.ILOAD), local.number());
    }

    public void store(Local local) {
        out.visitVarInsn(local.type().getOpcode(Opcodes.ISTORE), local.number());
    }

    /// What is on the stack, in a local of its own.
    public Local keep(Type type) {
        var local = local(type);
        store(local);
        return local;
    }

    public Local keep(Whole value) {
        push(value);
        return keep(Type.INT_TYPE);
    }

    // Numbers

    public void push(int value) {
        if (value >= -1 && value <= 5) {
            op(Opcodes.ICONST_0 + value);
        } else if (value == (byte) value) {
            out.visitIntInsn(Opcodes.BIPUSH, value);
        } else if (value == (short) value) {
            out.visitIntInsn(Opcodes.SIPUSH, value);
        } else {
            out.visitLdcInsn(value);
        }
    }

    public void push(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (bits == 0 || value == 1 || value == 2) {
            op(Opcodes.FCONST_0 + (int) value);
        } else {
            out.visitLdcInsn(value);
        }
    }

    public void push(double value) {
        if (Double.doubleToRawLongBits(value) == 0 || value == 1) {
            op(Opcodes.DCONST_0 + (int) value);
        } else {
            out.visitLdcInsn(value);
        }
    }

    public void push(String value) {
        out.visitLdcInsn(value);
    }

    public void push(Whole value) {
        boolean first = true;
        for (var term : value.terms()) {
            load(term.local());
            if (term.factor() != 1) {
                push(term.factor());
                op(Opcodes.IMUL);
            }
            if (!first) {
                op(Opcodes.IADD);
            }
            first = false;
        }
        if (first || value.constant() != 0) {
            push(value.constant());
            if (!first) {
                op(Opcodes.IADD);
            }
        }
    }

    /// The product of two numbers that are known at run time.
    public Whole product(Whole a, Whole b) {
        if (a.isConstant()) {
            return b.times(a.constant());
        }
        if (b.isConstant()) {
            return a.times(b.constant());
        }
        push(a);
        push(b);
        op(Opcodes.IMUL);
        return Whole.of(keep(Type.INT_TYPE));
    }

    /// The smaller of two numbers.
    public Whole smaller(Whole a, Whole b) {
        if (a.isConstant() && b.isConstant()) {
            return Whole.of(Math.min(a.constant(), b.constant()));
        }
        push(a);
        push(b);
        callStatic("java/lang/Math", "min", "(II)I");
        return Whole.of(keep(Type.INT_TYPE));
    }

    // Operations

    public void op(int opcode) {
        out.visitInsn(opcode);
    }

    public void field(int opcode, String owner, String name, Type type) {
        out.visitFieldInsn(opcode, owner, name, type.getDescriptor());
    }

    public void callStatic(String owner, String name, String descriptor) {
        out.visitMethodInsn(Opcodes.INVOKESTATIC, owner, name, descriptor, false);
    }

    public void callVirtual(String owner, String name, String descriptor) {
        out.visitMethodInsn(Opcodes.INVOKEVIRTUAL, owner, name, descriptor, false);
    }

    public void callInterface(String owner, String name, String descriptor) {
        out.visitMethodInsn(Opcodes.INVOKEINTERFACE, owner, name, descriptor, true);
    }

    public void construct(String owner, String descriptor) {
        out.visitMethodInsn(Opcodes.INVOKESPECIAL, owner, "<init>", descriptor, false);
    }

    public void type(int opcode, String name) {
        out.visitTypeInsn(opcode, name);
    }

    public void newArray(Type element) {
        int kind = switch (element.getSort()) {
            case Type.DOUBLE -> Opcodes.T_DOUBLE;
            case Type.LONG -> Opcodes.T_LONG;
            case Type.INT -> Opcodes.T_INT;
            default -> Opcodes.T_FLOAT;
        };
        out.visitIntInsn(Opcodes.NEWARRAY, kind);
    }

    public void call(VectorApi method) {
        out.visitMethodInsn(method.opcode(), method.owner(), method.method(), method.descriptor(), false);
    }

    public void constant(VectorConstant constant) {
        out.visitFieldInsn(Opcodes.GETSTATIC, constant.owner(), constant.field(), constant.descriptor());
    }

    // Flow

    public Label label() {
        return new Label();
    }

    public void mark(Label label) {
        out.visitLabel(label);
    }

    public void jump(int opcode, Label target) {
        out.visitJumpInsn(opcode, target);
    }

    /// 1 where the jump would be taken, else 0.
    public void truth(int jump) {
        var yes = new Label();
        var end = new Label();
        jump(jump, yes);
        push(0);
        jump(Opcodes.GOTO, end);
        out.visitLabel(yes);
        push(1);
        out.visitLabel(end);
    }

    /// Takes a truth from the stack and pushes one of two values.
    public void either(Runnable yes, Runnable no) {
        var other = new Label();
        var end = new Label();
        jump(Opcodes.IFEQ, other);
        yes.run();
        jump(Opcodes.GOTO, end);
        out.visitLabel(other);
        no.run();
        out.visitLabel(end);
    }

    /// A `switch` over 0, 1, ...: each case is written by `cases` and ends in a return; what matches none goes on
    /// behind it.
    public void choose(int count, IntConsumer cases) {
        if (count == 0) {
            op(Opcodes.POP);
            return;
        }
        var labels = new Label[count];
        for (int i = 0; i < count; i++) {
            labels[i] = new Label();
        }
        var none = new Label();
        out.visitTableSwitchInsn(0, count - 1, none, labels);
        for (int i = 0; i < count; i++) {
            out.visitLabel(labels[i]);
            cases.accept(i);
        }
        out.visitLabel(none);
    }

    /// `for (i = from; i < to; i += step)`. One known iteration becomes straight-line code.
    public void loop(Whole from, Whole to, int step, Consumer<Whole> body) {
        if (from.isConstant() && to.isConstant() && to.constant() - from.constant() <= step) {
            if (to.constant() > from.constant()) {
                body.accept(from);
            }
            return;
        }
        int mark = mark();
        var i = keep(from);
        var head = new Label();
        var end = new Label();
        out.visitLabel(head);
        load(i);
        push(to);
        jump(Opcodes.IF_ICMPGE, end);
        body.accept(Whole.of(i));
        if (step <= Short.MAX_VALUE) {
            out.visitIincInsn(i.number(), step);
        } else {
            push(Whole.of(i).plus(step));
            store(i);
        }
        jump(Opcodes.GOTO, head);
        out.visitLabel(end);
        release(mark);
    }

    public void loop(Whole to, Consumer<Whole> body) {
        loop(Whole.ZERO, to, 1, body);
    }

    public void increment(Local local, int by) {
        out.visitIincInsn(local.number(), by);
    }
}
