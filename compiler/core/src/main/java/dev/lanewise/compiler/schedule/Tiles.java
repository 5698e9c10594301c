package dev.lanewise.compiler.schedule;

import dev.lanewise.compiler.graph.CompilerBug;
import dev.lanewise.compiler.graph.Contraction;
import dev.lanewise.compiler.graph.Prim;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The contractions that the tiles of `Kernel` do.
final class Tiles {

    private Tiles() {}

    /// Rows of a batch-wide operand times the depth of a per-example one; strides as in `Kernel.LaneTile`. The
    /// operands are looked at through transposes.
    record Lane(int batch, int example, int rows, int depth, int aRow, int aDepth, int bDepth) {}

    /// The operand whose axes are the rows of the result, and the one whose axes are its columns.
    record Example(int rows, int columns) {}

    /// How a value lies in the buffer of `node`: a stride for each of its axes.
    private record Strided(int node, List<Integer> strides) {}

    private static Strided strided(Facts facts, int n) {
        var order = new ArrayList<Integer>();
        for (int axis = 0; axis < facts.shape(n).rank(); axis++) {
            order.add(axis);
        }
        int at = n;
        while (facts.node(at).prim() instanceof Prim.Transpose(var axes)) {
            order.replaceAll(axes::get);
            at = facts.input(at, 0);
        }
        var shape = facts.shape(at);
        var strides = new ArrayList<Integer>();
        for (int axis : order) {
            long stride = 1;
            for (int inner = axis + 1; inner < shape.rank(); inner++) {
                stride *= shape.extent(inner);
            }
            strides.add(Math.toIntExact(stride));
        }
        return new Strided(at, strides);
    }

    static @Nullable Lane lane(Facts facts, int n) {
        var node = facts.node(n);
        if (!(node.prim() instanceof Prim.Contract(var spec)) || spec.examples()) {
            return null;
        }
        boolean leftExample = facts.node(facts.input(n, 0)).type().perExample();
        boolean rightExample = facts.node(facts.input(n, 1)).type().perExample();
        if (leftExample == rightExample) {
            return null;
        }
        var extents = extents(facts, n, spec);
        var batchAxes = leftExample ? spec.right() : spec.left();
        var exampleAxes = leftExample ? spec.left() : spec.right();
        if (!sameLetters(exampleAxes, spec.summed())
                || batchAxes.length() != spec.result().length() + spec.summed().length()) {
            return null;
        }
        var batch = strided(facts, facts.input(n, leftExample ? 1 : 0));
        var example = strided(facts, facts.input(n, leftExample ? 0 : 1));
        if (facts.isUniform(batch.node())) {
            return null;
        }
        var aRow = collapse(spec.result(), batchAxes, batch.strides(), extents);
        var aDepth = collapse(spec.summed(), batchAxes, batch.strides(), extents);
        var bDepth = collapse(spec.summed(), exampleAxes, example.strides(), extents);
        if (aRow < 0 || aDepth < 0 || bDepth < 0) {
            return null;
        }
        return new Lane(
                batch.node(),
                example.node(),
                product(spec.result(), extents),
                product(spec.summed(), extents),
                aRow,
                aDepth,
                Math.multiplyExact(bDepth, 32));
    }

    static @Nullable Example example(Facts facts, int n) {
        if (!(facts.node(n).prim() instanceof Prim.Contract(var spec))
                || !spec.examples()
                || !spec.summed().isEmpty()) {
            return null;
        }
        if (spec.result().equals(spec.left() + spec.right())) {
            return new Example(0, 1);
        }
        return spec.result().equals(spec.right() + spec.left()) ? new Example(1, 0) : null;
    }

    static Map<Character, Integer> extents(Facts facts, int n, Contraction spec) {
        var extents = new HashMap<Character, Integer>();
        for (int operand = 0; operand < 2; operand++) {
            var shape = facts.shape(facts.input(n, operand));
            var axes = operand == 0 ? spec.left() : spec.right();
            for (int i = 0; i < axes.length(); i++) {
                extents.put(axes.charAt(i), shape.extent(i));
            }
        }
        return extents;
    }

    static int product(String letters, Map<Character, Integer> extents) {
        long product = 1;
        for (char c : letters.toCharArray()) {
            product *= CompilerBug.expect(extents, c);
        }
        return Math.toIntExact(product);
    }

    private static boolean sameLetters(String a, String b) {
        return a.length() == b.length() && a.chars().allMatch(c -> b.indexOf(c) >= 0);
    }

    /// The one stride with which the axes `letters`, in this order, run through an operand; -1 when there is none.
    private static int collapse(String letters, String axes, List<Integer> strides, Map<Character, Integer> extents) {
        if (letters.isEmpty()) {
            return 0;
        }
        int last = axes.indexOf(letters.charAt(letters.length() - 1));
        long expected = strides.get(last);
        for (int i = letters.length() - 1; i >= 0; i--) {
            int axis = axes.indexOf(letters.charAt(i));
            if (axis < 0 || strides.get(axis) != expected) {
                return -1;
            }
            expected *= CompilerBug.expect(extents, letters.charAt(i));
        }
        return strides.get(last);
    }
}
