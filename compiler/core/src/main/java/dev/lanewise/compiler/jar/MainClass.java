package dev.lanewise.compiler.jar;

import static org.objectweb.asm.Opcodes.*;

import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Label;

/// The class that `java -jar` starts. It is of class file version 52, so that an old JVM gets as far as telling what
/// is missing:
///
///     public static void main(String[] arguments) {
///         if (System.getProperty("java.specification.version").compareTo("25") < 0) {
///             System.err.println("...");
///             System.exit(2);
///         }
///         JarCommands.main(arguments);
///     }
///
/// (Versions before 9 begin with "1.", later ones have two digits, so that comparing texts is comparing numbers; 9 is
/// written "9" and told apart by its length.)
final class MainClass {

    private static final String SENTENCE = "This network needs Java 25 or newer; this is Java ";

    private MainClass() {}

    static byte[] write(String className, String commands) {
        var writer = new ClassWriter(ClassWriter.COMPUTE_MAXS);
        writer.visit(V1_8, ACC_PUBLIC | ACC_FINAL | ACC_SUPER, className, null, "java/lang/Object", null);
        var main = writer.visitMethod(ACC_PUBLIC | ACC_STATIC, "main", "([Ljava/lang/String;)V", null, null);
        main.visitCode();
        var old = new Label();
        var good = new Label();
        main.visitLdcInsn("java.specification.version");
        main.visitMethodInsn(
                INVOKESTATIC, "java/lang/System", "getProperty", "(Ljava/lang/String;)Ljava/lang/String;", false);
        main.visitVarInsn(ASTORE, 1);
        main.visitVarInsn(ALOAD, 1);
        main.visitMethodInsn(INVOKEVIRTUAL, "java/lang/String", "length", "()I", false);
        main.visitInsn(ICONST_2);
        main.visitJumpInsn(IF_ICMPLT, old);
        main.visitVarInsn(ALOAD, 1);
        main.visitLdcInsn("25");
        main.visitMethodInsn(INVOKEVIRTUAL, "java/lang/String", "compareTo", "(Ljava/lang/String;)I", false);
        main.visitJumpInsn(IFGE, good);
        main.visitLabel(old);
        frame(main);
        main.visitFieldInsn(GETSTATIC, "java/lang/System", "err", "Ljava/io/PrintStream;");
        main.visitLdcInsn(SENTENCE);
        main.visitVarInsn(ALOAD, 1);
        main.visitMethodInsn(
                INVOKEVIRTUAL, "java/lang/String", "concat", "(Ljava/lang/String;)Ljava/lang/String;", false);
        main.visitMethodInsn(INVOKEVIRTUAL, "java/io/PrintStream", "println", "(Ljava/lang/String;)V", false);
        main.visitInsn(ICONST_2);
        main.visitMethodInsn(INVOKESTATIC, "java/lang/System", "exit", "(I)V", false);
        main.visitLabel(good);
        frame(main);
        main.visitVarInsn(ALOAD, 0);
        main.visitMethodInsn(INVOKESTATIC, commands, "main", "([Ljava/lang/String;)V", false);
        main.visitInsn(RETURN);
        main.visitMaxs(0, 0);
        main.visitEnd();
        writer.visitEnd();
        return writer.toByteArray();
    }

    private static void frame(org.objectweb.asm.MethodVisitor main) {
        main.visitFrame(F_NEW, 2, new Object[] {"[Ljava/lang/String;", "java/lang/String"}, 0, new Object[0]);
    }
}
