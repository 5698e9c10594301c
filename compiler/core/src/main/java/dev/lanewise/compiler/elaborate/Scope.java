package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Arithmetic;
import dev.lanewise.compiler.graph.Graph;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Type;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.dsl.diagnostic.Diagnostic;
import dev.lanewise.dsl.diagnostic.Diagnostics;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where statements and expressions are elaborated: the names that are bound, the graph that is drawn, the
/// instance that owns new weights.
///
/// `call` is the user's call when the declaration is the library's: messages and origins point there.
final class Scope {
    private final Declaration.Kind kind;
    private final String declaration;
    private final Drawing drawing;
    private final Instance instance;
    private final String path;
    private final Diagnostics diagnostics;
    private final @Nullable Span call;
    private final @Nullable Scope caller;
    private final @Nullable Span site;
    private final boolean frozen;
    private final int depth;
    private final Map<String, Meaning> names = new LinkedHashMap<>();
    private final Map<String, String> states = new HashMap<>();
    private final Map<String, Span> settings = new HashMap<>();
    private final Deque<Round> rounds = new ArrayDeque<>();

    /// Which round of a `repeat` is being unrolled, counted from 1.
    record Round(Span repeat, int round, int count) {}

    private Scope(
            Declaration.Kind kind,
            String declaration,
            Drawing drawing,
            Instance instance,
            String path,
            Diagnostics diagnostics,
            @Nullable Span call,
            @Nullable Scope caller,
            @Nullable Span site,
            boolean frozen) {
        this.kind = kind;
        this.declaration = declaration;
        this.drawing = drawing;
        this.instance = instance;
        this.path = path;
        this.diagnostics = diagnostics;
        this.call = call;
        this.caller = caller;
        this.site = site;
        this.frozen = frozen;
        this.depth = caller == null ? 0 : caller.depth + 1;
    }

    /// The scope of a network, a rule or an initialiser: nobody called it.
    static Scope outermost(Declaration.Kind kind, Drawing drawing, Diagnostics diagnostics) {
        return new Scope(kind, "", drawing, new Instance("", false), "", diagnostics, null, null, null, false);
    }

    /// The scope of a declaration that is expanded here. `owns` tells whether the instance may own weights, and
    /// so gives nodes its path.
    Scope enter(Declaration target, boolean fromLibrary, Instance inner, boolean owns, boolean frozenHere, Span at) {
        return new Scope(
                target.kind(),
                target.name().text(),
                drawing,
                inner,
                owns ? inner.path() : path,
                diagnostics,
                call != null ? call : fromLibrary ? at : null,
                this,
                at,
                frozen || frozenHere);
    }

    /// The scope of the same place, drawing another graph: for initialisers, whose names are those of where
    /// they were written.
    Scope redirected(Declaration.Kind other, Drawing elsewhere) {
        var scope = new Scope(other, declaration, elsewhere, instance, path, diagnostics, call, caller, site, frozen);
        names.forEach((name, meaning) -> {
            if (elsewhere == drawing || !meaning.isOfAGraph()) {
                scope.names.put(name, meaning);
            }
        });
        return scope;
    }

    /// The scope as it is now; later bindings do not show in it.
    Scope snapshot() {
        var scope = redirected(kind, drawing);
        scope.states.putAll(states);
        return scope;
    }

    Declaration.Kind kind() {
        return kind;
    }

    /// The name of the declaration, empty in the network.
    String declaration() {
        return declaration;
    }

    Drawing drawing() {
        return drawing;
    }

    Graph.Builder builder() {
        return drawing.builder();
    }

    Type type(Value value) {
        return builder().type(value);
    }

    /// How many declarations are being expanded around this one.
    int depth() {
        return depth;
    }

    Instance instance() {
        return instance;
    }

    boolean isFrozen() {
        return frozen;
    }

    boolean inLibrary() {
        return call != null;
    }

    Map<String, Meaning> names() {
        return names;
    }

    void bind(String name, Meaning meaning) {
        names.put(name, meaning);
    }

    /// The full names of states by the names that they have here.
    Map<String, String> states() {
        return states;
    }

    Diagnostics diagnostics() {
        return diagnostics;
    }

    /// Whether this declaration is being expanded already.
    boolean isInside(Declaration.Kind otherKind, String name) {
        for (@Nullable Scope scope = this; scope != null; scope = scope.caller) {
            if (scope.kind == otherKind && scope.declaration.equals(name)) {
                return true;
            }
        }
        return false;
    }

    /// Notes where a parameter of this declaration was set to what is known at compile time.
    void set(String parameter, Span argument) {
        settings.put(parameter, argument);
    }

    /// Where the parameter was set, in the user's text; nothing when it was not.
    Optional<Span> setting(String parameter) {
        var argument = settings.get(parameter);
        if (argument == null || caller == null) {
            return Optional.empty();
        }
        return caller.call == null ? Optional.of(argument) : caller.setting(argument.text());
    }

    /// The rounds that are being unrolled here, the innermost first.
    Deque<Round> rounds() {
        return rounds;
    }

    /// The names of the declarations around this one.
    boolean isBoundOutside(String name) {
        for (@Nullable Scope scope = caller; scope != null; scope = scope.caller) {
            if (scope.names.containsKey(name)) {
                return true;
            }
        }
        return false;
    }

    /// Where origins point: the place itself, or the user's call of the library.
    Span at(Span span) {
        return call != null ? call : span;
    }

    /// Where messages point: as origins, but to the argument where the place is a parameter that the call sets.
    private Span place(Span span) {
        return call == null ? span : setting(span.text()).orElse(call);
    }

    Origin origin(Span span) {
        return new Origin(declaration, path, at(span));
    }

    Arithmetic arithmetic(Span span) {
        return new Arithmetic(builder(), origin(span));
    }

    /// Arithmetic whose nodes belong to a built-in function, called by its name.
    Arithmetic arithmetic(Span span, String builtin) {
        return new Arithmetic(builder(), new Origin(declaration.isEmpty() ? builtin : declaration, path, at(span)));
    }

    /// Reports an error; to be thrown. In a declaration of the user's it says which use of it is meant.
    Abandoned error(ElaborationCode code, Span span, String message, Note... notes) {
        var all = new ArrayList<>(List.of(notes));
        for (@Nullable Scope scope = this; scope != null; scope = scope.caller) {
            if (scope.call == null && scope.site != null) {
                all.add(Note.at(scope.site, "in this use of `" + scope.declaration + "`"));
            }
        }
        for (@Nullable Scope scope = this; scope != null; scope = scope.caller) {
            for (var round : scope.rounds) {
                if (round.round() > 1) {
                    all.add(Note.at(
                            round.repeat(),
                            "in round " + round.round() + " of " + round.count() + " of this `repeat`"));
                }
            }
        }
        diagnostics.add(Diagnostic.error(code, place(span), message, all.toArray(Note[]::new)));
        return new Abandoned();
    }

    /// Reports an error of the library's whose cause stands elsewhere in the user's text; to be thrown.
    Abandoned errorElsewhere(ElaborationCode code, Span cause, String message) {
        var user = call;
        diagnostics.add(
                user == null
                        ? Diagnostic.error(code, cause, message)
                        : Diagnostic.error(code, cause, message, Note.at(user, "`" + declaration + "` takes it here")));
        return new Abandoned();
    }

    /// Whether it is a declaration that was called, not the network itself.
    boolean isCalled() {
        return caller != null;
    }
}
