package dev.lanewise.compiler.elaborate;

import dev.lanewise.compiler.graph.Shape;
import dev.lanewise.dsl.diagnostic.Note;
import dev.lanewise.dsl.syntax.Declaration.Kind;
import dev.lanewise.dsl.syntax.Expression;
import dev.lanewise.dsl.syntax.Expression.Binary;
import dev.lanewise.dsl.syntax.Expression.Path;
import java.util.ArrayList;

/// Says which operand has which shape, where two do not go together.
final class Mismatch {
    private static final int LONGEST = 40;

    private Mismatch() {}

    /// The error; to be thrown.
    static Abandoned of(Binary binary, Shape left, Shape right, Scope scope) {
        var notes = new ArrayList<Note>();
        notes.add(Note.found(shown(binary.left(), "the left side") + " is " + left + ", "
                + shown(binary.right(), "the right side") + " is " + right));
        notes.add(Note.expected("equal extents, aligned at the last axis, or extents of 1"));
        boolean vectors = left.rank() == 1 && right.rank() == 1;
        boolean canHaveWeights = scope.kind() == Kind.NETWORK || scope.kind() == Kind.BLOCK;
        if (vectors && canHaveWeights) {
            if (binary.right() instanceof Path path) {
                notes.add(widened(path, left));
            } else if (binary.left() instanceof Path path) {
                notes.add(widened(path, right));
            }
        }
        return scope.error(
                ElaborationCode.SHAPE_MISMATCH,
                binary.span(),
                "`" + binary.operator().sign() + "` cannot combine these shapes",
                notes.toArray(Note[]::new));
    }

    private static Note widened(Path path, Shape wanted) {
        return Note.help("a layer brings `" + path.text() + "` to the shape of the other: (" + path.text()
                + " |> dense(" + wanted.extent(0) + "))");
    }

    /// An expression as it is written, when it is short.
    static String shown(Expression expression, String otherwise) {
        var text = expression.span().text();
        return text.length() <= LONGEST && text.indexOf('\n') < 0 ? "`" + text + "`" : otherwise;
    }
}
