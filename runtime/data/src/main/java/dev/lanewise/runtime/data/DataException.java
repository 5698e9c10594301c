package dev.lanewise.runtime.data;

import java.util.List;

/// Data that are missing or wrong. The message is one line: the file, the line or example, what was expected and
/// found.
public final class DataException extends RuntimeException {

    private static final long serialVersionUID = 1;

    private final String hint;
    private final String missed;
    private final transient List<String> known;

    public DataException(String message) {
        this(message, "");
    }

    public DataException(String message, String hint) {
        this(message.replaceAll("\\p{Cntrl}+", " "), hint, "", List.of());
    }

    private DataException(String message, String hint, String missed, List<String> known) {
        super(message);
        this.hint = hint;
        this.missed = missed;
        this.known = List.copyOf(known);
    }

    /// The same, about a name that is not there, but perhaps one like it among `others`.
    DataException instead(String name, List<String> others) {
        return new DataException(String.valueOf(getMessage()), hint, name, others);
    }

    /// The name that is not there; empty when the message is about something else.
    public String missed() {
        return missed;
    }

    /// The names that are there instead.
    public List<String> known() {
        return known;
    }

    /// What to do about it, or nothing.
    public String hint() {
        return hint;
    }
}
