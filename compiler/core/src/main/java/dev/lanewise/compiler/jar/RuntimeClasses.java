package dev.lanewise.compiler.jar;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.runtime.Network;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The files of runtime/core, as they lie on the compiler's own class path: what a generated jar brings with it. In
/// the one jar of the commands they lie beside those of other modules, so the packages are named here.
final class RuntimeClasses {

    private static final String CLASSES = "dev/lanewise/runtime/";
    private static final Set<String> PACKAGES = Set.of("", "random/", "team/", "simd/", "model/", "train/");
    private static final String SERVICES = "META-INF/services/";

    private RuntimeClasses() {}

    /// What only some networks need, with how the names of the classes begin that are there for it.
    enum Feature {
        ENSEMBLES("train/Bagging"),
        /// Weights that come from the training data.
        FITS("model/Decompositions|model/FitPlan|train/StagedFitting"),
        PRETRAINING("train/Pretraining"),
        AUGMENTATION("model/Decompositions|train/Augment"),
        /// Metrics that look at the scores of all examples at once.
        SCORES("train/Scores"),
        /// What emitted code calls for functions that `Math` lacks.
        DOUBLE_FUNCTIONS("model/DoubleMath");

        private final String classes;

        Feature(String classes) {
            this.classes = classes;
        }

        private boolean has(String path) {
            return path.matches(CLASSES + "(" + classes + ").*");
        }

        /// Whether one of these classes, by path, names one of the feature's.
        boolean isNamedIn(Map<String, byte[]> emitted) {
            var name = Pattern.compile(CLASSES + "(" + classes + ")");
            return emitted.values().stream()
                    .anyMatch(bytes -> name.matcher(new String(bytes, StandardCharsets.ISO_8859_1))
                            .find());
        }
    }

    /// Classes and service files by path, each in alphabetical order: what all networks need, and what the features
    /// do.
    static Map<String, byte[]> of(Set<Feature> features) {
        var all = all();
        all.keySet()
                .removeIf(path -> Arrays.stream(Feature.values()).anyMatch(feature -> feature.has(path))
                        && features.stream().noneMatch(feature -> feature.has(path)));
        return all;
    }

    private static Map<String, byte[]> all() {
        var place = place();
        try {
            if (Files.isDirectory(place)) {
                return below(place);
            }
            try (var jar = FileSystems.newFileSystem(place)) {
                return below(jar.getPath("/"));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path place() {
        var source = Network.class.getProtectionDomain().getCodeSource();
        if (source == null) {
            throw new CompilerBug("the runtime's classes lie in no file");
        }
        try {
            return Path.of(new URI(source.getLocation().toString()));
        } catch (URISyntaxException e) {
            throw new CompilerBug("the runtime's classes lie at " + source.getLocation());
        }
    }

    private static Map<String, byte[]> below(Path root) throws IOException {
        var found = new LinkedHashMap<String, byte[]>();
        found.putAll(files(root, SERVICES));
        files(root, CLASSES).forEach((name, bytes) -> {
            if (isOfCore(name) && name.endsWith(".class") && !name.endsWith("package-info.class")) {
                found.put(name, Slim.of(bytes, name.lastIndexOf('/') == CLASSES.length() - 1));
            }
        });
        return found;
    }

    /// Whether a file below the runtime's folder lies in a package of runtime/core.
    static boolean isOfCore(String name) {
        return PACKAGES.contains(name.substring(CLASSES.length(), name.lastIndexOf('/') + 1));
    }

    private static Map<String, byte[]> files(Path root, String folder) throws IOException {
        var found = new TreeMap<String, byte[]>();
        if (!Files.isDirectory(root.resolve(folder))) {
            return found;
        }
        try (var walk = Files.walk(root.resolve(folder))) {
            for (var file : walk.filter(Files::isRegularFile).toList()) {
                found.put(root.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
        }
        return found;
    }
}
