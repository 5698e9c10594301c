package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Library.Entry;
import dev.lanewise.compiler.elaborate.Meaning.Tensor;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a network's own text applied to its values.
final class Applied {

    private Applied() {}

    /// Notes what the user's own text applied to a value, for `stats`, `explain` and `init: auto`.
    static Meaning note(
            Elaboration elaboration, Entry entry, Meaning result, @Nullable Meaning input, Span span, Scope scope) {
        boolean visible = !scope.inLibrary()
                && scope.drawing().measure() == null
                && (scope.kind() == Kind.NETWORK || scope.kind() == Kind.BLOCK);
        if (!visible || !(result instanceof Tensor(var value, int _))) {
            return result;
        }
        var name = entry.declaration().name().text();
        if (input instanceof Tensor(var from, int _)) {
            scope.drawing().applications().add(new Drawing.Application(name, from, value));
        }
        var path = scope.instance().display(name);
        boolean activation = elaboration.library.isActivation(entry.declaration())
                && input instanceof Tensor(var from, int _)
                && isActivation(entry.declaration(), from, value, scope);
        scope.drawing()
                .layers()
                .add(
                        path,
                        name,
                        activation,
                        value,
                        new Origin(name, path, scope.origin(span).span()));
        return result;
    }

    /// The first argument of a built-in, where it is known.
    static @Nullable Meaning input(Meaning result, List<Given> given, Scope scope) {
        var first = given.isEmpty() ? null : given.getFirst().ready();
        if (first != null) {
            return first;
        }
        return result instanceof Tensor(var value, int _)
                        && scope.builder().node(value).prim() instanceof Prim.Elementwise
                ? new Tensor(scope.builder().node(value).inputs().getFirst(), 0)
                : null;
    }

    /// Whether a declaration that can be an activation is one here: `max(x, over: 1)`, `softmax(x)` are not.
    private static boolean isActivation(Declaration declaration, Value from, Value to, Scope scope) {
        boolean builtin = declaration.definition() instanceof Declaration.Builtin;
        boolean applied = !builtin
                || declaration.parameters().size() == 1
                        && scope.builder().node(to).prim() instanceof Prim.Elementwise;
        return applied && !addsUp(to, from, scope);
    }

    /// Whether sums stand between two values.
    private static boolean addsUp(Value value, Value from, Scope scope) {
        var open = new ArrayDeque<Value>(List.of(value));
        var seen = new HashSet<Value>(List.of(from));
        while (!open.isEmpty()) {
            var next = open.pop();
            if (seen.add(next) && next.node() > from.node()) {
                var node = scope.builder().node(next);
                if (node.prim() instanceof Prim.Sum) {
                    return true;
                }
                open.addAll(node.inputs());
            }
        }
        return false;
    }
}
