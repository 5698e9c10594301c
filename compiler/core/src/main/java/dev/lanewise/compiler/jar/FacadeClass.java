package dev.lanewise.compiler.jar;

import static org.objectweb.asm.Opcodes.*;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Type;

/// A class that holds one object of an interface and hands calls on to it, while it is written.
final class FacadeClass {

    /// The statements of a method.
    interface Body {
        void write(MethodVisitor method);
    }

    private static final String HELD = "held";

    private final ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
    private final String name;
    private final String held;

    /// Names are with slashes; `held` is an interface of the runtime.
    FacadeClass(String name, String held, String... interfaces) {
        this.name = name;
        this.held = held;
        writer.visit(V25, ACC_PUBLIC | ACC_FINAL | ACC_SUPER, name, null, "java/lang/Object", interfaces);
        field(HELD, held);
    }

    void field(String field, String type) {
        writer.visitField(ACC_PRIVATE | ACC_FINAL, field, "L" + type + ";", null, null)
                .visitEnd();
    }

    /// A static class inside of `outer`.
    void nested(String outer, String inner) {
        var full = outer + "$" + inner;
        writer.visitInnerClass(full, outer, inner, ACC_PUBLIC | ACC_STATIC | ACC_FINAL);
        if (name.equals(outer)) {
            writer.visitNestMember(full);
        } else if (name.equals(full)) {
            writer.visitNestHost(outer);
        }
    }

    /// The only constructor, seen in the package: takes what is held.
    void constructor(Body rest) {
        method(0, "<init>", "(L" + held + ";)V", List.of(), m -> {
            m.visitVarInsn(ALOAD, 0);
            m.visitMethodInsn(INVOKESPECIAL, "java/lang/Object", "<init>", "()V", false);
            m.visitVarInsn(ALOAD, 0);
            m.visitVarInsn(ALOAD, 1);
            m.visitFieldInsn(PUTFIELD, name, HELD, "L" + held + ";");
            rest.write(m);
            m.visitInsn(RETURN);
        });
    }

    void method(int access, String method, String descriptor, List<String> parameters, Body body) {
        method(access, method, descriptor, null, parameters, body);
    }

    void method(
            int access,
            String method,
            String descriptor,
            @Nullable String signature,
            List<String> parameters,
            Body body) {
        var visitor = writer.visitMethod(access, method, descriptor, signature, null);
        parameters.forEach(each -> visitor.visitParameter(each, 0));
        visitor.visitCode();
        body.write(visitor);
        visitor.visitMaxs(0, 0);
        visitor.visitEnd();
    }

    /// A method of the same name and descriptor as the held object's.
    void forward(String method, String descriptor, String... parameters) {
        method(ACC_PUBLIC, method, descriptor, List.of(parameters), m -> {
            held(m);
            int local = 1;
            for (var type : Type.getArgumentTypes(descriptor)) {
                m.visitVarInsn(type.getOpcode(ILOAD), local);
                local += type.getSize();
            }
            hand(m, held, method, descriptor);
            m.visitInsn(Type.getReturnType(descriptor).getOpcode(IRETURN));
        });
    }

    /// Pushes the held object.
    void held(MethodVisitor m) {
        m.visitVarInsn(ALOAD, 0);
        m.visitFieldInsn(GETFIELD, name, HELD, "L" + held + ";");
    }

    /// Calls a method of an interface of the runtime.
    void hand(MethodVisitor m, String owner, String method, String descriptor) {
        m.visitMethodInsn(INVOKEINTERFACE, owner, method, descriptor, true);
    }

    byte[] toBytes() {
        writer.visitEnd();
        return writer.toByteArray();
    }
}
