package dev.lanewise.dsl.syntax;

/// Leaves the statement that cannot be read, after the diagnostic has been given. Never leaves the parser.
final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    Failure() {
        super("", null, false, false);
    }
}
