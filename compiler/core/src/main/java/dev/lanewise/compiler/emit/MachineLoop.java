package dev.lanewise.compiler.emit;

import dev.lanewise.compiler.emit.code.Code;
import dev.lanewise.compiler.emit.code.Form;
import dev.lanewise.compiler.emit.code.Lanes;
import dev.lanewise.compiler.emit.code.SingleNumber;
import dev.lanewise.compiler.graph.CompilerBug;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.BiConsumer;
import org.objectweb.asm.Opcodes;

/// A method that shows what the machine can do, made from the same vector code as kernels are; for vectors of `width`
/// bits, or without vectors when that is 0.
final class MachineLoop {
    private static final String NAME = "dev/lanewise/compiler/emit/MachineLoop$Loop";
    private static final String RUN = "run";

    private MachineLoop() {}

    static Form form(int width) {
        return width == 0 ? new SingleNumber() : Lanes.of(width, NAME);
    }

    static byte[] bytes(int width, String descriptor, BiConsumer<Code, Form> body) {
        var file = new ClassFile(NAME, "java/lang/Object", Opcodes.ACC_FINAL, "MachineLoop");
        file.method(Opcodes.ACC_STATIC, RUN, descriptor, code -> body.accept(code, form(width)));
        return file.bytes();
    }

    static MethodHandle load(byte[] bytes, String descriptor) {
        try {
            var lookup = MethodHandles.lookup().defineHiddenClass(bytes, true);
            var type = MethodType.fromMethodDescriptorString(
                    descriptor, lookup.lookupClass().getClassLoader());
            return lookup.findStatic(lookup.lookupClass(), RUN, type);
        } catch (ReflectiveOperationException e) {
            throw new CompilerBug("a loop that measures the machine does not load: " + e);
        }
    }

    /// What a method handle threw, which declares everything and throws nothing that is checked.
    static RuntimeException unchecked(Throwable thrown) {
        return switch (thrown) {
            case Error error -> throw error;
            case RuntimeException exception -> exception;
            default -> new IllegalStateException(thrown);
        };
    }
}
