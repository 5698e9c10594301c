package dev.lanewise.dsl.syntax;

import dev.lanewise.dsl.source.Source;
import dev.lanewise.dsl.source.Span;
import java.util.List;

/// A parsed file: what it imports and declares in order, and the comments that stand outside the tree.
public record SourceFile(Source source, List<Item> items, List<Comment> comments, List<Allow> allows) {

    public SourceFile {
        items = List.copyOf(items);
        comments = List.copyOf(comments);
        allows = List.copyOf(allows);
    }

    /// What a file consists of.
    public sealed interface Item permits Import, Declaration {
        Span span();
    }

    /// `import "blocks.net"`; the span of the text includes its quotes.
    public record Import(Expression.Text file, Span span) implements Item {}

    public List<Import> imports() {
        return items.stream()
                .filter(Import.class::isInstance)
                .map(Import.class::cast)
                .toList();
    }

    public List<Declaration> declarations() {
        return items.stream()
                .filter(Declaration.class::isInstance)
                .map(Declaration.class::cast)
                .toList();
    }

    /// Whether a warning at this line is silenced by a `// allow: CODE` on it or on the line before.
    public boolean allows(String code, int line) {
        return allows.stream()
                .anyMatch(allow -> allow.code().equals(code) && (allow.line() == line || allow.line() == line - 1));
    }
}
