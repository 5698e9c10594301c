package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Model;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Value;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Collects what the user's own text applied to values, and the names that it gave them.
final class Layers {
    private final List<Model.Layer> applied = new ArrayList<>();
    private final Map<String, Set<Value>> bound = new LinkedHashMap<>();
    private final Map<Value, Model.Layer> expressions = new LinkedHashMap<>();

    void add(String path, String kind, boolean activation, Value value, Origin origin) {
        applied.add(new Model.Layer(path, kind, activation, value, origin));
    }

    /// Notes that a value was given a name, `block_1.h` in a block.
    void name(String name, Value value, Origin origin) {
        bound.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(value);
        expressions.putIfAbsent(value, new Model.Layer(name, "value", false, value, origin));
    }

    /// What was applied so far, in the order of the text, under the names of the kinds.
    List<Model.Layer> applied() {
        return applied;
    }

    /// All of them, in the order of the graph, each under a name of its own: the one that it was bound to, unless
    /// the name was bound again.
    List<Model.Layer> all() {
        var names = new LinkedHashMap<Value, String>();
        bound.forEach((name, values) -> {
            if (values.size() == 1) {
                names.merge(
                        values.iterator().next(), name, (first, other) -> depth(other) < depth(first) ? other : first);
            }
        });
        var layers = new LinkedHashMap<Value, Model.Layer>();
        for (var layer : applied) {
            layers.merge(layer.value(), named(layer, names), (first, later) -> first.activation() ? first : later);
        }
        expressions.forEach((value, layer) -> {
            if (names.containsKey(value)) {
                layers.putIfAbsent(value, named(layer, names));
            }
        });
        return layers.values().stream()
                .sorted(Comparator.comparingInt(layer -> layer.value().node()))
                .toList();
    }

    /// What a block returns has a name in it, and perhaps one outside, which is the better one.
    private static long depth(String name) {
        return name.chars().filter(c -> c == '.').count();
    }

    private static Model.Layer named(Model.Layer layer, Map<Value, String> names) {
        var name = names.get(layer.value());
        if (name == null) {
            name = layer.name();
            while (names.containsValue(name)) {
                name += "_"; // what is counted gives way to what was called so
            }
        }
        return new Model.Layer(name, layer.kind(), layer.activation(), layer.value(), layer.origin());
    }
}
