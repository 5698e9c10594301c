package dev.lanewise.compiler.emit;

import dev.lanewise.runtime.simd.Warmup;
import java.util.Arrays;

/// All kernels of an emitted program in one form, warm or not.
public final class Forms {
    private Forms() {}

    /// Of `count` kernels those for vectors of so many bits, or scalar ones, which a JVM without the vector module
    /// takes in any case.
    public static Warmup.Kernels[] of(ClassLoader loader, String vector, int count) {
        try {
            boolean vectors =
                    ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
            var name = vectors && vector.matches("[0-9]+") ? vector : "Scalar";
            var constructor = loader.loadClass("made.Kernels" + name).getDeclaredConstructor();
            constructor.setAccessible(true);
            var forms = new Warmup.Kernels[count];
            Arrays.fill(forms, constructor.newInstance());
            return forms;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
