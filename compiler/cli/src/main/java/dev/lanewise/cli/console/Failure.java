package dev.lanewise.cli.console;

/// Ends a command with a message of one line, an optional remedy and an exit code.
public final class Failure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int exit;
    private final String remedy;

    private Failure(int exit, String message, String remedy) {
        super(message);
        this.exit = exit;
        this.remedy = remedy;
    }

    /// The model, a file or the data is not as it should be.
    public static Failure input(String message, String remedy) {
        return new Failure(Exit.WRONG_INPUT, message, remedy);
    }

    public static Failure usage(String message, String remedy) {
        return new Failure(Exit.USAGE, message, remedy);
    }

    static Failure outcome(String message, String remedy) {
        return new Failure(Exit.WRONG_OUTCOME, message, remedy);
    }

    public int exit() {
        return exit;
    }

    /// What to do about it; empty when the message says it all.
    public String remedy() {
        return remedy;
    }
}
