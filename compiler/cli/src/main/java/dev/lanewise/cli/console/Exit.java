package dev.lanewise.cli.console;

/// How the program ends: the numbers that scripts rely on.
public final class Exit {
    public static final int DONE = 0;
    /// The model or the data is wrong.
    public static final int WRONG_INPUT = 1;
    /// The command line is wrong.
    public static final int USAGE = 2;
    /// The outcome is wrong: training diverged, a check failed, a requirement was missed.
    public static final int WRONG_OUTCOME = 3;
    /// A defect of Lanewise.
    public static final int DEFECT = 70;
    /// The user pressed Ctrl-C.
    public static final int INTERRUPTED = 130;

    private Exit() {}
}
