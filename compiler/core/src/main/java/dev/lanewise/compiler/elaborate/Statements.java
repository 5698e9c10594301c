package dev.lanewise.compiler.elaborate;

import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration.Body;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Expression.Path;
import dev.lanewise.dsl.syntax.Identifier;
import dev.lanewise.dsl.syntax.Statement;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Statements in their order. One that fails binds its names to [Meaning.Broken], and the next one is tried.
final class Statements {
    /// Statements of a whole network, unrolled; more would not end in anything that fits a machine.
    private static final int MOST = 3_000_000;

    private static final Set<Kind> WITH_WEIGHTS = EnumSet.of(Kind.NETWORK, Kind.BLOCK);
    private static final Set<Kind> WITH_STATES = EnumSet.of(Kind.NETWORK, Kind.BLOCK, Kind.OPTIMIZER, Kind.SCHEDULE);

    private final Elaboration elaboration;
    private int executed;

    Statements(Elaboration elaboration) {
        this.elaboration = elaboration;
    }

    /// Elaborates a body; gives what it returns, or null when it ends without.
    @Nullable
    Meaning run(Body body, Scope scope) {
        for (var statement : body.statements()) {
            try {
                count(statement, scope);
                var returned = execute(statement, scope);
                if (returned != null) {
                    return returned;
                }
            } catch (Abandoned reported) {
                if (scope.inLibrary()) {
                    throw reported;
                }
                poison(statement, scope);
                if (statement instanceof Statement.Return && scope.isCalled()
                        || statement instanceof Statement.Require && scope.isCalled()) {
                    return new Meaning.Broken();
                }
            }
        }
        return null;
    }

    private void count(Statement statement, Scope scope) {
        if (++executed > MOST) {
            executed = 0;
            throw tooMany(statement.span(), scope);
        }
    }

    private static Abandoned tooMany(Span span, Scope scope) {
        return scope.error(
                ElaborationCode.TOO_LARGE,
                span,
                "the network is too large: more than " + MOST + " statements when all repeats are unrolled");
    }

    private @Nullable Meaning execute(Statement statement, Scope scope) {
        allowed(statement, scope);
        var weights = elaboration.weightStatements;
        switch (statement) {
            case Statement.Binding binding -> {
                var meaning = elaboration.evaluator.evaluate(binding.value(), scope);
                scope.bind(binding.name().text(), meaning);
                named(binding.name(), meaning, scope);
            }
            case Statement.Write write -> elaboration.stateWrites.write(write, scope);
            case Statement.Layer layer -> weights.layer(layer, scope);
            case Statement.Param param -> weights.param(param, scope);
            case Statement.State state -> weights.state(state, scope);
            case Statement.Fitted fitted -> weights.fitted(fitted, scope);
            case Statement.Return result -> {
                return elaboration.evaluator.evaluate(result.value(), scope);
            }
            case Statement.Require require -> require(require, scope);
            case Statement.Repeat repeat -> {
                return repeat(repeat, scope);
            }
            case Statement.If choice -> {
                return choose(choice, scope);
            }
            case Statement.Input _,
                    Statement.Target _,
                    Statement.Output _,
                    Statement.Loss _,
                    Statement.Metric _,
                    Statement.Train _ -> elaboration.network().execute(statement, scope);
        }
        return null;
    }

    /// What the user gives a name to can be watched.
    private static void named(Identifier name, Meaning meaning, Scope scope) {
        boolean own = !scope.inLibrary() && WITH_WEIGHTS.contains(scope.kind());
        if (own && meaning instanceof Meaning.Tensor(var value, int _)) {
            scope.drawing().layers().name(scope.instance().name(name.text()), value, scope.origin(name.span()));
        }
    }

    private void allowed(Statement statement, Scope scope) {
        var kind = scope.kind();
        boolean fits = switch (statement) {
            case Statement.Binding _, Statement.Require _, Statement.Repeat _, Statement.If _ -> true;
            case Statement.Return _ -> kind != Kind.NETWORK && kind != Kind.OPTIMIZER;
            case Statement.Param _, Statement.Layer _, Statement.Fitted _ -> WITH_WEIGHTS.contains(kind);
            case Statement.State _, Statement.Write _ -> WITH_STATES.contains(kind);
            case Statement.Input _,
                    Statement.Target _,
                    Statement.Output _,
                    Statement.Loss _,
                    Statement.Metric _,
                    Statement.Train _ -> kind == Kind.NETWORK;
        };
        if (!fits) {
            var message = "this statement has no meaning in " + article(kind) + " " + kind.word();
            throw statement instanceof Statement.Return written && kind == Kind.NETWORK
                    ? scope.error(
                            ElaborationCode.MISPLACED_STATEMENT,
                            statement.span(),
                            message,
                            Note.help("what a network gives is named: output result = "
                                    + written.value().span().text()))
                    : scope.error(ElaborationCode.MISPLACED_STATEMENT, statement.span(), message);
        }
    }

