package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.compiler.graph.Weight;
import dev.lanewise.dsl.source.Span;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The weights that have been declared so far, by their full names.
final class WeightTable {

    /// A weight before its first value is elaborated. `initial` is an initialiser or a number; `fitted` is the
    /// graph of a fitted value.
    record Entry(
            String name,
            Shape shape,
            Weight.Kind kind,
            boolean frozen,
            boolean kernel,
            Meaning initial,
            @Nullable Graph fitted,
            Scope scope,
            Span span) {

        /// The same under another name.
        Entry named(String other) {
            return new Entry(other, shape, kind, frozen, kernel, initial, fitted, scope, span);
        }
    }

    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private boolean complete;

    @Nullable
    Entry find(String name) {
        return entries.get(name);
    }

    void add(Entry entry) {
        entries.put(entry.name(), entry);
    }

    List<Entry> all() {
        return List.copyOf(entries.values());
    }

    /// Whether the training graph is done, so that no weight may be added.
    boolean isComplete() {
        return complete;
    }

    void complete() {
        complete = true;
    }

    /// The parameters that training changes.
    List<Entry> trained() {
        return entries.values().stream()
                .filter(entry -> entry.kind() == Weight.Kind.PARAMETER && !entry.frozen())
                .toList();
    }

    List<Entry> kernels() {
        return entries.values().stream().filter(Entry::kernel).toList();
    }
}
