package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.elaborate.Library.Entry;
import dev.lanewise.compiler.elaborate.Meaning.Initialiser;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Expression.Path;
import dev.lanewise.dsl.syntax.Parameter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Arguments that are initialisers: kept as they are written, and evaluated once the weight is known.
final class InitialValues {
    private static final String AUTO = "auto";

    private final Elaboration elaboration;

    InitialValues(Elaboration elaboration) {
        this.elaboration = elaboration;
    }

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
    Meaning of(Expression expression, Scope scope) {
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
                throw elaboration.calls.unknown(
                        ElaborationCode.UNKNOWN_INITIALISER, "initialiser", path, List.of(Kind.INIT), scope);
            }
        }
        if (expression instanceof Expression.Call call
                && elaboration
                        .library
                        .find(Calls.INITIAL_VALUES, call.callee().text(), scope.inLibrary())
                        .isEmpty()) {
            throw elaboration.calls.unknown(
                    ElaborationCode.UNKNOWN_INITIALISER, "initialiser", call.callee(), List.of(Kind.INIT), scope);
        }
        return new Initialiser(expression, scope.snapshot(), expression.span().text());
    }

    static boolean isAuto(@Nullable Expression expression) {
        return expression instanceof Path path && path.text().equals(AUTO);
    }
}
