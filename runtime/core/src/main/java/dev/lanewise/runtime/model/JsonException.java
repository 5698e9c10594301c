package dev.lanewise.runtime.model;

/// Text that is not JSON, or JSON that does not hold what was expected. The message is one line.
public final class JsonException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public JsonException(String message) {
        super(message);
    }
}
