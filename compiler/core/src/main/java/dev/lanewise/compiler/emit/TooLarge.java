package dev.lanewise.compiler.emit;

/// A program has more calls and constants than a class file can hold.
public final class TooLarge extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String className;

    TooLarge(String className, Throwable cause) {
        super("the class " + className + " would be too large", cause);
        this.className = className;
    }

    /// The class that would be too large.
    public String className() {
        return className;
    }
}
