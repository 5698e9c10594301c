package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Library.Entry;
import dev.lanewise.compiler.elaborate.Meaning.SharedLayer;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.dsl.diagnostic.Habits;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Expression.Path;
import dev.lanewise.dsl.syntax.Parameter;
import dev.lanewise.dsl.syntax.Statement;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Calls: which declaration a name means, and its expansion in place.
final class Calls {
    /// What may be called where a value is needed.
    static final List<Kind> VALUES = List.of(Kind.FN, Kind.BLOCK);

    /// What may be called in a metric; a metric goes before a block of its name.
    static final List<Kind> FIGURES = List.of(Kind.METRIC, Kind.BLOCK, Kind.FN);

    /// What may be called in an initialiser.
    static final List<Kind> INITIAL_VALUES = List.of(Kind.INIT, Kind.FN, Kind.BLOCK);
    private static final int DEEPEST = 200;

    private final Elaboration elaboration;

    Calls(Elaboration elaboration) {
        this.elaboration = elaboration;
    }

    Meaning call(Expression.Call call, Scope scope) {
        var given = call.arguments().stream().map(Given::of).toList();
        return call(call.callee(), given, false, call.span(), scope);
    }

    Meaning call(Path callee, List<Given> given, boolean frozen, Span span, Scope scope) {
        var name = callee.text();
        if (scope.names().get(name) instanceof SharedLayer layer) {
            return use(layer, given, frozen, span, scope);
        }
        boolean measures =
                scope.drawing().measure() != null && (scope.kind() == Kind.NETWORK || scope.kind() == Kind.METRIC);
        var kinds = scope.kind() == Kind.INIT ? INITIAL_VALUES : measures ? FIGURES : VALUES;
        var entry = elaboration.library.find(kinds, name, scope.inLibrary());
        if (entry.isEmpty()) {
            throw unknown(ElaborationCode.UNKNOWN_FUNCTION, "function, block or layer", callee, kinds, scope);
        }
        return expand(entry.get(), given, frozen, span, scope);
    }

    /// The initialiser `name`, called where an initialiser is expanded.
    Meaning initialiser(Path name, List<Given> given, Span span, Scope scope) {
        var entry = elaboration.library.find(Kind.INIT, name.text(), scope.inLibrary());
        if (entry.isEmpty()) {
            throw unknown(ElaborationCode.UNKNOWN_INITIALISER, "initialiser", name, List.of(Kind.INIT), scope);
        }
        return expand(entry.get(), given, false, span, scope);
    }

    Abandoned unknown(ElaborationCode code, String what, Path callee, List<Kind> kinds, Scope scope) {
        var candidates = new LinkedHashSet<String>();
        scope.names().forEach((name, meaning) -> {
            if (meaning instanceof SharedLayer) {
                candidates.add(name);
            }
        });
        kinds.forEach(kind -> candidates.addAll(elaboration.library.names(kind)));
        var name = callee.text();
        return scope.error(
                code, callee.span(), "there is no " + what + " `" + name + "`", advice(callee, candidates, scope));
    }

    private static Note advice(Path callee, Set<String> candidates, Scope scope) {
        var name = callee.text();
        var habit = Habits.call(name);
        if (!habit.isEmpty() && !candidates.contains(habit)) {
            return Note.help(habit);
        }
        var otherwise = Note.help("declare it in this file, or import a file that does");
        if (callee.isSimple()) {
            return Names.suggestion(name, candidates, otherwise);
        }
        var last = callee.parts().getLast().text();
        var first = callee.first().text();
        boolean isValue = scope.names().get(first) instanceof Meaning.Tensor;
        if (candidates.contains(last)) {
            return Note.help(
                    isValue
                            ? "a value has no methods: write " + first + " |> " + last + "(...)"
                            : "write `" + last + "`, without `" + first + ".` before it");
        }
        return Names.suggestion(last, candidates, Habits.advice(first, otherwise));
    }

    /// What a declaration is applied to, known from here on however it is written, `relu(h)` or `h |> relu`.
    private List<Given> applied(Declaration declaration, List<Given> given, Scope scope) {
        boolean isValue = !given.isEmpty()
                && !declaration.parameters().isEmpty()
                && VALUES.contains(declaration.kind())
                && declaration.parameters().getFirst().marker() instanceof Parameter.Plain
                && !declaration.parameters().getFirst().hasDefault()
                && !given.getFirst().isNamed()
                && given.getFirst().ready() == null
                && (declaration.definition() instanceof Declaration.Builtin
                        ? declaration.kind() == Kind.FN
                                && declaration.parameters().size() == 1
                        : !isAllWeights(given.getFirst(), scope));
        if (!isValue) {
            return given;
        }
        var first = given.getFirst();
        var known = new ArrayList<>(given);
        known.set(0, first.with(elaboration.evaluator.evaluate(first.expression(), first.homeOr(scope))));
        return known;
    }

