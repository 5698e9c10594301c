package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.source.Span;
import java.util.List;

/// `fn`, `block`, `network` and so on: all of them have a name, parameters, and a formula or a body. Each kind has a
/// namespace of its own.
public record Declaration(
        Kind kind,
        Identifier name,
        List<Parameter> parameters,
        Definition definition,
        Documentation documentation,
        Span span)
        implements SourceFile.Item {

    public Declaration {
        parameters = List.copyOf(parameters);
    }

    public enum Kind {
        FN("fn"),
        BLOCK("block"),
        METRIC("metric"),
        INIT("init"),
        SCHEDULE("schedule"),
        OPTIMIZER("optimizer"),
        NETWORK("network");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /// The word that begins the declaration.
        public String word() {
            return word;
        }
    }

    /// What stands behind the parameters.
    public sealed interface Definition {
        Span span();
    }

    /// `= expression`
    public record Formula(Expression value, Span span) implements Definition {}

    /// `= builtin`: the compiler knows it, the declaration documents it.
    public record Builtin(Span span) implements Definition {}

    /// `{ statements }`; also what an `if` or a `repeat` holds.
    public record Body(List<Statement> statements, Span span) implements Definition {
        public Body {
            statements = List.copyOf(statements);
        }

        public boolean isEmpty() {
            return statements.isEmpty();
        }
    }
}
