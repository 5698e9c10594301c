package dev.lanewise.compiler.jar;

import dev.lanewise.compiler.graph.Result.Role;
import dev.lanewise.compiler.jar.RuntimeClasses.Feature;
import dev.lanewise.runtime.model.ModelInfo;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Everything in a network's jar but its description and weights, which change when it is trained.
public final class JarContents {

    /// The folder of the network's source and its imports.
    public static final String SOURCES = "META-INF/lanewise/source/";

    private static final String SERVICES = "META-INF/services/";
    private static final String PROGRAM = "dev.lanewise.runtime.model.Program";
    private static final String COMMANDS = "dev/lanewise/runtime/train/JarCommands";

    /// Results that are the scores and the class of each example.
    private static final Set<String> SCORED = Set.of(Role.AUC.name(), Role.CONFUSION.name());

    private JarContents() {}

    /// One network of a jar: `classes` are the emitted ones by path, `sources` texts by their path below
    /// [#SOURCES]; `hasFits` tells whether weights come from the training data.
    public record Part(
            FacadeNames names,
            ModelInfo info,
            Map<String, byte[]> classes,
            Map<String, String> sources,
            boolean hasFits) {

        private Set<Feature> features() {
            var features = EnumSet.noneOf(Feature.class);
            var train = info.train();
            if (hasFits) {
                features.add(Feature.FITS);
            }
            if (train.models() > 1) {
                features.add(Feature.ENSEMBLES);
            }
            if (train.pretrain() > 0) {
                features.add(Feature.PRETRAINING);
            }
            if (!train.augment().isEmpty()) {
                features.add(Feature.AUGMENTATION);
            }
            if (info.layout().entries().stream()
                    .flatMap(entry -> entry.fetches().stream())
                    .anyMatch(fetch -> SCORED.contains(fetch.role()))) {
                features.add(Feature.SCORES);
            }
            if (Feature.DOUBLE_FUNCTIONS.isNamedIn(classes)) {
                features.add(Feature.DOUBLE_FUNCTIONS);
            }
            return features;
        }
    }

    /// The entries by path, in the order of the jar. All networks lie in one package.
    public static Map<String, byte[]> of(List<Part> parts) {
        var entries = new LinkedHashMap<String, byte[]>();
        var names = parts.getFirst().names();
        var main = names.inPackage("Main");
        var features = EnumSet.noneOf(Feature.class);
        parts.forEach(part -> features.addAll(part.features()));
        var runtime = RuntimeClasses.of(features);
        put(entries, "META-INF/MANIFEST.MF", manifest(main));
        var classes = new LinkedHashMap<String, byte[]>();
        for (var part : parts) {
            var info = part.info();
            classes.putAll(Facade.write(
                    part.names(),
                    internal(info.programClass()),
                    info.inputs(),
                    info.targets(),
                    info.outputs(),
                    info.layout().doublePrecision()));
        }
        parts.forEach(part -> classes.putAll(part.classes()));
        classes.put(main + ".class", MainClass.write(main, COMMANDS));
        var services = services(runtime);
        services.put(
                PROGRAM, parts.stream().map(part -> part.info().programClass()).toList());
        var packages = new TreeSet<String>();
        for (var from : List.of(classes, runtime)) {
            from.keySet().stream()
                    .filter(path -> path.endsWith(".class"))
                    .map(JarContents::packageOf)
                    .forEach(packages::add);
        }
        entries.put("module-info.class", ModuleDescriptor.write(names.packageName(), main, packages, services));
        services.forEach((service, found) -> put(entries, SERVICES + service, String.join("\n", found) + "\n"));
        entries.putAll(classes);
        runtime.forEach((path, bytes) -> {
            if (path.endsWith(".class")) {
                entries.put(path, bytes);
            }
        });
        parts.forEach(part -> part.sources().forEach((path, text) -> put(entries, SOURCES + path, text)));
        return entries;
    }

    private static void put(Map<String, byte[]> entries, String path, String text) {
        entries.put(path, text.getBytes(StandardCharsets.UTF_8));
    }

    /// Lines of a manifest have at most 72 bytes; longer ones go on after a blank.
    static String manifest(String main) {
        var line = new StringBuilder("Main-Class: " + main.replace('/', '.'));
        for (int at = 72; at < line.length(); at += 74) {
            line.insert(at, "\r\n ");
        }
        return "Manifest-Version: 1.0\r\n" + line + "\r\n\r\n";
    }

    private static Map<String, List<String>> services(Map<String, byte[]> runtime) {
        var services = new TreeMap<String, List<String>>();
        runtime.forEach((path, bytes) -> {
            if (path.startsWith(SERVICES)) {
                var lines = new String(bytes, StandardCharsets.UTF_8).lines().map(String::strip);
                services.put(
                        path.substring(SERVICES.length()),
                        new ArrayList<>(lines.filter(line -> !line.isEmpty() && !line.startsWith("#"))
                                .toList()));
            }
        });
        return services;
    }

    private static String internal(String name) {
        return name.replace('.', '/');
    }

    private static String packageOf(String path) {
        return path.substring(0, path.lastIndexOf('/')).replace('/', '.');
    }
}