    /// Expands a declaration in place.
    Meaning expand(Entry entry, List<Given> arguments, boolean frozen, Span span, Scope scope) {
        var declaration = entry.declaration();
        var given = applied(declaration, arguments, scope);
        var kind = declaration.kind();
        var name = declaration.name().text();
        if (scope.kind() == Kind.FN && kind == Kind.BLOCK) {
            throw scope.error(
                    ElaborationCode.NOT_ELEMENTWISE,
                    span,
                    "`" + name + "` is a block, which an `fn` cannot use",
                    Note.help("declare `" + scope.declaration() + "` as a block"));
        }
        for (int i = 0; i < given.size(); i++) {
            if (isAllWeights(given.get(i), scope)) {
                return penalty(entry, given, i, span, scope);
            }
        }
        if (declaration.definition() instanceof Declaration.Builtin) {
            if (!entry.fromLibrary()) {
                throw scope.error(
                        ElaborationCode.NOT_AVAILABLE,
                        declaration.name().span(),
                        "`builtin` documents what the compiler knows by itself; it does not know `" + name + "`");
            }
            var result = elaboration.builtins.call(declaration, given, span, scope);
            return Applied.note(elaboration, entry, result, Applied.input(result, given, scope), span, scope);
        }
        if (scope.isInside(kind, name) || scope.depth() > DEEPEST) {
            throw scope.error(
                    ElaborationCode.RECURSION,
                    span,
                    "`" + name + "` uses itself",
                    Note.help("`repeat n { ... }` unrolls a fixed number of times"));
        }
        var instance = scope.instance().next(name);
        return expand(entry, given, instance, name, frozen, span, scope);
    }

    private Meaning expand(
            Entry entry, List<Given> given, Instance instance, String counted, boolean frozen, Span span, Scope scope) {
        var declaration = entry.declaration();
        boolean owns = Ownership.mayOwn(declaration, elaboration.library);
        var inner = scope.enter(declaration, entry.fromLibrary(), instance, owns, frozen, span);
        elaboration.arguments.bind(entry, given, span, scope, inner);
        var parameters = declaration.parameters();
        var input = parameters.isEmpty()
                ? null
                : inner.names().get(parameters.getFirst().name().text());
        Meaning result;
        try {
            result = body(declaration, inner, span);
        } finally {
            // one that failed half way has its number too, or the next would meet its weights
            if (instance.isOwner() && !counted.isEmpty()) {
                scope.instance().keep(counted);
            }
        }
        return Applied.note(elaboration, entry, result, input, span, scope);
    }

    /// What the formula or the body of a declaration gives, its parameters being bound.
    Meaning body(Declaration declaration, Scope inner, Span span) {
        return switch (declaration.definition()) {
            case Declaration.Formula formula -> elaboration.evaluator.evaluate(formula.value(), inner);
            case Declaration.Body body -> {
                var returned = elaboration.statements.run(body, inner);
                if (returned == null) {
                    throw withoutReturn(declaration, body, inner);
                }
                yield returned;
            }
            case Declaration.Builtin _ ->
                throw inner.error(
                        ElaborationCode.NOT_AVAILABLE, span, "`" + declaration.name() + "` is not available yet");
        };
    }

    private static Abandoned withoutReturn(Declaration declaration, Declaration.Body body, Scope inner) {
        var message = "`" + declaration.name() + "` ends without a `return` here";
        var span = declaration.name().span();
        return !body.statements().isEmpty()
                        && body.statements().getLast() instanceof Statement.Binding binding
                        && !inner.inLibrary()
                ? inner.error(
                        ElaborationCode.MISSING_RETURN,
                        span,
                        message,
                        Note.help("end it with: return " + binding.name()))
                : inner.error(ElaborationCode.MISSING_RETURN, span, message);
    }

    private Meaning use(SharedLayer layer, List<Given> given, boolean frozen, Span span, Scope scope) {
        var entry = new Entry(layer.declaration(), isLibrary(layer.declaration()));
        var all = new ArrayList<Given>();
        for (var one : given) {
            all.add(one.ready() == null ? one.with(elaboration.evaluator.evaluate(one.expression(), scope)) : one);
        }
        all.addAll(layer.given());
        scope.instance().own();
        var instance = new Instance(layer.path(), true);
        return expand(entry, all, instance, "", frozen || layer.frozen(), span, scope);
    }

    boolean isLibrary(Declaration declaration) {
        return elaboration
                .library
                .find(declaration.kind(), declaration.name().text(), true)
                .map(found -> found.declaration().equals(declaration))
                .orElse(false);
    }

    private static boolean isAllWeights(Given given, Scope scope) {
        return given.ready() == null
                        && given.expression() instanceof Path path
                        && path.text().equals("weights")
                        && !scope.names().containsKey("weights")
                || given.ready() instanceof Meaning.AllWeights;
    }

    /// A penalty on `weights`: the sum of that on each kernel.
    private Meaning penalty(Entry entry, List<Given> given, int place, Span span, Scope scope) {
        Meaning sum = Meaning.of(0);
        boolean first = true;
        for (var kernel : elaboration.weightStatements.kernels()) {
            var each = new ArrayList<>(given);
            each.set(place, given.get(place).with(elaboration.weightStatements.leaf(kernel, scope)));
            var one = expand(entry, each, false, span, scope);
            sum = first ? one : Operators.apply(Op.ADD, scope, span, "+", sum, one);
            first = false;
        }
        return sum;
    }
}
