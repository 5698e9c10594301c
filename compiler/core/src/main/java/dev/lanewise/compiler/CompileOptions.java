package dev.lanewise.compiler;

import dev.lanewise.compiler.graph.Result.Role;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What a network is compiled with beside its text.
///
/// `settings` are expressions by the names of hyper-parameters, or `train.KEY` for entries of the train block.
/// `packageName` is that of the generated classes, empty for the network's name in lower case. `keep` are results
/// (GRADIENT, VALUE) that can be read after a step, too. With `verify`, graphs are checked after every pass.
/// Without `fuse`, each node has a kernel of its own, to measure what fusing brings.
public record CompileOptions(
        Map<String, String> settings, String packageName, Set<Role> keep, boolean verify, boolean fuse) {

    public CompileOptions {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        keep = Set.copyOf(keep);
    }

    public static CompileOptions standard() {
        return new CompileOptions(Map.of(), "", Set.of(), false, true);
    }

    /// One setting more, as after `--set`.
    public CompileOptions with(String name, String expression) {
        var more = new LinkedHashMap<>(settings);
        more.put(name, expression);
        return new CompileOptions(more, packageName, keep, verify, fuse);
    }

    public CompileOptions inPackage(String name) {
        return new CompileOptions(settings, name, keep, verify, fuse);
    }

    public CompileOptions keeping(Set<Role> roles) {
        return new CompileOptions(settings, packageName, roles, verify, fuse);
    }

    public CompileOptions verified() {
        return new CompileOptions(settings, packageName, keep, true, fuse);
    }

    public CompileOptions unfused() {
        return new CompileOptions(settings, packageName, keep, verify, false);
    }
}
