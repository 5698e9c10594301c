package dev.lanewise.compiler.elaborate;

import java.util.HashMap;
import java.util.Map;

/// A scope of names of weights: the network itself (an empty path), a block's instance, or a named layer.
final class Instance {
    private final String path;
    private final boolean shared;
    private final Map<String, Integer> counters = new HashMap<>();
    private final Map<String, Integer> shown = new HashMap<>();
    private boolean owner;

    Instance(String path, boolean shared) {
        this.path = path;
        this.shared = shared;
    }

    String path() {
        return path;
    }

    /// Whether it is, or is part of, a named layer, which may be used several times.
    boolean isShared() {
        return shared;
    }

    /// The full name of something inside.
    String name(String local) {
        return path.isEmpty() ? local : path + "." + local;
    }

    /// The next instance of a declaration inside this one; it counts only once it [#keep]s.
    Instance next(String declaration) {
        int number = counters.getOrDefault(declaration, 0) + 1;
        return new Instance(name(declaration + "_" + number), shared);
    }

    /// Counts an instance of `declaration` that turned out to own something.
    void keep(String declaration) {
        counters.merge(declaration, 1, Integer::sum);
        owner = true;
    }

    /// A name for something inside that is only shown, whether it owns anything or not.
    String display(String declaration) {
        return name(declaration + "_" + shown.merge(declaration, 1, Integer::sum));
    }

    void own() {
        owner = true;
    }

    boolean isOwner() {
        return owner;
    }
}
