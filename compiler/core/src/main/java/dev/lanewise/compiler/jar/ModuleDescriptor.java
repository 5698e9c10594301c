package dev.lanewise.compiler.jar;

import static org.objectweb.asm.Opcodes.*;

import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import org.objectweb.asm.ClassWriter;

/// The descriptor of a generated jar as a module, so that `java -p app.jar -m NAME` and modular applications work.
///
/// It requires the vector module: whoever puts the jar on the module path has its speed without a flag. Every package
/// is exported, since networks loaded at run time live in other modules than the runtime.
final class ModuleDescriptor {

    private ModuleDescriptor() {}

    /// `packages` and `services` (interface -> implementations) in Java's form, with dots.
    static byte[] write(
            String module, String mainClass, SortedSet<String> packages, Map<String, List<String>> services) {
        var writer = new ClassWriter(0);
        writer.visit(V25, ACC_MODULE, "module-info", null, null, null);
        var visitor = writer.visitModule(module, 0, null);
        visitor.visitMainClass(internal(mainClass));
        packages.forEach(each -> visitor.visitPackage(internal(each)));
        visitor.visitRequire("java.base", ACC_MANDATED, null);
        visitor.visitRequire("jdk.incubator.vector", 0, null);
        packages.forEach(each -> visitor.visitExport(internal(each), 0));
        services.keySet().forEach(each -> visitor.visitUse(internal(each)));
        services.forEach((service, implementations) -> visitor.visitProvide(
                internal(service),
                implementations.stream().map(ModuleDescriptor::internal).toArray(String[]::new)));
        visitor.visitEnd();
        writer.visitEnd();
        return writer.toByteArray();
    }

    private static String internal(String name) {
        return name.replace('.', '/');
    }
}
