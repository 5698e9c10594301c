package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Local;
import dev.lanewise.compiler.graph.CompilerBug;
import java.util.function.Consumer;
import org.objectweb.asm.ClassTooLargeException;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;

/// A class that is being written. Holds every method to the length that HotSpot compiles.
final class ClassFile {
    /// HotSpot never compiles a longer method (`HugeMethodLimit`).
    static final int LONGEST = 8000;

    private static final Type OBJECT = Type.getObjectType("java/lang/Object");

    private final ClassWriter writer;
    private final String name;

    ClassFile(String name, String superName, int access, String sourceFile, String... interfaces) {
        this.name = name;
        this.writer = new Frames();
        writer.visit(Opcodes.V25, access | Opcodes.ACC_SUPER, name, null, superName, interfaces);
        writer.visitSource(sourceFile, null);
    }

    /// No class of the generated code is loaded while it is written; where two types meet, what is left is an
    /// object that nobody reads.
    private static final class Frames extends ClassWriter {
        Frames() {
            super(COMPUTE_FRAMES | COMPUTE_MAXS);
            // ASM's own limits guard against hostile code; ours is the length of methods.
            setComputeLimits(Integer.MAX_VALUE, Long.MAX_VALUE);
        }

        @Override
        protected String getCommonSuperClass(String a, String b) {
            return a.equals(b) ? a : OBJECT.getInternalName();
        }
    }

    String name() {
        return name;
    }

    byte[] bytes() {
        writer.visitEnd();
        try {
            return writer.toByteArray();
        } catch (ClassTooLargeException e) {
            throw new TooLarge(name, e);
        }
    }

    void field(int access, String field, Type type) {
        writer.visitField(access, field, type.getDescriptor(), null, null).visitEnd();
    }

    void abstractMethod(String method, String descriptor) {
        writer.visitMethod(Opcodes.ACC_ABSTRACT, method, descriptor, null, null).visitEnd();
    }

    /// A method of an instance (or, with `ACC_STATIC`, of the class), whose last return is written here.
    void method(int access, String method, String descriptor, Consumer<Code> body) {
        int length = write(writer, access, method, descriptor, body);
        if (length > LONGEST) {
            throw new CompilerBug(name + "." + method + " has " + length + " bytes, more than HotSpot compiles");
        }
    }

    /// The length in bytes that a method would have.
    static int length(String descriptor, Consumer<Code> body) {
        var writer = new ClassWriter(0);
        writer.visit(Opcodes.V25, 0, "Measured", null, OBJECT.getInternalName(), null);
        return write(writer, 0, "measured", descriptor, body);
    }

    private static int write(ClassWriter writer, int access, String method, String descriptor, Consumer<Code> body) {
        int free = (access & Opcodes.ACC_STATIC) != 0 ? 0 : 1;
        for (var type : Type.getArgumentTypes(descriptor)) {
            free += type.getSize();
        }
        var code = new Code(writer.visitMethod(access, method, descriptor, null, null), free);
        body.accept(code);
        if (Type.getReturnType(descriptor).equals(Type.VOID_TYPE)) {
            code.op(Opcodes.RETURN);
        }
        return code.end();
    }

    /// A constructor without parameters that does `body` after the superclass's.
    void constructor(String superName, Consumer<Code> body) {
        method(Opcodes.ACC_PUBLIC, "<init>", "()V", code -> {
            code.load(self());
            code.construct(superName, "()V");
            body.accept(code);
        });
    }

    static Local self() {
        return new Local(0, OBJECT);
    }
}
