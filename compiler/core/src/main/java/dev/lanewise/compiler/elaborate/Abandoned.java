package dev.lanewise.compiler.elaborate;

/// A statement cannot be elaborated; the reason has been reported. Caught at the statement.
final class Abandoned extends RuntimeException {

    private static final long serialVersionUID = 1;

    Abandoned() {
        super("reported already", null, false, false);
    }
}
