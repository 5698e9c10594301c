package dev.lanewise.dsl.javafn;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What the file declares, as far as methods may name it: static methods with the number of their parameters, other
/// methods, fields, and types. `imported`: Math is imported statically.
record Scope(
        Map<String, Integer> functions, Set<String> others, Set<String> fields, Set<String> types, boolean imported) {

    Scope {
        functions = new LinkedHashMap<>(functions);
    }
}
