package dev.lanewise.compiler.elaborate;

import dev.lanewise.dsl.source.Span;
import dev.lanewise.dsl.syntax.Declaration.Body;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Identifier;
import dev.lanewise.dsl.syntax.Statement;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
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
                if (statement instanceof Statement.Return
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
            throw scope.error(
                    ElaborationCode.TOO_LARGE,
                    statement.span(),
                    "the network is too large: more than " + MOST + " statements when all repeats are unrolled");
        }
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
            case Statement.Write write -> weights.write(write, scope);
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
            throw scope.error(
                    ElaborationCode.MISPLACED_STATEMENT,
                    statement.span(),
                    "this statement has no meaning in " + article(kind) + " " + kind.word());
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
        throw maker.isPresent()
                ? scope.errorElsewhere(ElaborationCode.REQUIREMENT, maker.get(), message.toString())
                : scope.error(ElaborationCode.REQUIREMENT, require.span(), message.toString());
    }

    private @Nullable Meaning repeat(Statement.Repeat repeat, Scope scope) {
        int count = elaboration.evaluator.whole(repeat.count(), scope, "the number of repetitions", 0);
        for (int i = 0; i < count; i++) {
            count(repeat, scope);
            if (!repeat.index().isEmpty()) {
                scope.bind(repeat.index().text(), Meaning.of(i));
            }
            var returned = run(repeat.body(), scope);
            if (returned != null) {
                return returned;
            }
            if (elaboration.diagnostics.isFull(repeat.span().source())) {
                break;
            }
        }
        return null;
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
