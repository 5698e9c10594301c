package dev.lanewise.runtime.data;

/// Data that are missing or wrong. The message is one line: the file, the line or example, what was expected and
/// found.
public final class DataException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String hint;

    public DataException(String message) {
        this(message, "");
    }

    public DataException(String message, String hint) {
        super(message.replaceAll("\\p{Cntrl}+", " "));
        this.hint = hint;
    }

    /// What to do about it, or nothing.
    public String hint() {
        return hint;
    }
}
