package dev.lanewise.runtime.model;

/// A file that is not well-formed safetensors, or lacks what was asked of it. The message is one line that names the
/// file.
public final class SafetensorsException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public SafetensorsException(String message) {
        super(message);
    }
}
