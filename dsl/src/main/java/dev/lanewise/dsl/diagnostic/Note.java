package dev.lanewise.dsl.diagnostic;

import dev.lanewise.dsl.source.Span;
import java.util.List;

/// A line under the caret. `places` holds the range that the note speaks of, or nothing.
public record Note(Kind kind, String text, List<Span> places) {

    public enum Kind {
        FOUND("found"),
        EXPECTED("expected"),
        HELP("help"),
        NOTE("note");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        public String word() {
            return word;
        }
    }

    public Note {
        places = List.copyOf(places);
    }

    public Note(Kind kind, String text) {
        this(kind, text, List.of());
    }

    public static Note found(String text) {
        return new Note(Kind.FOUND, text);
    }

    public static Note expected(String text) {
        return new Note(Kind.EXPECTED, text);
    }

    public static Note help(String text) {
        return new Note(Kind.HELP, text);
    }

    public static Note note(String text) {
        return new Note(Kind.NOTE, text);
    }

    /// A note about another place, such as the earlier declaration.
    public static Note at(Span place, String text) {
        return new Note(Kind.NOTE, text, List.of(place));
    }
}
