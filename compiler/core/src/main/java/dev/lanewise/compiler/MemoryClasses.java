package dev.lanewise.compiler;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.runtime.Network;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Loads classes from memory. They vanish when nothing refers to them any more, and stand in stack traces, which
/// hidden classes do not.
final class MemoryClasses extends ClassLoader {

    private final Map<String, byte[]> files;

    /// Class files by their paths.
    MemoryClasses(Map<String, byte[]> files) {
        super("lanewise", Network.class.getClassLoader());
        this.files = Map.copyOf(files);
    }

    /// An object of the class, made by its constructor without parameters.
    <T> T make(String className, Class<T> type) {
        try {
            return type.cast(loadClass(className).getDeclaredConstructor().newInstance());
        } catch (ReflectiveOperationException | LinkageError e) {
            throw new CompilerBug("the generated class " + className + " does not load: " + e);
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        byte @Nullable [] bytes = files.get(name.replace('.', '/') + ".class");
        if (bytes == null) {
            throw new ClassNotFoundException(name);
        }
        return defineClass(name, bytes, 0, bytes.length);
    }
}
