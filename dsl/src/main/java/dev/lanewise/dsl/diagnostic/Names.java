package dev.lanewise.dsl.diagnostic;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/// Finds the name that was probably meant.
public final class Names {
    /// Longer names are not compared: nobody types them by hand.
    private static final int LONGEST = 60;

    private Names() {}

    /// The candidate with the fewest slips from `name` (a letter more, less, other, or two exchanged; upper or
    /// lower case does not count), when that is at most one slip in three letters. Of equals, the first.
    public static Optional<String> nearest(String name, Collection<String> candidates) {
        int limit = Math.max(1, name.length() / 3);
        int best = limit + 1;
        Optional<String> found = Optional.empty();
        if (name.isEmpty() || name.length() > LONGEST) {
            return found;
        }
        for (var candidate : candidates) {
            if (candidate.isEmpty()
                    || candidate.length() > LONGEST
                    || Math.abs(candidate.length() - name.length()) >= best
                    || candidate.equals(name)) {
                continue;
            }
            int distance = distance(name.toLowerCase(Locale.ROOT), candidate.toLowerCase(Locale.ROOT));
            if (distance < best && distance < Math.max(name.length(), candidate.length())) {
                best = distance;
                found = Optional.of(candidate);
            }
        }
        return found;
    }

    /// A help note `did you mean ...?`, or an other note when no candidate is near. What other libraries call a
    /// candidate counts as near.
    public static Note suggestion(String name, Collection<String> candidates, Note otherwise) {
        return Habits.name(name, candidates)
                .or(() -> nearest(name, candidates))
                .map(near -> Note.help("did you mean `" + near + "`?"))
                .orElseGet(() -> longer(name, candidates).orElse(otherwise));
    }

    /// The candidates that begin with this name and go on behind a `_`: `he` for `he_normal`.
    private static Optional<Note> longer(String name, Collection<String> candidates) {
        var beginning = name.toLowerCase(Locale.ROOT) + "_";
        var longer = candidates.stream()
                .filter(candidate -> candidate.startsWith(beginning))
                .map(candidate -> "`" + candidate + "`")
                .toList();
        return longer.isEmpty()
                ? Optional.empty()
                : Optional.of(Note.help("did you mean " + String.join(" or ", longer) + "?"));
    }

    /// The optimal string alignment distance.
    static int distance(String a, String b) {
        var before = new int[b.length() + 1];
        var above = new int[b.length() + 1];
        var row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                row[j] = Math.min(Math.min(row[j - 1], above[j]) + 1, above[j - 1] + (same ? 0 : 1));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
            }
            var free = before;
            before = above;
            above = row;
            row = free;
        }
        return above[b.length()];
    }
}
