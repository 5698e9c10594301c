package dev.lanewise.runtime;

/// A model file, its weights or the data given to it are not as they must be, or the machine cannot hold them. The
/// message is one line and names the file, weight or port.
public final class ModelException extends RuntimeException {

    private static final long serialVersionUID = 1;

    public ModelException(String message) {
        super(message);
    }

    public ModelException(String message, Throwable cause) {
        super(message, cause);
    }
}
