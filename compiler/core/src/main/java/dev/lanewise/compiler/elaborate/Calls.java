package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Library.Entry;
import dev.lanewise.compiler.elaborate.Meaning.Initialiser;
import dev.lanewise.compiler.elaborate.Meaning.Items;
import dev.lanewise.compiler.elaborate.Meaning.SharedLayer;
import dev.lanewise.compiler.elaborate.Meaning.Tensor;
import dev.lanewise.compiler.elaborate.Meaning.Word;
import dev.lanewise.compiler.graph.Op;
import dev.lanewise.compiler.graph.Origin;
import dev.lanewise.compiler.graph.Prim;
import dev.lanewise.compiler.graph.Value;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Expression.Path;
import dev.lanewise.dsl.syntax.Identifier;
import dev.lanewise.dsl.syntax.Parameter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Calls: which declaration a name means, its arguments, and its expansion in place.
final class Calls {
    /// What may be called where a value is needed.
    static final List<Kind> VALUES = List.of(Kind.FN, Kind.BLOCK);

    /// What may be called in a metric; a metric goes before a block of its name.
    static final List<Kind> FIGURES = List.of(Kind.METRIC, Kind.BLOCK, Kind.FN);

    private static final List<Kind> INITIAL_VALUES = List.of(Kind.INIT, Kind.FN, Kind.BLOCK);
    private static final int DEEPEST = 200;
    private static final String AUTO = "auto";
    private static final String NUMBER = "number";

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
                code,
                callee.span(),
                "there is no " + what + " `" + name + "`",
                Names.suggestion(name, candidates, Note.help("declare it in this file, or import a file that does")));
    }

    /// Expands a declaration in place.
    Meaning expand(Entry entry, List<Given> given, boolean frozen, Span span, Scope scope) {
        var declaration = entry.declaration();
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
            return recorded(entry, elaboration.builtins.call(declaration, given, span, scope), given, span, scope);
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
        bind(entry, given, span, scope, inner);
        var result = body(declaration, inner, span);
        if (instance.isOwner() && !counted.isEmpty()) {
            scope.instance().keep(counted);
        }
        return recorded(entry, result, given, span, scope);
    }

    /// What the formula or the body of a declaration gives, its parameters being bound.
    Meaning body(Declaration declaration, Scope inner, Span span) {
        return switch (declaration.definition()) {
            case Declaration.Formula formula -> elaboration.evaluator.evaluate(formula.value(), inner);
            case Declaration.Body body -> {
                var returned = elaboration.statements.run(body, inner);
                if (returned == null) {
                    throw inner.error(
                            ElaborationCode.MISSING_RETURN,
                            declaration.name().span(),
                            "`" + declaration.name() + "` ends without a `return` here");
                }
                yield returned;
            }
            case Declaration.Builtin _ ->
                throw inner.error(
                        ElaborationCode.NOT_AVAILABLE, span, "`" + declaration.name() + "` is not available yet");
        };
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

    /// Notes what the user's own text applied to a value, for `stats`, `explain` and `init: auto`.
    private Meaning recorded(Entry entry, Meaning result, List<Given> given, Span span, Scope scope) {
        boolean visible = !scope.inLibrary()
                && scope.drawing().measure() == null
                && (scope.kind() == Kind.NETWORK || scope.kind() == Kind.BLOCK);
        if (!visible || !(result instanceof Tensor(var value, int _))) {
            return result;
        }
        var name = entry.declaration().name().text();
        var input = given.isEmpty() ? null : given.getFirst().ready();
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

    // Arguments

    /// Binds the parameters of a declaration in `inner`, arguments being expressions of `caller`.
    void bind(Entry entry, List<Given> given, Span span, Scope caller, Scope inner) {
        var declaration = entry.declaration();
        var places = places(declaration, given, span, caller);
        for (var parameter : declaration.parameters()) {
            var name = parameter.name().text();
            var argument = places.get(name);
            inner.bind(
                    name,
                    argument == null
                            ? missing(entry, parameter, span, caller, inner)
                            : argument(entry, parameter, argument, argument.homeOr(caller), inner));
        }
    }

    /// Which argument fills which parameter.
    Map<String, Given> places(Declaration declaration, List<Given> given, Span span, Scope caller) {
        var parameters = declaration.parameters();
        var names = parameters.stream().map(p -> p.name().text()).toList();
        var places = new LinkedHashMap<String, Given>();
        int next = 0;
        for (var one : given) {
            String name;
            if (one.isNamed()) {
                name = one.name().text();
                if (!names.contains(name)) {
                    throw caller.error(
                            ElaborationCode.UNKNOWN_ARGUMENT,
                            one.name().span(),
                            "`" + declaration.name() + "` has no parameter `" + name + "`",
                            Note.expected(names.isEmpty() ? "no argument" : String.join(", ", names)),
                            name.equals("activation")
                                    ? Note.help("an activation stands behind its layer: |> "
                                            + one.expression().span().text())
                                    : Names.suggestion(
                                            name,
                                            names,
                                            Note.help("`lanewise explain " + declaration.name() + "` shows them")));
                }
            } else if (next < names.size()) {
                name = names.get(next++);
            } else {
                throw caller.error(
                        ElaborationCode.TOO_MANY_ARGUMENTS,
                        one.span().isEmpty() ? span : one.span(),
                        "`" + declaration.name() + "` takes " + count(names.size()) + " and got " + given.size(),
                        Note.expected(names.isEmpty() ? "no argument" : String.join(", ", names)));
            }
            if (places.put(name, one) != null) {
                throw caller.error(
                        ElaborationCode.ARGUMENT_TWICE,
                        one.span(),
                        "`" + name + "` of `" + declaration.name() + "` is given twice");
            }
        }
        return places;
    }

    private static String count(int n) {
        return n == 0 ? "no argument" : n == 1 ? "one argument" : n + " arguments";
    }

    private Meaning missing(Entry entry, Parameter parameter, Span span, Scope caller, Scope inner) {
        if (!parameter.hasDefault()) {
            throw isValueForgotten(entry.declaration(), inner)
                    ? withoutValue(entry.declaration(), span, caller)
                    : missing(entry.declaration(), parameter.name(), span, caller);
        }
        return switch (parameter.marker()) {
            case Parameter.Learned _ ->
                elaboration.weightStatements.learned(
                        parameter.name().text(), initialiser(parameter.initial(), inner), inner, span);
            case Parameter.Words words
            when parameter.initial() instanceof Path path && path.isSimple() ->
                elaboration.evaluator.word(path, texts(words), inner);
            default ->
                isInitialiser(entry, parameter)
                        ? initialiser(parameter.initial(), inner)
                        : elaboration.evaluator.evaluate(parameter.initial(), inner);
        };
    }

    /// Whether a block's first parameter, the value that it works on, was given a number.
    private static boolean isValueForgotten(Declaration declaration, Scope inner) {
        return declaration.kind() == Kind.BLOCK
                && inner.names().get(declaration.parameters().getFirst().name().text()) instanceof Meaning.Number;
    }

    private static Abandoned withoutValue(Declaration declaration, Span span, Scope caller) {
        var name = declaration.name().text();
        return caller.error(
                ElaborationCode.MISSING_ARGUMENT,
                span,
                "`" + name + "` needs the value that it works on",
                Note.help("write it first: x |> " + name + "(...), or " + name + "(x, ...)"));
    }

    /// The default of a hyper-parameter.
    Meaning standard(Entry entry, Parameter parameter, Scope scope) {
        return missing(entry, parameter, parameter.span(), scope, scope);
    }

    Abandoned missing(Declaration declaration, Identifier parameter, Span span, Scope caller) {
        return caller.error(
                ElaborationCode.MISSING_ARGUMENT,
                span,
                "`" + declaration.name() + "` needs its argument `" + parameter + "`",
                Note.help("`lanewise explain " + declaration.name() + "` shows what it takes"));
    }

    /// What an argument stands for, given what the parameter is.
    Meaning argument(Entry entry, Parameter parameter, Given given, Scope caller, Scope inner) {
        return switch (parameter.marker()) {
            case Parameter.Words words -> wordArgument(words, given, caller);
            case Parameter.Learned _ -> {
                var initial = given.ready() != null ? given.ready() : initialiser(given.expression(), caller);
                yield elaboration.weightStatements.learned(parameter.name().text(), initial, inner, given.span());
            }
            case Parameter.Typed typed -> {
                var meaning = evaluated(given, caller);
                elaboration.weightStatements.check(
                        typed.type(), meaning, parameter.name().text(), given.span(), inner);
                yield meaning;
            }
            case Parameter.Plain _ -> plain(entry, parameter, given, caller);
        };
    }

    private Meaning plain(Entry entry, Parameter parameter, Given given, Scope caller) {
        if (given.ready() == null && isInitialiser(entry, parameter)) {
            return initialiser(given.expression(), caller);
        }
        var meaning = evaluated(given, caller);
        if (parameter.hasDefault() && !meaning.isKnown() && !isInitialiser(entry, parameter)) {
            throw caller.error(
                    ElaborationCode.NOT_KNOWN,
                    given.span(),
                    "`" + parameter.name() + "` of `" + entry.declaration().name()
                            + "` must be known when the network is compiled",
                    Note.found(Operators.describe(meaning, caller)));
        }
        return meaning;
    }

    private Meaning evaluated(Given given, Scope caller) {
        var ready = given.ready();
        if (ready instanceof Meaning.Broken) {
            throw new Abandoned();
        }
        return ready != null ? ready : elaboration.evaluator.evaluate(given.expression(), caller);
    }

    private Meaning wordArgument(Parameter.Words words, Given given, Scope caller) {
        var among = texts(words);
        boolean numbers = words.words().stream().anyMatch(w -> w.text().equals(NUMBER));
        if (given.ready() == null && given.expression() instanceof Path path && path.isSimple()) {
            if (among.contains(path.text())) {
                return new Word(path.text(), among);
            }
            if (!caller.names().containsKey(path.text())) {
                return elaboration.evaluator.word(path, among, caller);
            }
        }
        var meaning = evaluated(given, caller);
        if (meaning instanceof Word(String word, var _) && among.contains(word)) {
            return new Word(word, among);
        }
        if (numbers && (meaning instanceof Meaning.Number || meaning instanceof Items)) {
            return meaning;
        }
        throw caller.error(
                ElaborationCode.UNKNOWN_WORD,
                given.span(),
                "this must be one of the words that the parameter lists",
                Note.found(Operators.describe(meaning, caller)),
                Note.expected(String.join(", ", among) + (numbers ? ", or a number" : "")));
    }

    static List<String> texts(Parameter.Words words) {
        return words.words().stream()
                .map(Identifier::text)
                .filter(w -> !w.equals(NUMBER))
                .toList();
    }

    // Initialisers

    /// Whether a parameter takes an initialiser: its default is one.
    boolean isInitialiser(Entry entry, Parameter parameter) {
        Path name = switch (parameter.initial()) {
            case Path path -> path;
            case Expression.Call call -> call.callee();
            default -> null;
        };
        return name != null
                && name.isSimple()
                && entry.declaration().parameters().stream()
                        .noneMatch(p -> p.name().text().equals(name.text()))
                && (name.text().equals(AUTO)
                        || elaboration
                                .library
                                .find(Kind.INIT, name.text(), entry.fromLibrary())
                                .isPresent());
    }

    /// The expression as an initialiser: evaluated later, when the weight's fans are known.
    Meaning initialiser(Expression expression, Scope scope) {
        if (expression instanceof Path path && path.isSimple()) {
            var bound = scope.names().get(path.text());
            if (bound instanceof Initialiser || bound instanceof Meaning.Number) {
                return bound;
            }
            if (bound instanceof Meaning.Broken) {
                throw new Abandoned();
            }
            boolean known = path.text().equals(AUTO)
                    || elaboration
                            .library
                            .find(Kind.INIT, path.text(), scope.inLibrary())
                            .isPresent();
            if (bound == null && !known) {
                throw unknown(ElaborationCode.UNKNOWN_INITIALISER, "initialiser", path, List.of(Kind.INIT), scope);
            }
        }
        if (expression instanceof Expression.Call call
                && elaboration
                        .library
                        .find(INITIAL_VALUES, call.callee().text(), scope.inLibrary())
                        .isEmpty()) {
            throw unknown(ElaborationCode.UNKNOWN_INITIALISER, "initialiser", call.callee(), List.of(Kind.INIT), scope);
        }
        return new Initialiser(expression, scope.snapshot(), expression.span().text());
    }

    static boolean isAuto(@Nullable Expression expression) {
        return expression instanceof Path path && path.text().equals(AUTO);
    }
}