    private static String article(Kind kind) {
        return kind == Kind.INIT || kind == Kind.OPTIMIZER || kind == Kind.FN ? "an" : "a";
    }

    private void require(Statement.Require require, Scope scope) {
        if (elaboration.evaluator.truth(require.condition(), scope, "what is required")) {
            return;
        }
        var message = new StringBuilder();
        for (var part : require.message().parts()) {
            switch (part) {
                case Statement.Part.Literal(String text) -> message.append(text);
                case Statement.Part.Inserted(var value) ->
                    message.append(elaboration.evaluator.evaluate(value, scope).text());
            }
        }
        var maker = scope.inLibrary()
                ? new Maker(elaboration, scope).ofUnequal(require.condition())
                : Optional.<Span>empty();
        if (maker.isPresent()) {
            throw scope.errorElsewhere(ElaborationCode.REQUIREMENT, maker.get(), message.toString());
        }
        var place = setting(require.condition(), scope).orElse(require.span());
        throw elaboration.arguments.isValueSecond(scope)
                ? scope.error(
                        ElaborationCode.REQUIREMENT,
                        place,
                        message.toString(),
                        Note.help("the value stands first: x |> " + scope.declaration() + "(...), or "
                                + scope.declaration() + "(x, ...)"))
                : scope.error(ElaborationCode.REQUIREMENT, place, message.toString());
    }

    /// The one parameter in a condition that the call sets to something known, where there is one.
    private static Optional<Span> setting(Expression condition, Scope scope) {
        var set = paths(condition)
                .filter(path -> scope.setting(path.text()).isPresent())
                .toList();
        return set.stream().map(Path::text).distinct().count() == 1
                ? Optional.of(set.getFirst().span())
                : Optional.empty();
    }

    private static Stream<Path> paths(Expression expression) {
        return switch (expression) {
            case Path path -> Stream.of(path);
            case Expression.Unary unary -> paths(unary.operand());
            case Expression.Binary binary -> Stream.concat(paths(binary.left()), paths(binary.right()));
            case Expression.Group group -> paths(group.inner());
            case Expression.Call call -> call.arguments().stream().flatMap(argument -> paths(argument.value()));
            case Expression.Items items -> items.elements().stream().flatMap(Statements::paths);
            case Expression.Number _, Expression.Text _, Expression.Pipeline _, Expression.Missing _ -> Stream.of();
        };
    }

    private @Nullable Meaning repeat(Statement.Repeat repeat, Scope scope) {
        int count = elaboration.evaluator.whole(repeat.count(), scope, "the number of repetitions", 0);
        int inside = repeat.body().statements().size();
        if ((long) count * Math.max(1, inside) > MOST) {
            throw tooMany(repeat.count().span(), scope);
        }
        for (int i = 0; i < count; i++) {
            scope.rounds().push(new Scope.Round(repeat.span(), i + 1, count));
            try {
                var returned = round(repeat, i, scope);
                if (returned != null) {
                    return returned;
                }
            } finally {
                scope.rounds().pop();
            }
            if (elaboration.diagnostics.isFull(repeat.span().source())) {
                break;
            }
        }
        return null;
    }

    private @Nullable Meaning round(Statement.Repeat repeat, int i, Scope scope) {
        count(repeat, scope);
        if (!repeat.index().isEmpty()) {
            scope.bind(repeat.index().text(), Meaning.of(i));
        }
        return run(repeat.body(), scope);
    }

    private @Nullable Meaning choose(Statement.If choice, Scope scope) {
        for (var branch : choice.branches()) {
            if (elaboration.evaluator.truth(branch.condition(), scope, "the condition of `if`")) {
                return run(branch.body(), scope);
            }
        }
        return run(choice.otherwise(), scope);
    }

    private void poison(Statement statement, Scope scope) {
        switch (statement) {
            case Statement.Binding binding -> poison(binding.name(), scope);
            case Statement.Layer layer -> poison(layer.name(), scope);
            case Statement.Param param -> poison(param.name(), scope);
            case Statement.State state -> poison(state.name(), scope);
            case Statement.Fitted fitted -> poison(fitted.name(), scope);
            case Statement.Input input -> poison(input.name(), scope);
            case Statement.Target target -> poison(target.name(), scope);
            case Statement.Output output -> poison(output.name(), scope);
            case Statement.Repeat repeat -> repeat.body().statements().forEach(s -> poison(s, scope));
            case Statement.If choice -> {
                choice.branches().forEach(branch -> branch.body().statements().forEach(s -> poison(s, scope)));
                choice.otherwise().statements().forEach(s -> poison(s, scope));
            }
            case Statement.Write _,
                    Statement.Loss _,
                    Statement.Metric _,
                    Statement.Return _,
                    Statement.Require _,
                    Statement.Train _ -> {}
        }
    }

    private static void poison(Identifier name, Scope scope) {
        scope.bind(name.text(), new Meaning.Broken());
    }
}
