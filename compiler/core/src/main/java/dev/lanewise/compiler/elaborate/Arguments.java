package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Library.Entry;
import dev.lanewise.compiler.elaborate.Meaning.Items;
import dev.lanewise.compiler.elaborate.Meaning.Word;
import dev.lanewise.dsl.diagnostic.Names;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Expression.Path;
import dev.lanewise.dsl.syntax.Identifier;
import dev.lanewise.dsl.syntax.Parameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// Which argument fills which parameter, and what each stands for.
final class Arguments {
    private static final String NUMBER = "number";

    private final Elaboration elaboration;

    Arguments(Elaboration elaboration) {
        this.elaboration = elaboration;
    }

    /// Binds the parameters of a declaration in `inner`, arguments being expressions of `caller`.
    void bind(Entry entry, List<Given> given, Span span, Scope caller, Scope inner) {
        var declaration = entry.declaration();
        var places = places(declaration, given, span, caller);
        for (var parameter : declaration.parameters()) {
            var name = parameter.name().text();
            var argument = places.get(name);
            if (argument == null) {
                inner.bind(name, missing(entry, parameter, span, caller, inner));
                continue;
            }
            var meaning = argument(entry, parameter, argument, argument.homeOr(caller), inner);
            inner.bind(name, meaning);
            if (meaning.isKnown()) {
                inner.set(name, argument.span());
            }
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
                        parameter.name().text(), elaboration.initialValues.of(parameter.initial(), inner), inner, span);
            case Parameter.Words words
            when parameter.initial() instanceof Path path && path.isSimple() ->
                elaboration.evaluator.word(path, texts(words), inner);
            default ->
                elaboration.initialValues.isInitialiser(entry, parameter)
                        ? elaboration.initialValues.of(parameter.initial(), inner)
                        : elaboration.evaluator.evaluate(parameter.initial(), inner);
        };
    }

    /// Whether a block's first parameter, the value that it works on, was given a number.
    private static boolean isValueForgotten(Declaration declaration, Scope inner) {
        return declaration.kind() == Kind.BLOCK
                && inner.names().get(declaration.parameters().getFirst().name().text()) instanceof Meaning.Number;
    }

    /// Whether a library's block got a number where its value stands, and a value behind it: `dense(3, x)`.
    boolean isValueSecond(Scope inner) {
        if (!inner.inLibrary() || inner.kind() != Kind.BLOCK) {
            return false;
        }
        var meanings = inner.names().values().iterator();
        return meanings.hasNext()
                && meanings.next() instanceof Meaning.Number
                && meanings.hasNext()
                && meanings.next() instanceof Meaning.Tensor;
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
                Note.expected(declaration.parameters().stream()
                        .map(each -> each.name().text())
                        .collect(Collectors.joining(", "))),
                Note.help("`lanewise explain " + declaration.name() + "` shows what it takes"));
    }

    /// What an argument stands for, given what the parameter is.
    Meaning argument(Entry entry, Parameter parameter, Given given, Scope caller, Scope inner) {
        return switch (parameter.marker()) {
            case Parameter.Words words -> wordArgument(words, given, caller);
            case Parameter.Learned _ -> {
                var initial = given.ready() != null
                        ? given.ready()
                        : elaboration.initialValues.of(given.expression(), caller);
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
        if (given.ready() == null && elaboration.initialValues.isInitialiser(entry, parameter)) {
            return elaboration.initialValues.of(given.expression(), caller);
        }
        var meaning = evaluated(given, caller);
        if (parameter.hasDefault()
                && !meaning.isKnown()
                && !elaboration.initialValues.isInitialiser(entry, parameter)) {
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
}
