package dev.lanewise.compiler;

import dev.lanewise.compiler.graph.Result.Role;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/// What a network is compiled with beside its text.
///
/// `settings` are expressions by the names of hyper-parameters, or `train.KEY` for entries of the train block.
/// `packageName` is that of the generated classes, empty for the network's name in lower case. `keep` are results
/// (GRADIENT, VALUE, LAYER, COTANGENT) that can be read after a step, too; `layers` those that LAYER and COTANGENT
/// are of, all activations when there are none. Without
/// `penalties` the loss has no terms of weights alone. With `verify`, graphs are checked after every pass.
/// Without `fuse`, each node has a kernel of its own, to measure what fusing brings.
public record CompileOptions(
        Map<String, String> settings,
        String packageName,
        Set<Role> keep,
        Set<String> layers,
        boolean penalties,
        boolean verify,
        boolean fuse) {

    public CompileOptions {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
        keep = Set.copyOf(keep);
        layers = Set.copyOf(layers);
    }

    public static CompileOptions standard() {
        return new CompileOptions(Map.of(), "", Set.of(), Set.of(), true, false, true);
    }

    /// One setting more, as after `--set`.
    public CompileOptions with(String name, String expression) {
        var more = new LinkedHashMap<>(settings);
        more.put(name, expression);
        return new CompileOptions(more, packageName, keep, layers, penalties, verify, fuse);
    }

    public CompileOptions inPackage(String name) {
        return new CompileOptions(settings, name, keep, layers, penalties, verify, fuse);
    }

    public CompileOptions keeping(Set<Role> roles) {
        return new CompileOptions(settings, packageName, roles, layers, penalties, verify, fuse);
    }

    /// Keeping what these layers give, and the derivatives of the loss by it.
    public CompileOptions watching(Set<String> names) {
        var roles = EnumSet.of(Role.LAYER, Role.COTANGENT);
        roles.addAll(keep);
        return new CompileOptions(settings, packageName, roles, names, penalties, verify, fuse);
    }

    public CompileOptions withoutPenalties() {
        return new CompileOptions(settings, packageName, keep, layers, false, verify, fuse);
    }

    public CompileOptions verified() {
        return new CompileOptions(settings, packageName, keep, layers, penalties, true, fuse);
    }

    public CompileOptions unfused() {
        return new CompileOptions(settings, packageName, keep, layers, penalties, verify, false);
    }
}
