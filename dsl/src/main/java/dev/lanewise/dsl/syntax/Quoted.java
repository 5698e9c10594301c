package dev.lanewise.dsl.syntax;

/// Texts as they are written in a file.
final class Quoted {
    private Quoted() {}

    static String text(String value) {
        return "\"" + escaped(value) + "\"";
    }

    static String escaped(String value) {
        var out = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    /// The text between the insertions of a message.
    static String message(String value) {
        return escaped(value).replace("{", "{{").replace("}", "}}");
    }
}
