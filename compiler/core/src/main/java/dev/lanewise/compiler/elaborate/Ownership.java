package dev.lanewise.compiler.elaborate;

import dev.lanewise.dsl.syntax.Declaration;
import dev.lanewise.dsl.syntax.Parameter;
import dev.lanewise.dsl.syntax.Statement;
import java.util.List;

/// Whether an instance of a declaration may own weights, seen from its text: it declares some, or is a block with
/// steps of its own.
final class Ownership {

    private Ownership() {}

    static boolean mayOwn(Declaration declaration, Library library) {
        if (declaration.parameters().stream().anyMatch(Parameter::isLearned)) {
            return true;
        }
        return declaration.kind() == Declaration.Kind.BLOCK
                && declaration.definition() instanceof Declaration.Body body
                && (mayOwn(body.statements())
                        || library.find(
                                        Declaration.Kind.BLOCK,
                                        declaration.name().text(),
                                        true)
                                .map(found -> !found.declaration().equals(declaration))
                                .orElse(true));
    }

    private static boolean mayOwn(List<Statement> statements) {
        return statements.stream().anyMatch(statement -> switch (statement) {
            case Statement.Param _, Statement.State _, Statement.Fitted _, Statement.Layer _ -> true;
            case Statement.If choice ->
                mayOwn(choice.otherwise().statements())
                        || choice.branches().stream()
                                .anyMatch(branch -> mayOwn(branch.body().statements()));
            case Statement.Repeat repeat -> mayOwn(repeat.body().statements());
            default -> false;
        });
    }
}
