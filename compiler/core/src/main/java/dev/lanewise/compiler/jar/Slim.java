package dev.lanewise.compiler.jar;

import static org.objectweb.asm.Opcodes.ACC_PRIVATE;
import static org.objectweb.asm.Opcodes.ACC_RECORD;
import static org.objectweb.asm.Opcodes.ASM9;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.RecordComponentVisitor;
import org.objectweb.asm.TypePath;

/// A class of the runtime without what only tools and compilers read: debug tables, annotations of types, and, in
/// packages that applications do not see, generic signatures, what methods throw and the lists of inner classes;
/// constants, which javac copies to where they are used, but for those that applications see. Records of those
/// packages become plain classes: their equals, hashCode and toString, which nothing in the runtime calls, are a
/// twentieth of it.
final class Slim extends ClassVisitor {

    private static final String RECORD = "java/lang/Record";
    private static final String OBJECT = "java/lang/Object";
    private static final Set<String> METHODS_OF_RECORDS = Set.of("equals", "hashCode", "toString");

    private final boolean isSeen;
    private boolean isRecord;

    private Slim(ClassWriter writer, boolean isSeen) {
        super(ASM9, writer);
        this.isSeen = isSeen;
    }

    /// `isSeen` tells that applications are compiled against the class.
    static byte[] of(byte[] classFile, boolean isSeen) {
        var writer = new ClassWriter(0);
        new ClassReader(classFile).accept(new Slim(writer, isSeen), ClassReader.SKIP_DEBUG);
        return ConstantPool.sorted(writer.toByteArray());
    }

    private @Nullable String signature(@Nullable String signature) {
        return isSeen ? signature : null;
    }

    @Override
    public void visit(
            int version,
            int access,
            String name,
            @Nullable String signature,
            @Nullable String superName,
            String @Nullable [] interfaces) {
        isRecord = !isSeen && RECORD.equals(superName);
        super.visit(
                version,
                isRecord ? access & ~ACC_RECORD : access,
                name,
                signature(signature),
                isRecord ? OBJECT : superName,
                interfaces);
    }

    @Override
    public void visitInnerClass(String name, @Nullable String outer, @Nullable String inner, int access) {
        if (isSeen && !name.startsWith("java/lang/invoke/")) {
            super.visitInnerClass(name, outer, inner, access);
        }
    }

    @Override
    public @Nullable RecordComponentVisitor visitRecordComponent(
            String name, String descriptor, @Nullable String signature) {
        if (isRecord) {
            return null;
        }
        return new RecordComponentVisitor(ASM9, super.visitRecordComponent(name, descriptor, signature(signature))) {
            @Override
            public @Nullable AnnotationVisitor visitTypeAnnotation(
                    int type, @Nullable TypePath path, String annotation, boolean visible) {
                return null;
            }
        };
    }

    @Override
    public @Nullable FieldVisitor visitField(
            int access, String name, String descriptor, @Nullable String signature, @Nullable Object value) {
        if (value != null && (!isSeen || (access & ACC_PRIVATE) != 0)) {
            return null;
        }
        return new FieldVisitor(ASM9, super.visitField(access, name, descriptor, signature(signature), value)) {
            @Override
            public @Nullable AnnotationVisitor visitTypeAnnotation(
                    int type, @Nullable TypePath path, String annotation, boolean visible) {
                return null;
            }
        };
    }

    @Override
    public @Nullable MethodVisitor visitMethod(
            int access, String name, String descriptor, @Nullable String signature, String @Nullable [] exceptions) {
        if (isRecord && METHODS_OF_RECORDS.contains(name)) {
            return null;
        }
        var thrown = isSeen ? exceptions : null;
        return new MethodVisitor(ASM9, super.visitMethod(access, name, descriptor, signature(signature), thrown)) {
            @Override
            public @Nullable AnnotationVisitor visitTypeAnnotation(
                    int type, @Nullable TypePath path, String annotation, boolean visible) {
                return null;
            }

            @Override
            public void visitMethodInsn(
                    int opcode, String owner, String called, String descriptor, boolean isInterface) {
                var target = isRecord && owner.equals(RECORD) ? OBJECT : owner;
                super.visitMethodInsn(opcode, target, called, descriptor, isInterface);
            }

            @Override
            public @Nullable AnnotationVisitor visitInsnAnnotation(
                    int type, @Nullable TypePath path, String annotation, boolean visible) {
                return null;
            }

            @Override
            public @Nullable AnnotationVisitor visitLocalVariableAnnotation(
                    int type,
                    @Nullable TypePath path,
                    Label[] start,
                    Label[] end,
                    int[] index,
                    String annotation,
                    boolean visible) {
                return null;
            }
        };
    }
}
