package dev.lanewise.compiler.elaborate;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the caller sets from outside: `overrides` are expressions by the names of hyper-parameters, or
/// `train.KEY` for entries of the train block; `memory` is how many bytes the weights may take.
public record Options(Map<String, String> overrides, long memory) {

    public Options {
        overrides = Collections.unmodifiableMap(new LinkedHashMap<>(overrides));
    }

    public static Options none() {
        return new Options(Map.of(), Runtime.getRuntime().maxMemory());
    }

    public Options with(String name, String expression) {
        var more = new LinkedHashMap<>(overrides);
        more.put(name, expression);
        return new Options(more, memory);
    }
}
