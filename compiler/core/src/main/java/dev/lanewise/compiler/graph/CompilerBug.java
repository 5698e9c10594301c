package dev.lanewise.compiler.graph;

import java.util.Map;

/// A defect of the compiler, never of the user's file.
public final class CompilerBug extends RuntimeException {

    private static final long serialVersionUID = 1;

    public CompilerBug(String message) {
        super(message);
    }

    public CompilerBug(String message, Throwable cause) {
        super(message, cause);
    }

    /// What `map` holds for a key that it must hold.
    public static <K, V> V expect(Map<K, V> map, K key) {
        var value = map.get(key);
        if (value == null) {
            throw new CompilerBug(key + " is not among " + map.keySet());
        }
        return value;
    }

    /// The message, and the nodes of the graph around `node` with a caret under it.
    public static CompilerBug at(Graph graph, int node, String message) {
        return new CompilerBug(message + "\n" + GraphPrinter.around(graph, node));
    }
}
