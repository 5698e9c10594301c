package dev.lanewise.dsl.diagnostic;

/// What can go wrong before a file is text.
public enum ReadCode implements Code {
    UNREADABLE_FILE("unreadable-file", "The file is missing, is a folder, or may not be read."),
    FILE_TOO_LARGE("file-too-large", "A source file has at most 64 MB."),
    INVALID_UTF8(
            "invalid-utf8",
            "Source files are UTF-8. These bytes are not; the editor's menu for saving a file offers the encoding.");

    private final String id;
    private final String explanation;

    ReadCode(String id, String explanation) {
        this.id = id;
        this.explanation = explanation;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public String explanation() {
        return explanation;
    }
}
