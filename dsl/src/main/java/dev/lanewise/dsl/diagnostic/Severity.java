package dev.lanewise.dsl.diagnostic;

/// How bad it is. Only errors keep a file from being compiled.
public enum Severity {
    ERROR("error"),
    WARNING("warning"),
    NOTE("note");

    private final String word;

    Severity(String word) {
        this.word = word;
    }

    /// The word in messages and in JSON.
    public String word() {
        return word;
    }
}
