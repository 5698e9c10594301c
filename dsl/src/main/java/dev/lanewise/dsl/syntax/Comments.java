package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.source.Span;
import java.util.ArrayList;
import java.util.List;

/// What comments say to the compiler: documentation, and warnings that are silenced.
final class Comments {
    private static final String ALLOW = "allow:";

    private Comments() {}

    /// The last run of `///` lines in the gap before a declaration.
    static Documentation documentation(List<Comment> comments, Span gap) {
        var run = new ArrayList<Comment>();
        for (int i = comments.size() - 1; i >= 0 && comments.get(i).span().start() >= gap.start(); i--) {
            var comment = comments.get(i);
            if (comment.span().start() >= gap.end()) {
                continue;
            }
            boolean documents = comment.kind() == Comment.Kind.DOCUMENTATION;
            boolean adjoins = run.isEmpty()
                    || run.getFirst().span().line() == comment.span().line() + 1;
            if (documents && adjoins) {
                run.addFirst(comment);
            } else if (!run.isEmpty()) {
                break;
            }
        }
        if (run.isEmpty()) {
            return new Documentation(List.of(), "", gap.source().span(gap.end(), gap.end()));
        }
        var lines = new ArrayList<String>();
        for (var comment : run) {
            lines.add(comment.text().substring(3).strip());
        }
        var span = run.getFirst().span().to(run.getLast().span());
        return Documentation.of(lines, span);
    }

    /// The codes of `// allow: CODE, CODE`.
    static List<Allow> allows(List<Comment> comments) {
        var allows = new ArrayList<Allow>();
        for (var comment : comments) {
            if (comment.kind() != Comment.Kind.LINE) {
                continue;
            }
            var text = comment.text().substring(2).strip();
            if (text.startsWith(ALLOW)) {
                int line = comment.span().line();
                for (var code : text.substring(ALLOW.length()).split(",", -1)) {
                    var words = code.strip().split("\\s+", 2);
                    if (!words[0].isEmpty()) {
                        allows.add(new Allow(words[0], line, comment.span()));
                    }
                }
            }
        }
        return allows;
    }
}
