package dev.lanewise.dsl.javafn;

/// Leaves the method that cannot be read, after the diagnostic has been given. Never leaves the package.
final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1;

    Unreadable() {
        super("", null, false, false);
    }
}
