package dev.lanewise.compiler.jar;

import static org.objectweb.asm.Opcodes.ASM9;

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
/// packages that applications do not see, generic signatures and the lists of inner classes. It computes the same.
final class Slim extends ClassVisitor {

    private final boolean isSeen;

    private Slim(ClassWriter writer, boolean isSeen) {
        super(ASM9, writer);
        this.isSeen = isSeen;
    }

    /// `isSeen` tells that applications are compiled against the class.
    static byte[] of(byte[] classFile, boolean isSeen) {
        var writer = new ClassWriter(0);
        new ClassReader(classFile).accept(new Slim(writer, isSeen), ClassReader.SKIP_DEBUG);
        return writer.toByteArray();
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
        super.visit(version, access, name, signature(signature), superName, interfaces);
    }

    @Override
    public void visitInnerClass(String name, @Nullable String outer, @Nullable String inner, int access) {
        if (isSeen) {
            super.visitInnerClass(name, outer, inner, access);
        }
    }

    @Override
    public RecordComponentVisitor visitRecordComponent(String name, String descriptor, @Nullable String signature) {
        return new RecordComponentVisitor(ASM9, super.visitRecordComponent(name, descriptor, signature(signature))) {
            @Override
            public @Nullable AnnotationVisitor visitTypeAnnotation(
                    int type, @Nullable TypePath path, String annotation, boolean visible) {
                return null;
            }
        };
    }

    @Override
    public FieldVisitor visitField(
            int access, String name, String descriptor, @Nullable String signature, @Nullable Object value) {
        return new FieldVisitor(ASM9, super.visitField(access, name, descriptor, signature(signature), value)) {
            @Override
            public @Nullable AnnotationVisitor visitTypeAnnotation(
                    int type, @Nullable TypePath path, String annotation, boolean visible) {
                return null;
            }
        };
    }

    @Override
    public MethodVisitor visitMethod(
            int access, String name, String descriptor, @Nullable String signature, String @Nullable [] exceptions) {
        return new MethodVisitor(ASM9, super.visitMethod(access, name, descriptor, signature(signature), exceptions)) {
            @Override
            public @Nullable AnnotationVisitor visitTypeAnnotation(
                    int type, @Nullable TypePath path, String annotation, boolean visible) {
                return null;
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
